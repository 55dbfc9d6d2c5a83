// Word by word; an "at" must have a time behind it.
#include "schedule/timed_words.h"

#include <fmt/format.h>

#include "schedule/text_error.h"
#include "schedule/time_of_day.h"

namespace rota::schedule {
namespace {

constexpr std::string_view kOrdinals[] = {"first", "second", "third",    "fourth",
                                          "fifth", "sixth",  "seventh",  "eighth",
                                          "ninth", "tenth",  "eleventh", "twelfth"};
constexpr std::string_view kShortOrdinals[] = {"1st", "2nd", "3rd", "4th",  "5th",  "6th",
                                               "7th", "8th", "9th", "10th", "11th", "12th"};

std::string_view ending(int number) {
  const int last = number % 10;
  if (number / 10 % 10 == 1 || last == 0 || last > 3) return "th";
  return last == 1 ? "st" : last == 2 ? "nd" : "rd";
}

}  // namespace

Result<TimedWords> read_timed_words(std::string_view text, std::size_t at) {
  TimedWords found;
  WordReader reader(text, at);
  while (auto word = reader.next()) {
    if (same_word(word->text, "at")) {
      word = reader.next();
      if (!word) return text_error(at + text.size(), "expected a time of day after 'at'");
      if (!parse_time_of_day(*word)) {
        return text_error(word->at, "expected a time of day, found " + quoted(word->text));
      }
    }
    auto time = parse_time_of_day(*word);
    if (!time) {
      if (found.count == TimedWords::kMax) return text_error(word->at, "expected fewer words");
      found.words[found.count++] = *word;
      continue;
    }
    if (!*time) return fail(std::move(time->error()));
    if (found.time) return text_error(word->at, "the time of day is given twice");
    found.time = **time;
  }
  return found;
}

std::optional<int> ordinal_of(std::string_view word) {
  for (int i = 0; i < 12; ++i) {
    if (same_word(word, kOrdinals[i]) || same_word(word, kShortOrdinals[i])) return i + 1;
  }
  return std::nullopt;
}

std::string short_ordinal(int number) { return fmt::format("{}{}", number, ending(number)); }

std::string ordinal_words(int nth) {
  if (nth < 0) return nth == -1 ? "last" : ordinal_words(-nth) + " last";
  if (nth >= 1 && nth <= 12) return std::string(kOrdinals[static_cast<std::size_t>(nth - 1)]);
  return short_ordinal(nth);
}

}  // namespace rota::schedule
