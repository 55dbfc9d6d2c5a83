// Reads and writes periods. Every number is whole and every unit comes once; the sum must be more
// than nothing and less than the years that are searched.
#include "schedule/period.h"

#include <fmt/format.h>

#include "schedule/text_error.h"
#include "schedule/words.h"

namespace rota::schedule {
namespace {

struct Unit {
  std::string_view words;  // in lower case, between spaces
  Period one;
  std::string_view name;  // singular
};

constexpr Micros kMinuteUs = 60 * kSecondUs;
constexpr Micros kHourUs = 60 * kMinuteUs;

constexpr Unit kUnits[] = {
    {" s sec secs second seconds ", {0, 0, kSecondUs}, "second"},
    {" m min mins minute minutes ", {0, 0, kMinuteUs}, "minute"},
    {" h hr hrs hour hours ", {0, 0, kHourUs}, "hour"},
    {" d day days ", {0, 1, 0}, "day"},
    {" w wk wks week weeks ", {0, 7, 0}, "week"},
    {" fortnight fortnights ", {0, 14, 0}, "fortnight"},
    {" mo mon mons month months ", {1, 0, 0}, "month"},
    {" y yr yrs year years ", {12, 0, 0}, "year"},
};

constexpr std::size_t kUnitWordMax = 12;
constexpr std::int64_t kNumberMax = 999'999'999;
constexpr std::int64_t kMonthsMax = 230LL * 12;
constexpr std::int64_t kDaysMax = 230LL * 366;
constexpr Micros kElapsedMax = kDaysMax * kDayUs;

const Unit* find_unit(std::string_view word) {
  if (word.empty() || word.size() > kUnitWordMax || word == "M") return nullptr;
  std::string padded = " ";
  for (const char c : word) padded += to_lower(c);
  padded += ' ';
  for (const Unit& unit : kUnits) {
    if (unit.words.find(padded) != std::string_view::npos) return &unit;
  }
  return nullptr;
}

constexpr std::string_view kHint = "write it like '30 seconds', '1h30m', 'every 2 days' or 'PT15M'";

class PeriodReader {
 public:
  PeriodReader(std::string_view text, std::size_t at) : text_(text), base_(at) {}

  Result<Period> read() {
    skip_space();
    if (peek() == 'P' || peek() == 'p') return iso();
    return words();
  }

 private:
  Result<Period> words() {
    bool bare_unit = skip_word("every");
    for (bool first = true;; first = false) {
      skip_space();
      if (!first && (peek() == ',' || skip_word("and"))) {
        if (peek() == ',') ++at_;
        skip_space();
      }
      if (at_ == text_.size()) break;
      const bool had_sign = peek() == '+';
      if (had_sign) ++at_;
      std::int64_t count = 1;
      if (is_digit(peek()) || had_sign || !bare_unit || !first) {
        auto number = this->number();
        if (!number) return fail(std::move(number.error()));
        count = *number;
        skip_space();
        if (at_ == text_.size() && first && !had_sign) return seconds(count);
      }
      if (auto done = unit(count); !done) return fail(std::move(done.error()));
    }
    return finish();
  }

  Result<Period> seconds(std::int64_t count) {
    sum_.elapsed = count * kSecondUs;
    return finish();
  }

  Result<void> unit(std::int64_t count) {
    const std::size_t start = at_;
    while (is_letter(peek())) ++at_;
    const std::string_view word = text_.substr(start, at_ - start);
    const Unit* found = find_unit(word);
    if (found == nullptr) {
      if (word == "M") return wrong(start, "'M' could be minutes or months", "write 'min' or 'mo'");
      if (word.empty() && peek() == '.')
        return wrong(start, "a period is counted in whole numbers");
      return wrong(start,
                   fmt::format("expected a unit of time, found {}", quoted(text_.substr(start))),
                   "units are seconds, minutes, hours, days, weeks, months and years");
    }
    return add(start, *found, count);
  }

