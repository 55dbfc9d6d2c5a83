// A cron expression in plain English, and what people often get wrong in one.
#pragma once

#include <string>
#include <vector>

#include "schedule/clock_change.h"
#include "schedule/cron_spec.h"

namespace rota::schedule {

/// "At 09:30, Monday to Friday", "Every 5 minutes between 08:00 and 17:59, in March".
std::string describe_cron(const CronSpec& spec);

void cron_pitfalls(const CronSpec& spec, const Zone& zone, ClockChangeRule rule,
                   std::vector<std::string>& hints);

}  // namespace rota::schedule
