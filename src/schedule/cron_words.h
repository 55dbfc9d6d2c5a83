// A cron expression in plain English, and what people often get wrong in one.
#pragma once

#include <string>
#include <vector>

#include "schedule/clock_change.h"
#include "schedule/cron_spec.h"

namespace rota::schedule {

/// "At 09:30, Monday to Friday", "Every 5 minutes between 08:00 and 17:59, in March".
std::string describe_cron(const CronSpec& spec);

/// Which working day of its month a date is, where the expression counts them.
void explain_working_day(const CronSpec& spec, Day day, std::vector<std::string>& notes);

void cron_pitfalls(const CronSpec& spec, const Zone& zone, ClockChangeRule rule, Micros from,
                   std::vector<std::string>& hints);

}  // namespace rota::schedule
