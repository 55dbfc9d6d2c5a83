#include "calendar/weekend.h"

#include "schedule/text_error.h"
#include "schedule/words.h"

namespace rota::calendar {

Result<std::uint8_t> parse_weekend(std::string_view text) {
  constexpr std::size_t kTextMax = 200;
  if (text.size() > kTextMax) return schedule::text_error(kTextMax, "the weekend text is too long");
  std::uint8_t days = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    if (text[at] == ',' || schedule::is_space(text[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && text[end] != ',' && !schedule::is_space(text[end])) ++end;
    const std::string_view word = text.substr(at, end - at);
    const auto day = schedule::index_of_name(word, schedule::kWeekdayNames);
    if (!day) {
      return schedule::text_error(at, "expected a day of the week, found " + schedule::quoted(word),
                                  "write it like sat,sun; leave it empty for no weekend");
    }
    days = static_cast<std::uint8_t>(days | 1U << *day);
    at = end;
  }
  return days;
}

std::string format_weekend(std::uint8_t days) {
  std::string text;
  for (unsigned i = 1; i <= 7; ++i) {
    if ((days >> (i % 7) & 1) == 0) continue;
    if (!text.empty()) text += ',';
    text += schedule::kWeekdayNames[i % 7].substr(0, 3);
  }
  return text;
}

}  // namespace rota::calendar
