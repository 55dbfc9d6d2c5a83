// First takes the time of day out of the words, wherever it stands; what is left must be one of a
// few patterns, each tried in turn.
#include "schedule/relative.h"

#include <fmt/format.h>

#include <array>

#include "schedule/day_slots.h"
#include "schedule/grid_slots.h"
#include "schedule/local_source.h"
#include "schedule/periodic.h"
#include "schedule/text_error.h"
#include "schedule/timed_words.h"

namespace rota::schedule {
namespace {

constexpr std::string_view kHint =
    "such as 'tomorrow 09:00', 'next friday noon', 'monday next week', 'last day of next month' "
    "or '5 weekdays'";

std::optional<std::int64_t> small_number(std::string_view word) {
  if (!word.empty() && word.front() == '+') word.remove_prefix(1);
  if (word.empty() || word.size() > 5) return std::nullopt;
  std::int64_t number = 0;
  for (const char c : word) {
    if (!is_digit(c)) return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number;
}

// "next", an ordinal, or a number: how many of what follows.
std::optional<std::int64_t> count_word(std::string_view word) {
  if (same_word(word, "next")) return 1;
  if (const auto nth = ordinal_of(word)) return *nth;
  return small_number(word);
}

std::string capital(std::string_view name) {
  std::string text(name);
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 32);
  return text;
}

class RelativeReader {
 public:
  RelativeReader(std::string_view text, std::size_t at, Micros anchor,
                 const ScheduleOptions& options, const Zone& zone)
      : text_(text), base_(at), anchor_(anchor), options_(options), zone_(zone) {
    const Micros local = zone.to_local(anchor);
    anchor_day_ = day_of(local);
    time_ = local - start_of(anchor_day_);
  }

  using Source = std::unique_ptr<SlotSource>;

  Result<Source> read() {
    if (auto done = take_words(); !done) return fail(std::move(done.error()));
    if (count_ == 0) return not_forward(base_);
    if (is(count_ - 1, "ago")) return not_forward(words_[count_ - 1].at);
    every_ = is(0, "every");
    if (every_) drop_first();
    if (count_ == 0) return unknown(0);
    if (count_ == 1) return one_word();
    if (auto found = day_of_month()) return std::move(*found);
    if (auto found = weekday_next_week()) return std::move(*found);
    if (auto found = counted()) return std::move(*found);
    for (const std::string_view back : {"last", "previous", "this", "yesterday", "today", "now"}) {
      if (is(0, back)) return not_forward(words_[0].at);
    }
    return period_with_time();
  }

 private:
  // --- words -----------------------------------------------------------------------------------

  Result<void> take_words() {
    auto found = read_timed_words(text_, base_);
    if (!found) return fail(std::move(found.error()));
    words_ = found->words;
    count_ = found->count;
    has_time_ = found->time.has_value();
    time_ = found->time.value_or(time_);
    return {};
  }

  bool is(std::size_t index, std::string_view lower) const {
    return index < count_ && same_word(words_[index].text, lower);
  }
  std::optional<unsigned> weekday(std::size_t index) const {
    if (index >= count_) return std::nullopt;
    return index_of_name(words_[index].text, kWeekdayNames);
  }
  void drop_first() {
    std::copy(words_.begin() + 1, words_.begin() + static_cast<std::ptrdiff_t>(count_),
              words_.begin());
    --count_;
  }

  // --- patterns --------------------------------------------------------------------------------

  Result<Source> one_word() {
    if (is(0, "tomorrow") && !every_) return grid(anchor_day_, 1, 1, "Every day");
    if (every_) {
      if (const auto day = weekday(0)) {
        const Day first = anchor_day_ + static_cast<Day>((*day + 7 - weekday_of(anchor_day_)) % 7);
        return grid(first, 7, 0, "Every " + capital(kWeekdayNames[*day]));
      }
      if (is(0, "weekday")) return weekday_steps(1, 0);
      return period_with_time();
    }
    const bool stays = weekday(0) || is(0, "today") || is(0, "now") || is(0, "yesterday");
    return stays ? not_forward(words_[0].at) : unknown(0);
  }

