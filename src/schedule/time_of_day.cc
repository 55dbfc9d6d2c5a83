// A word is a time when it starts with a digit and has a colon or ends with am or pm.
#include "schedule/time_of_day.h"

#include "schedule/text_error.h"

namespace rota::schedule {
namespace {

constexpr Micros kMinuteUs = 60 * kSecondUs;
constexpr Micros kHourUs = 60 * kMinuteUs;

enum class Half { kNone, kMorning, kAfternoon };

Half take_half(std::string_view& text) {
  for (const auto& [ending, half] :
       {std::pair<std::string_view, Half>{"am", Half::kMorning}, {"pm", Half::kAfternoon}}) {
    if (text.size() > 2 && same_word(text.substr(text.size() - 2), ending)) {
      text.remove_suffix(2);
      return half;
    }
  }
  return Half::kNone;
}

// One or two digits of the hour, exactly two of the others.
std::optional<int> take_number(std::string_view& text, bool hour) {
  std::size_t digits = 0;
  int number = 0;
  while (digits < text.size() && is_digit(text[digits])) {
    number = number * 10 + (text[digits] - '0');
    if (++digits > 2) return std::nullopt;
  }
  if (digits == 0 || (!hour && digits != 2)) return std::nullopt;
  text.remove_prefix(digits);
  return number;
}

std::optional<int> on_24_hours(int hour, Half half) {
  if (half == Half::kNone) return hour <= 23 ? std::optional(hour) : std::nullopt;
  if (hour < 1 || hour > 12) return std::nullopt;
  return hour % 12 + (half == Half::kAfternoon ? 12 : 0);
}

std::optional<Micros> read(std::string_view text) {
  const Half half = take_half(text);
  const auto written = take_number(text, true);
  if (!written) return std::nullopt;
  int fields[2] = {0, 0};  // minute, second
  for (int& field : fields) {
    if (text.empty() || text.front() != ':') break;
    text.remove_prefix(1);
    const auto number = take_number(text, false);
    if (!number || *number > 59) return std::nullopt;
    field = *number;
  }
  const auto hour = on_24_hours(*written, half);
  if (!text.empty() || !hour) return std::nullopt;
  return *hour * kHourUs + fields[0] * kMinuteUs + fields[1] * kSecondUs;
}

}  // namespace

std::optional<Result<Micros>> parse_time_of_day(Word word) {
  if (same_word(word.text, "noon")) return Result<Micros>(12 * kHourUs);
  if (same_word(word.text, "midnight")) return Result<Micros>(Micros{0});
  std::string_view bare = word.text;
  if (!is_digit(bare.front())) return std::nullopt;
  if (bare.find(':') == bare.npos && take_half(bare) == Half::kNone) return std::nullopt;
  if (const auto time = read(word.text)) return Result<Micros>(*time);
  return Result<Micros>(text_error(word.at, "expected a time of day, found " + quoted(word.text),
                                   "write it like 09:00, 23:59:30, 9am, 9:30pm, noon or midnight"));
}

}  // namespace rota::schedule