  Result<Period> iso() {
    ++at_;
    bool in_time = false;
    std::size_t least = 0;  // units must come in their order
    if (at_ == text_.size()) return wrong(at_, "expected a number after 'P'");
    while (at_ < text_.size()) {
      if (to_lower(peek()) == 't') {
        if (in_time) return wrong(at_, "expected only one 'T'");
        in_time = true;
        ++at_;
      }
      auto count = number();
      if (!count) return fail(std::move(count.error()));
      constexpr std::string_view kDateUnits = "ymwd";
      constexpr std::string_view kTimeUnits = "hms";
      constexpr std::size_t kDateIndex[] = {7, 6, 4, 3};
      constexpr std::size_t kTimeIndex[] = {2, 1, 0};
      const std::size_t place = (in_time ? kTimeUnits : kDateUnits).find(to_lower(peek()));
      if (at_ == text_.size() || place == std::string_view::npos) {
        return wrong(at_, in_time ? "expected H, M or S" : "expected Y, M, W or D",
                     "ISO 8601 periods look like P1D, P1M or PT1H30M");
      }
      const std::size_t order = place + (in_time ? 4 : 0);
      if (order < least) return wrong(at_, "this unit is given twice or out of order");
      least = order + 1;
      const Unit& unit = kUnits[in_time ? kTimeIndex[place] : kDateIndex[place]];
      if (auto done = add(at_, unit, *count); !done) return fail(std::move(done.error()));
      ++at_;
    }
    return finish();
  }

  Result<void> add(std::size_t at, const Unit& unit, std::int64_t count) {
    const auto bit = 1U << (&unit - kUnits);
    if ((used_ & bit) != 0) return wrong(at, fmt::format("{}s are given twice", unit.name));
    used_ |= bit;
    if (count > kDaysMax && unit.one.elapsed == 0) return wrong(at, "the period is too long");
    sum_.months += unit.one.months * count;
    sum_.days += unit.one.days * count;
    sum_.elapsed += unit.one.elapsed * count;
    const bool ok =
        sum_.months <= kMonthsMax && sum_.days <= kDaysMax && sum_.elapsed <= kElapsedMax;
    if (!ok)
      return wrong(at, "the period is too long", "schedules are searched up to the year 2199");
    return {};
  }

  Result<Period> finish() {
    if (used_ == 0 && sum_.elapsed == 0 && sum_.is_elapsed() && at_ == 0) {
      return wrong(0, "expected a period");
    }
    if (sum_.months == 0 && sum_.days == 0 && sum_.elapsed == 0) {
      return wrong(0, "a period of nothing never moves forward");
    }
    if (sum_.elapsed > kElapsedMax) return wrong(0, "the period is too long");
    return sum_;
  }

  Result<std::int64_t> number() {
    const std::size_t start = at_;
    if (peek() == '-') return wrong(start, "a period must be positive");
    if (!is_digit(peek())) {
      return wrong(start, fmt::format("expected a number, found {}", quoted(text_.substr(start))));
    }
    std::int64_t number = 0;
    for (; is_digit(peek()); ++at_) {
      number = number * 10 + (peek() - '0');
      if (number > kNumberMax) return wrong(start, "the number is too large");
    }
    return number;
  }

  bool skip_word(std::string_view word) {
    const std::string_view rest = text_.substr(at_);
    if (rest.size() <= word.size() || !same_word(rest.substr(0, word.size()), word)) return false;
    if (!is_space(rest[word.size()])) return false;
    at_ += word.size();
    return true;
  }

  void skip_space() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  tl::unexpected<Error> wrong(std::size_t at, const std::string& message,
                              std::string_view hint = kHint) const {
    return text_error(base_ + at, message, std::string(hint));
  }

  std::string_view text_;
  std::size_t base_;
  std::size_t at_ = 0;
  Period sum_;
  unsigned used_ = 0;
};

void append(std::string& text, std::int64_t count, std::string_view unit) {
  if (count == 0) return;
  if (!text.empty()) text += " and ";
  text += count == 1 ? fmt::format("1 {}", unit) : fmt::format("{} {}s", count, unit);
}

}  // namespace

Result<Period> parse_period(std::string_view text, std::size_t at) {
  std::string_view trimmed = text;
  while (!trimmed.empty() && is_space(trimmed.back())) trimmed.remove_suffix(1);
  return PeriodReader(trimmed, at).read();
}

std::optional<Period> period_unit(std::string_view word) {
  const Unit* unit = find_unit(word);
  return unit == nullptr ? std::nullopt : std::optional<Period>(unit->one);
}

std::string describe_period(const Period& period) {
  std::string text;
  append(text, period.months / 12, "year");
  append(text, period.months % 12, "month");
  const bool whole_weeks = period.days % 7 == 0;
  append(text, whole_weeks ? period.days / 7 : period.days, whole_weeks ? "week" : "day");
  append(text, period.elapsed / kHourUs, "hour");
  append(text, period.elapsed / kMinuteUs % 60, "minute");
  append(text, period.elapsed / kSecondUs % 60, "second");
  return text;
}

}  // namespace rota::schedule