  // "first monday of next month", "last day of next month", "last day of +2 months".
  std::optional<Result<Source>> day_of_month() {
    if (!is(2, "of")) return std::nullopt;
    std::optional<int> nth = is(0, "last") ? std::optional<int>(-1) : ordinal_of(words_[0].text);
    if (!nth) return Result<Source>(unknown(0));
    MonthDaySlots slots;
    slots.nth = *nth;
    if (const auto day = weekday(1)) {
      slots.kind = MonthDaySlots::Kind::kWeekday;
      slots.weekday = *day;
      if (*nth > 5) return Result<Source>(unknown(0));
    } else if (is(1, "weekday")) {
      slots.kind = MonthDaySlots::Kind::kMondayToFriday;
    } else if (!is(1, "day")) {
      return Result<Source>(unknown(1));
    }
    std::size_t at = is(3, "the") ? 4 : 3;
    const auto months = at < count_ ? count_word(words_[at].text) : std::nullopt;
    if (!months || *months < 1 || !(is(at + 1, "month") || is(at + 1, "months"))) {
      return Result<Source>(text_error(at < count_ ? words_[at].at : base_ + text_.size(),
                                       "expected 'next month' after 'of'", std::string(kHint)));
    }
    if (at + 2 != count_) return Result<Source>(unknown(at + 2));
    const Date date = date_of(anchor_day_);
    slots.step = *months;
    slots.first_month = std::int64_t{date.year} * 12 + date.month - 1 + slots.step;
    slots.words = fmt::format("On the {} {} of every {}", ordinal_words(slots.nth),
                              slots.kind == MonthDaySlots::Kind::kWeekday
                                  ? capital(kWeekdayNames[slots.weekday])
                              : slots.kind == MonthDaySlots::Kind::kDay ? "day"
                                                                        : "weekday",
                              slots.step == 1 ? "month" : fmt::format("{} months", slots.step));
    return finish(std::move(slots));
  }

  // PHP reads the week as Monday to Sunday.
  std::optional<Result<Source>> weekday_next_week() {
    const std::size_t name = is(0, "next") && is(1, "week") ? 2 : 0;
    const std::size_t next = name == 2 ? 0 : 1;
    const auto day = weekday(name);
    if (!day || count_ != 3 || !is(next, "next") || !is(next + 1, "week")) return std::nullopt;
    const Day monday = anchor_day_ - static_cast<Day>((weekday_of(anchor_day_) + 6) % 7);
    const Day first = monday + 7 + static_cast<Day>((*day + 6) % 7);
    return grid(first, 7, 0, "Every " + capital(kWeekdayNames[*day]));
  }

  // "next friday", "second friday", "5 weekdays", "next month", "third week".
  std::optional<Result<Source>> counted() {
    if (count_ != 2) return std::nullopt;
    const auto count = count_word(words_[0].text);
    if (!count) return std::nullopt;
    if (*count == 0) return Result<Source>(not_forward(words_[0].at));
    if (const auto day = weekday(1)) {
      const unsigned ahead = (*day + 6 - weekday_of(anchor_day_)) % 7 + 1;
      const Day first = anchor_day_ + static_cast<Day>(ahead) + static_cast<Day>(7 * (*count - 1));
      const std::string name = capital(kWeekdayNames[*day]);
      return grid(first, 7 * *count, 0,
                  *count == 1 ? "Every " + name : fmt::format("{} every {} weeks", name, *count));
    }
    if (is(1, "weekday") || is(1, "weekdays")) return weekday_steps(*count, 1);
    const auto unit = period_unit(words_[1].text);
    if (!unit) return Result<Source>(unknown(1));
    constexpr std::int64_t kUnitsMax = 10'000;
    if (*count > kUnitsMax)
      return Result<Source>(text_error(words_[0].at, "the period is too long"));
    return of_period({unit->months * *count, unit->days * *count, unit->elapsed * *count});
  }

