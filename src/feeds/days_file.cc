#include "feeds/days_file.h"

#include "base/cpu_time.h"
#include "calendar/icalendar.h"

namespace rota::feeds {

Result<calendar::ParsedDays> read_days_file(std::string_view text) {
  return calendar::parse_icalendar(text, base::cpu_budget(kReadingCpuTime));
}

}  // namespace rota::feeds
