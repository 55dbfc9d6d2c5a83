// Tells the kinds of schedule text apart by their first words, without judging whether they are
// right: a wrong text should get the error of the parser that its writer had in mind.
#include <algorithm>
#include <array>

#include "rota/schedule.h"
#include "schedule/period.h"
#include "schedule/periodic.h"
#include "schedule/rrule.h"
#include "schedule/time_of_day.h"
#include "schedule/words.h"
#include "schedule/working_day_words.h"

namespace rota {
namespace {

using schedule::is_digit;
using schedule::is_letter;
using schedule::same_word;
using schedule::Word;

constexpr std::string_view kRelativeWords[] = {
    "next",    "last",     "this",  "previous", "tomorrow", "yesterday", "today", "now",
    "noon",    "midnight", "first", "second",   "third",    "fourth",    "fifth", "sixth",
    "seventh", "eighth",   "ninth", "tenth",    "eleventh", "twelfth",   "1st",   "2nd",
    "3rd",     "4th",      "5th",   "6th",      "7th",      "8th",       "9th",   "10th",
    "11th",    "12th",     "ago",   "weekday",  "weekdays", "of"};

bool is_relative_word(std::string_view word) {
  if (!is_letter(word.back())) return false;
  for (const std::string_view known : kRelativeWords) {
    if (same_word(word, known)) return true;
  }
  return false;
}

bool is_number(std::string_view word) {
  for (const char c : word) {
    if (!is_digit(c)) return false;
  }
  return !word.empty();
}

// "PT5M", "P1D", also wrong ones such as "P-1D": a P and no cron characters behind it.
bool is_iso(std::string_view word) {
  return word.size() > 1 && schedule::to_lower(word[0]) == 'p' &&
         (is_digit(word[1]) || word[1] == '-' || (schedule::to_lower(word[1]) == 't'));
}

// "1h30m", "90m", "+5min": a number with letters directly behind it, and no more than that.
bool is_compact(std::string_view word) {
  std::size_t i = word.starts_with('+') || word.starts_with('-') ? 1 : 0;
  const std::size_t digits = i;
  while (i < word.size() && is_digit(word[i])) ++i;
  if (i == digits || i == word.size()) return false;
  for (; i < word.size(); ++i) {
    if (!is_digit(word[i]) && !is_letter(word[i]) && word[i] != '.') return false;
  }
  return true;
}

struct Shape {
  std::array<Word, 16> words{};
  std::size_t count = 0;  // of all words, also those not kept
};

Shape look_at(std::string_view text) {
  Shape shape;
  schedule::WordReader reader(text, 0);
  while (const auto word = reader.next()) {
    if (shape.count < shape.words.size()) shape.words[shape.count] = *word;
    ++shape.count;
  }
  return shape;
}

// A word or a time of day that only relative dates have.
bool has_relative_word(const Shape& shape) {
  for (std::size_t i = 0; i < std::min(shape.count, shape.words.size()); ++i) {
    const std::string_view word = shape.words[i].text;
    if (is_relative_word(word) || word.find(':') != word.npos) return true;
  }
  return false;
}

// "WD3 09:30", "09:30 LWD", "3 working days before the 25th": no other kind has these words.
bool is_working_day_shape(const Shape& shape) {
  constexpr std::size_t kCompactMax = 4;  // cron, with 3WD in it, has five words or more
  for (std::size_t i = 0; i < std::min(shape.count, shape.words.size()); ++i) {
    const std::string_view word = shape.words[i].text;
    if (schedule::is_working_day_word(word)) return true;
    if (same_word(word, "work") && i + 1 < std::min(shape.count, shape.words.size()) &&
        (same_word(shape.words[i + 1].text, "day") || same_word(shape.words[i + 1].text, "days"))) {
      return true;
    }
    if (shape.count <= kCompactMax && schedule::compact_working_day(word)) return true;
  }
  return false;
}

bool is_unit(std::string_view word) { return schedule::period_unit(word).has_value(); }

bool is_weekday(std::string_view word) {
  return schedule::index_of_name(word, schedule::kWeekdayNames).has_value();
}

ScheduleFormat detect_every(const Shape& shape) {
  const std::size_t kept = std::min(shape.count, shape.words.size());
  const bool time = kept > 2 && same_word(shape.words[kept - 2].text, "at");
  const bool day = shape.count > 1 && is_weekday(shape.words[1].text);
  return has_relative_word(shape) || time || day ? ScheduleFormat::kRelative
                                                 : ScheduleFormat::kPeriodic;
}

// "5 minutes ..."; with five words or more the unit must be a known one, or it is wrong cron.
bool is_count_and_unit(const Shape& shape, std::string_view first, std::string_view second) {
  const bool sign = first[0] == '+' || first[0] == '-';
  if (!is_number(first.substr(sign ? 1 : 0)) || second.empty() || !is_letter(second[0]))
    return false;
  return shape.count < 5 || (second.size() > 1 && is_unit(second));
}

ScheduleFormat detect_words(const Shape& shape) {
  const std::string_view first = shape.words[0].text;
  const std::string_view second = shape.count > 1 ? shape.words[1].text : std::string_view{};
  if (is_working_day_shape(shape)) return ScheduleFormat::kWorkingDay;
  if (same_word(first, "every")) return detect_every(shape);
  if (shape.count == 1 && (is_iso(first) || is_number(first) || is_unit(first))) {
    return ScheduleFormat::kPeriodic;
  }
  const bool counted = is_count_and_unit(shape, first, second) ||
                       (is_compact(first) && (shape.count < 5 || is_compact(second)));
  if (is_relative_word(first)) return ScheduleFormat::kRelative;
  if (has_relative_word(shape)) {
    return counted || is_weekday(first) || schedule::parse_time_of_day(shape.words[0])
               ? ScheduleFormat::kRelative
               : ScheduleFormat::kCron;
  }
  if (counted) return ScheduleFormat::kPeriodic;
  if (shape.count == 1 && is_weekday(first)) return ScheduleFormat::kRelative;
  if (is_unit(first) && shape.count == 2 && is_number(second)) return ScheduleFormat::kPeriodic;
  const bool cron = shape.count >= 5 || shape.count == 1 || is_digit(first[0]);
  return cron ? ScheduleFormat::kCron : ScheduleFormat::kUnknown;
}

}  // namespace

ScheduleFormat ScheduleFormatDetector::detect(std::string_view text) {
  text = schedule::trim(text);
  if (text.empty()) return ScheduleFormat::kUnknown;
  if (text.find('|') != text.npos) return ScheduleFormat::kUnion;
  if (text.front() == '@' || text.front() == '#') return ScheduleFormat::kCron;
  if (schedule::is_rrule(text)) return ScheduleFormat::kRrule;
  if (schedule::without_after_finish(text)) return ScheduleFormat::kPeriodic;
  const Shape shape = look_at(text);
  const std::string_view first = shape.words[0].text;
  if (same_word(first, "at")) return ScheduleFormat::kOneShot;
  const char c = first.front();
  const bool cron_start =
      c == '*' || c == '?' ||
      (shape.count >= 5 && is_number(first) && !is_letter(shape.words[1].text.front()));
  return cron_start ? ScheduleFormat::kCron : detect_words(shape);
}

}  // namespace rota