  // "every day at 09:00", "2 weeks 3 days 09:00".
  Result<Source> period_with_time() {
    const std::size_t start = words_[0].at - base_;
    const Word& last = words_[count_ - 1];
    const std::string_view part = text_.substr(start, last.at - base_ + last.text.size() - start);
    if (!is_digit(part.front()) && part.front() != '+' && !period_unit(words_[0].text)) {
      return unknown(0);
    }
    const std::string whole = every_ ? "every " + std::string(part) : std::string(part);
    const std::size_t prefix = whole.size() - part.size();
    Result<Period> period = parse_period(whole, base_ + start - std::min(base_ + start, prefix));
    if (!period) return fail(std::move(period.error()));
    return of_period(*period);
  }

  // --- sources ---------------------------------------------------------------------------------

  Result<Source> of_period(const Period& period) {
    if (!has_time_) return make_periodic(period, anchor_, options_, zone_);
    if (!period.is_calendar()) {
      return text_error(base_, "a time of day needs a period of whole days",
                        "such as 'every 2 days at 09:00'");
    }
    GridSlots slots;
    slots.first = anchor_day_;
    slots.months = period.months;
    slots.days = period.days;
    slots.least = every_ ? 0 : 1;
    slots.words = "Every " + describe_period(period);
    return finish(std::move(slots));
  }

  Result<Source> grid(Day first, std::int64_t days, std::int64_t least, std::string words) {
    GridSlots slots;
    slots.first = first;
    slots.days = days;
    slots.least = least;
    slots.words = std::move(words);
    return finish(std::move(slots));
  }

  Result<Source> weekday_steps(std::int64_t step, std::int64_t least) {
    WeekdayStepSlots slots;
    slots.base = WeekdayStepSlots::weekday_number(anchor_day_);
    slots.step = step;
    slots.least = least;
    slots.words = step == 1 ? "Monday to Friday" : fmt::format("Every {} weekdays", step);
    return finish(std::move(slots));
  }

  template <class Slots>
  Result<Source> finish(Slots slots) {
    slots.time_of_day = time_;
    slots.earliest = anchor_;
    slots.words += " at " + format_time_of_day(time_);
    return Source(std::make_unique<LocalSource<Slots>>(std::move(slots), zone_,
                                                       with_overrides(kFixedTimeRule, options_)));
  }

  // --- errors ----------------------------------------------------------------------------------

  tl::unexpected<Error> not_forward(std::size_t at) const {
    return text_error(at, quoted(trim(text_)) + " does not move forward from one run to the next",
                      "say which one comes next, " + std::string(kHint));
  }

  tl::unexpected<Error> unknown(std::size_t index) const {
    if (index >= count_) {
      return text_error(base_ + text_.size(), "the relative date is not complete",
                        std::string(kHint));
    }
    const Word& word = words_[index];
    return text_error(word.at, quoted(word.text) + " is not understood in a relative date",
                      std::string(kHint));
  }

  std::string_view text_;
  std::size_t base_;
  Micros anchor_;
  const ScheduleOptions& options_;
  const Zone& zone_;
  std::array<Word, TimedWords::kMax> words_{};
  std::size_t count_ = 0;
  bool every_ = false;
  bool has_time_ = false;
  Day anchor_day_ = 0;
  Micros time_ = 0;
};

}  // namespace

Result<std::unique_ptr<SlotSource>> make_relative(std::string_view text, std::size_t at,
                                                  Micros anchor, const ScheduleOptions& options,
                                                  const Zone& zone) {
  return RelativeReader(text, at, anchor, options, zone).read();
}

}  // namespace rota::schedule
