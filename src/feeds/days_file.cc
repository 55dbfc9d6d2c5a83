#include "feeds/days_file.h"

#include "calendar/icalendar.h"

namespace rota::feeds {

Result<calendar::ParsedDays> read_days_file(std::string_view text, const Clock& clock) {
  const SteadyTime until = clock.steady_now() + kFileReadingTime;
  return calendar::parse_icalendar(text, [&] { return clock.steady_now() >= until; });
}

}  // namespace rota::feeds
