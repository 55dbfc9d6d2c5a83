// Any bytes as an iCalendar file: never a crash, and what is accepted keeps its promises: dates in
// order and in range, titles printable, bounds held.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "calendar/icalendar.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  // Stands for the processor time of the caller, which is asked once for many steps.
  constexpr int kStepsMax = 100;
  int steps = 0;
  const auto parsed = rota::calendar::parse_icalendar(text, [&] { return ++steps > kStepsMax; });
  if (!parsed) {
    if (parsed.error().message.empty()) std::abort();
    return 0;
  }
  if (parsed->days.empty() || parsed->days.size() > rota::kHolidaysMax) std::abort();
  if (parsed->notes.size() > 30) std::abort();
  const rota::Holiday* before = nullptr;
  for (const rota::Holiday& day : parsed->days) {
    if (before != nullptr && before->date >= day.date) std::abort();
    if (!rota::calendar::DayCollector::is_in_range(day.date)) std::abort();
    if (day.title.empty() || day.title.size() > rota::kHolidayTitleMax) std::abort();
    if (day.title.find_first_of(std::string_view("\r\n\0\x1b", 4)) != std::string::npos) {
      std::abort();
    }
    before = &day;
  }
  return 0;
}
