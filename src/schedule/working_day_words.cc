// A reader that goes from word to word: first the short forms, then "every working day", then an
// ordinal within a period, then a distance from a day of the month.
#include "schedule/working_day_words.h"

#include <fmt/format.h>

#include <bit>

#include "schedule/local_source.h"
#include "schedule/text_error.h"
#include "schedule/timed_words.h"
#include "schedule/working_day_slots.h"

namespace rota::schedule {
namespace {

using Slots = WorkingDaySlots;

constexpr std::string_view kHint =
    "such as 'WD3 09:30', 'first working day 09:30', 'last working day of the month 16:00', '3 "
    "working days before the 25th 17:00' or 'every working day at 09:00'";

constexpr std::string_view kSmallNumbers[] = {"one", "two",   "three", "four", "five",
                                              "six", "seven", "eight", "nine", "ten"};

// A number without a sign, at most 9,999.
std::optional<int> number_of(std::string_view word) {
  if (word.empty() || word.size() > 4) return std::nullopt;
  int number = 0;
  for (const char c : word) {
    if (!is_digit(c)) return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number;
}

std::optional<int> count_of(std::string_view word) {
  for (int i = 0; i < 10; ++i) {
    if (same_word(word, kSmallNumbers[i])) return i + 1;
  }
  return number_of(word);
}

// "25th", "3rd", "twelfth": also beyond twelve.
std::optional<int> any_ordinal(std::string_view word) {
  if (const auto nth = ordinal_of(word)) return nth;
  if (word.size() < 3 || !is_digit(word.front())) return std::nullopt;
  const std::string_view ending = word.substr(word.size() - 2);
  for (const std::string_view known : {"st", "nd", "rd", "th"}) {
    if (same_word(ending, known)) return number_of(word.substr(0, word.size() - 2));
  }
  return std::nullopt;
}

class Reader {
 public:
  Reader(const WorkingDayText& text, const ScheduleOptions& options, const Zone& zone,
         TimedWords words)
      : text_(text), options_(options), zone_(zone), words_(std::move(words)) {
    slots_.calendar = text.calendar;
    slots_.zone = &zone;
    slots_.budget = text.budget;
    slots_.time_of_day = words_.time.value_or(0);
  }

  Result<std::unique_ptr<SlotSource>> read() {
    take("on");
    if (auto done = pattern(); !done) return fail(std::move(done.error()));
    if (at_ < words_.count) return wrong("is not understood here");
    slots_.words += " at " + format_time_of_day(slots_.time_of_day);
    return std::unique_ptr<SlotSource>(std::make_unique<LocalSource<Slots>>(
        std::move(slots_), zone_, with_overrides(kFixedTimeRule, options_)));
  }

 private:
  Result<void> pattern() {
    if (at_ < words_.count) {
      if (const auto nth = compact_working_day(word())) return compact(*nth);
    }
    const bool every = take("every") || take("each") || take("all");
    take("the");
    if (take_working_day()) return after_bare(every);
    const std::size_t start = at_;
    const bool next = take("next");
    if (next && take_working_day() && !is_direction()) {
      slots_.first_month = 0;
      return every_working_day();
    }
    at_ = start;
    if (const auto nth = take_ordinal()) {
      if (!take_working_day()) return wrong("is not 'working day'");
      if (is_direction()) return beside(*nth == -1 ? 1 : *nth);
      return within(*nth);
    }
    std::optional<int> count = at_ < words_.count ? count_of(word()) : std::nullopt;
    if (take("a") || take("one")) {
      count = 1;
    } else if (count) {
      ++at_;
    }
    if (!count || !take_working_day()) return wrong("is not understood in working days");
    if (!is_direction()) return wrong("is not 'before' or 'after' a day of the month");
    return beside(*count);
  }

  // --- words -----------------------------------------------------------------------------------

  std::string_view word() const { return words_.words[at_].text; }

  bool take(std::string_view lower) {
    if (!words_.is(at_, lower)) return false;
    ++at_;
    return true;
  }

  bool take_any(std::initializer_list<std::string_view> choices) {
    for (const std::string_view choice : choices) {
      if (take(choice)) return true;
    }
    return false;
  }

  bool take_working_day() {
    if (take_any({"workday", "workdays", "working-day", "working-days", "business-day",
                  "business-days", "wd"})) {
      return true;
    }
    if (!take_any({"working", "business", "work", "banking"})) return false;
    if (take_any({"day", "days"})) return true;
    --at_;
    return false;
  }

  // An ordinal, or "last", "second last", "second to last", "penultimate": negative from the end.
  std::optional<int> take_ordinal() {
    if (take("last")) return -1;
    if (take("penultimate")) return -2;
    if (at_ == words_.count) return std::nullopt;
    const auto nth = any_ordinal(word());
    if (!nth) return std::nullopt;
    ++at_;
    if (take("last") || take("to-last")) return -*nth;
    if (!words_.is(at_, "to") || !words_.is(at_ + 1, "last")) return nth;
    at_ += 2;
    return -*nth;
  }

  bool is_direction() const {
    for (const std::string_view known : {"before", "after", "prior", "on"}) {
      if (words_.is(at_, known)) return true;
    }
    return false;
  }

  // --- patterns --------------------------------------------------------------------------------

  Result<void> compact(int nth) {
    ++at_;
    slots_.kind = Slots::Kind::kNth;
    slots_.nth = nth;
    return check_nth(31, "month");
  }

  // "working day 3" is read as "WD3"; "the working day before the 25th" as one working day.
  Result<void> after_bare(bool every) {
    if (!every && is_direction()) return beside(1);
    const auto number = at_ < words_.count ? number_of(word()) : std::nullopt;
    if (!every && number) {
      ++at_;
      return within(*number);
    }
    return every_working_day();
  }

  Result<void> every_working_day() {
    slots_.kind = Slots::Kind::kEvery;
    slots_.words = "Every working day";
    return {};
  }

  Result<void> within(int nth) {
    slots_.kind = Slots::Kind::kNth;
    slots_.nth = nth;
    const bool of = take("of") || take("in");
    const bool next = [&] {
      take_any({"the", "each", "every", "a"});
      return take("next");
    }();
    if (take_any({"month", "months", "monthly"})) {
      slots_.period = Slots::Period::kMonth;
    } else if (take_any({"week", "weekly"})) {
      slots_.period = Slots::Period::kWeek;
    } else if (take_any({"quarter", "quarterly"})) {
      slots_.period = Slots::Period::kQuarter;
    } else if (take_any({"year", "yearly"})) {
      slots_.period = Slots::Period::kYear;
    } else if (of && take_months()) {
      return check_nth(31, "month");
    } else if (of || next) {
      return wrong("is not week, month, quarter, year or a month's name");
    }
    if (next) start_after_anchor();
    constexpr int kMost[] = {7, 31, 92, 366};
    constexpr std::string_view kNames[] = {"week", "month", "quarter", "year"};
    const auto index = static_cast<std::size_t>(slots_.period);
    return check_nth(kMost[index], kNames[index]);
  }

  // "of next month": the month of the anchor is left out.
  void start_after_anchor() {
    const Date date = date_of(day_of(zone_.to_local(options_.anchor.time_since_epoch().count())));
    const std::int64_t month = std::int64_t{date.year} * 12 + date.month - 1;
    const std::int64_t size = slots_.period == Slots::Period::kQuarter ? 3
                              : slots_.period == Slots::Period::kYear  ? 12
                                                                       : 1;
    slots_.first_month = (month / size + 1) * size;
  }

  Result<void> check_nth(int most, std::string_view period) {
    const int nth = std::abs(slots_.nth);
    if (nth < 1 || nth > most) {
      return text_error(text_.at, fmt::format("a {} has no such working day", period),
                        fmt::format("count from 1 to {}, or -1 for the last", most));
    }
    slots_.words = fmt::format("On the {} working day of {}", ordinal_words(slots_.nth),
                               months_words(fmt::format("the {}", period)));
    return {};
  }

  // "3 working days before the 25th", "the last working day on or before the 25th".
  Result<void> beside(int count) {
    bool before = true;
    const bool inclusive = take("on");
    if (inclusive && !take("or")) return wrong("is not 'or before' or 'or after'");
    if (take("after")) {
      before = false;
    } else if (take("prior")) {
      if (!take("to")) return wrong("is not 'to'");
    } else if (!take("before")) {
      return wrong("is not 'before' or 'after'");
    }
    if (inclusive && count != 1) return wrong("needs 'before' or 'after' alone");
    if (!inclusive && (count < 1 || count > kWorkingDayOffsetMax)) {
      return text_error(text_.at,
                        fmt::format("expected 1 to {} working days", kWorkingDayOffsetMax));
    }
    slots_.kind = Slots::Kind::kFromDay;
    slots_.shift = inclusive ? 0 : before ? -count : count;
    slots_.or_after = !before;
    if (auto done = day_of_month(); !done) return done;
    const std::string days =
        inclusive ? "On" : fmt::format("{} working day{}", count, count == 1 ? "" : "s");
    slots_.words =
        fmt::format("{} {} {} of {}", days, before ? "before" : "after",
                    slots_.of_month == 0
                        ? "the last day"
                        : fmt::format("the {}", short_ordinal(static_cast<int>(slots_.of_month))),
                    months_words("the month"));
    if (inclusive) {
      slots_.words.insert(2, fmt::format(" the {} working day on or", before ? "last" : "first"));
    }
    return {};
  }

  Result<void> day_of_month() {
    take("the");
    if (take("month-end") || take("end") || (take("last") && (take("day") || back()))) {
      slots_.of_month = 0;
    } else if (words_.is(at_, "month") && words_.is(at_ + 1, "end")) {
      at_ += 2;
      slots_.of_month = 0;
    } else {
      take("day");
      auto day = at_ < words_.count ? any_ordinal(word()) : std::nullopt;
      if (!day && at_ < words_.count) day = number_of(word());
      if (!day || *day < 1 || *day > 31) {
        return wrong("is not a day of the month", "write it like 'the 25th' or 'the last day'");
      }
      slots_.of_month = static_cast<unsigned>(*day);
      ++at_;
      take("day");
    }
    if (!take("of") && !take("in")) return {};
    take_any({"the", "each", "every", "a"});
    if (take_any({"month", "months"})) return {};
    if (!take_months()) return wrong("is not 'the month' or a month's name");
    return {};
  }

  bool back() {
    --at_;
    return false;
  }

  // "january", "march, june and september".
  bool take_months() {
    std::uint16_t found = 0;
    while (at_ < words_.count) {
      if (found != 0 && take("and")) continue;
      std::string_view name = word();
      while (!name.empty() && name.back() == ',') name.remove_suffix(1);
      const auto month = index_of_name(name, kMonthNames);
      if (!month) break;
      found |= static_cast<std::uint16_t>(2U << *month);
      ++at_;
    }
    if (found != 0) slots_.months = found;
    return found != 0;
  }

  std::string months_words(std::string_view every) const {
    if (slots_.months == 0x1ffe) return std::string(every);
    std::string text;
    int left = std::popcount(slots_.months);
    for (unsigned month = 1; month <= 12; ++month) {
      if ((slots_.months >> month & 1) == 0) continue;
      std::string name(kMonthNames[month - 1]);
      name[0] = static_cast<char>(name[0] - 32);
      text += text.empty() ? "" : left == 1 ? " and " : ", ";
      text += name;
      --left;
    }
    return text;
  }

  tl::unexpected<Error> wrong(std::string_view what, std::string_view hint = kHint) const {
    if (at_ >= words_.count) {
      return text_error(text_.at + text_.text.size(), "the working-day words are not complete",
                        std::string(hint));
    }
    return text_error(words_.words[at_].at, fmt::format("{} {}", quoted(word()), what),
                      std::string(hint));
  }

  const WorkingDayText& text_;
  const ScheduleOptions& options_;
  const Zone& zone_;
  TimedWords words_;
  Slots slots_;
  std::size_t at_ = 0;
};

}  // namespace

std::optional<int> compact_working_day(std::string_view word) {
  constexpr int kTooLarge = 0;
  const bool last = word.size() >= 3 && same_word(word.substr(0, 3), "lwd");
  if (last) {
    word.remove_prefix(3);
    if (word.empty()) return -1;
    const auto before = word.front() == '-' ? number_of(word.substr(1)) : std::nullopt;
    if (!before) return std::nullopt;
    return *before > 30 ? kTooLarge : -1 - *before;
  }
  if (word.size() < 3) return std::nullopt;
  if (same_word(word.substr(word.size() - 2), "wd")) {
    return number_of(word.substr(0, word.size() - 2));
  }
  if (!same_word(word.substr(0, 2), "wd")) return std::nullopt;
  word.remove_prefix(2);
  const bool minus = word.front() == '-';
  if (minus || word.front() == '+') word.remove_prefix(1);
  const auto number = number_of(word);
  if (!number) return std::nullopt;
  return minus ? -*number : *number;
}

bool is_working_day_word(std::string_view word) {
  for (const std::string_view known :
       {"working", "business", "workday", "workdays", "working-day", "working-days", "business-day",
        "business-days", "banking", "wd"}) {
    if (same_word(word, known)) return true;
  }
  return false;
}

Result<std::unique_ptr<SlotSource>> make_working_day(const WorkingDayText& text,
                                                     const ScheduleOptions& options,
                                                     const Zone& zone) {
  auto words = read_timed_words(text.text, text.at);
  if (!words) return fail(std::move(words.error()));
  return Reader(text, options, zone, std::move(*words)).read();
}

}  // namespace rota::schedule
