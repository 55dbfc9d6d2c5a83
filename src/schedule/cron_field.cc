// A small hand-written reader: one character at a time, with the column of each at hand. Values are
// added to the spec as they are read; a wrap-around range counts on through the end of its field.
#include "schedule/cron_field.h"

#include <fmt/format.h>

#include "schedule/stable_hash.h"
#include "schedule/text_error.h"

namespace rota::schedule {
namespace {

struct FieldRules {
  std::string_view name;
  unsigned low;
  unsigned high;       // as written: day of week goes up to 7
  unsigned step_high;  // where "5/2" and "*" end
  unsigned hash_high;  // H in day of month stays within days that every month has
};

constexpr FieldRules kRules[] = {
    {"second", 0, 59, 59, 59},
    {"minute", 0, 59, 59, 59},
    {"hour", 0, 23, 23, 23},
    {"day of month", 1, 31, 31, 28},
    {"month", 1, 12, 12, 12},
    {"day of week", 0, 7, 6, 6},
    {"year", kCronYearFirst, kCronYearLast, kCronYearLast, kCronYearLast},
};

class FieldReader {
 public:
  FieldReader(CronFieldKind kind, Word field, std::uint64_t seed, CronSpec& spec)
      : kind_(kind),
        rules_(kRules[static_cast<std::size_t>(kind)]),
        text_(field.text),
        base_(field.at),
        seed_(seed),
        spec_(spec) {}

  Result<void> read() {
    for (;;) {
      if (auto done = item(); !done) return done;
      if (at_ == text_.size()) return {};
      if (text_[at_] != ',') return wrong("expected ',' or the end of the field");
      ++at_;
    }
  }

 private:
  Result<void> item() {
    const char c = peek();
    if (c == '*' || c == '?') {
      ++at_;
      return stepped(rules_.low, rules_.step_high);
    }
    if (c == '#' || ((c == 'H' || c == 'h') && !is_letter(peek(1)))) return hashed();
    if (kind_ == CronFieldKind::kDay && (c == 'L' || c == 'l')) return last_day();
    if (kind_ == CronFieldKind::kDay && to_lower(c) == 'w' && to_lower(peek(1)) == 'd') {
      at_ += 2;
      return peek() == '-' ? before_last(spec_.working_days_before_last, 1) : working_day();
    }
    Result<unsigned> value = this->value();
    if (!value) return fail(std::move(value.error()));
    return after_value(*value);
  }

  Result<void> after_value(unsigned value) {
    const char c = to_lower(peek());
    if (kind_ == CronFieldKind::kDay && c == 'w') {
      ++at_;
      const bool working = to_lower(peek()) == 'd';
      if (working) ++at_;
      (working ? spec_.working_days : spec_.nearest_weekdays) |= std::uint32_t{1} << value;
      return {};
    }
    if (kind_ == CronFieldKind::kWeekday && c == 'l') {
      ++at_;
      spec_.last_of_weekday |= static_cast<std::uint8_t>(1U << value % 7);
      return {};
    }
    if (kind_ == CronFieldKind::kWeekday && c == '#') return nth(value);
    if (c == '-') {
      ++at_;
      Result<unsigned> end = this->value();
      if (!end) return fail(std::move(end.error()));
      return range(value, *end);
    }
    if (c == '/') {
      return stepped(kind_ == CronFieldKind::kWeekday ? value % 7 : value, rules_.step_high);
    }
    set(value);
    return {};
  }

  Result<void> range(unsigned from, unsigned to) {
    if (kind_ == CronFieldKind::kWeekday && from == 7 && to != 7) from = 0;
    if (from > to && kind_ == CronFieldKind::kYear) {
      return wrong(fmt::format("the range of years {}-{} runs backwards", from, to));
    }
    return stepped(from, to);
  }

  // From `from` to `to`, through the end of the field when `to` is smaller, by an optional step.
  Result<void> stepped(unsigned from, unsigned to) {
    unsigned step = 1;
    if (peek() == '/') {
      ++at_;
      const std::size_t start = at_;
      Result<unsigned> number = this->number("a step");
      if (!number) return fail(std::move(number.error()));
      if (*number == 0) return wrong_at(start, "a step must be at least 1");
      step = *number;
    }
    const unsigned size = rules_.step_high - rules_.low + 1;
    const unsigned length = from <= to ? to - from : to + size - from;
    if (step > length + 1) {
      spec_.wide_steps[static_cast<std::size_t>(kind_)] = {
          static_cast<std::uint16_t>(step), static_cast<std::uint16_t>(from), step > size};
    }
    for (unsigned i = 0; i <= length; i += step) {
      const unsigned value = from + i;
      set(from <= to || value <= rules_.step_high ? value : value - size);
    }
    return {};
  }

  Result<void> hashed() {
    if (kind_ == CronFieldKind::kYear) return wrong("a year cannot be hashed");
    ++at_;
    unsigned low = rules_.low;
    unsigned high = rules_.hash_high;
    if (peek() == '(') {
      ++at_;
      if (auto limits = hash_limits(low, high); !limits) return limits;
    }
    const std::uint64_t hash = stable_hash(seed_, static_cast<std::uint64_t>(kind_));
    if (peek() != '/') {
      set(low + static_cast<unsigned>(hash % (high - low + 1)));
      return {};
    }
    ++at_;
    const std::size_t start = at_;
    Result<unsigned> step = number("a step");
    if (!step) return fail(std::move(step.error()));
    if (*step == 0) return wrong_at(start, "a step must be at least 1");
    const unsigned spread = std::min(*step, high - low + 1);
    for (unsigned v = low + static_cast<unsigned>(hash % spread); v <= high; v += *step) set(v);
    return {};
  }

  Result<void> hash_limits(unsigned& low, unsigned& high) {
    Result<unsigned> first = value();
    if (!first) return fail(std::move(first.error()));
    if (peek() != '-') return wrong("expected '-' between the limits, as in H(0-29)");
    ++at_;
    Result<unsigned> second = value();
    if (!second) return fail(std::move(second.error()));
    if (peek() != ')') return wrong("expected ')' after the limits, as in H(0-29)");
    if (*first > *second) return wrong("the limits run backwards");
    ++at_;
    low = *first;
    high = *second;
    return {};
  }

  Result<void> last_day() {
    ++at_;
    const char c = to_lower(peek());
    if (c == 'w') {
      ++at_;
      if (to_lower(peek()) == 'd') {
        ++at_;
        return before_last(spec_.working_days_before_last, 0);
      }
      spec_.last_weekday_of_month = true;
      return {};
    }
    return before_last(spec_.days_before_last, 0);
  }

  // An optional "-3" behind L or LWD, or the needed "-1" of WD-1, which counts from 1.
  Result<void> before_last(std::uint32_t& set, unsigned least) {
    unsigned before = least;
    if (peek() == '-') {
      ++at_;
      const std::size_t start = at_;
      Result<unsigned> number = this->number("the days before the last");
      if (!number) return fail(std::move(number.error()));
      if (*number < least || *number > 30 + least) {
        return wrong_at(start,
                        fmt::format("expected {} to {} days before the last", least, 30 + least));
      }
      before = *number;
    }
    set |= std::uint32_t{1} << (before - least);
    return {};
  }

  // WD3, also written WD+3.
  Result<void> working_day() {
    if (peek() == '+') ++at_;
    Result<unsigned> value = this->value();
    if (!value) return fail(std::move(value.error()));
    spec_.working_days |= std::uint32_t{1} << *value;
    return {};
  }

  Result<void> nth(unsigned weekday) {
    ++at_;
    const std::size_t start = at_;
    Result<unsigned> number = this->number("which one of the month");
    if (!number) return fail(std::move(number.error()));
    if (*number < 1 || *number > 5) return wrong_at(start, "expected 1 to 5 after '#'");
    spec_.nth_weekday[*number - 1] |= static_cast<std::uint8_t>(1U << weekday % 7);
    return {};
  }

  // A number or a name.
  Result<unsigned> value() {
    const std::size_t start = at_;
    if (is_letter(peek())) return named_value();
    Result<unsigned> number = this->number(rules_.name);
    if (!number) return number;
    if (*number < rules_.low || *number > rules_.high) {
      return wrong_at(start, fmt::format("{} {} does not exist, expected {} to {}", rules_.name,
                                         *number, rules_.low, rules_.high));
    }
    return number;
  }

  Result<unsigned> named_value() {
    const std::size_t start = at_;
    while (is_letter(peek())) ++at_;
    const std::string_view word = text_.substr(start, at_ - start);
    if (kind_ == CronFieldKind::kMonth) {
      if (const auto index = index_of_name(word, kMonthNames)) return *index + 1;
    } else if (kind_ == CronFieldKind::kWeekday) {
      if (const auto index = index_of_name(word, kWeekdayNames)) return *index;
      if (to_lower(word.back()) == 'l') {
        const std::string_view name = word.substr(0, word.size() - 1);
        if (const auto index = index_of_name(name, kWeekdayNames)) {
          --at_;
          return *index;
        }
      }
    }
    return wrong_at(start, fmt::format("{} is not a {}", quoted(word), rules_.name), hint());
  }

  std::string hint() const {
    if (kind_ == CronFieldKind::kMonth) return "months are 1 to 12 or JAN to DEC";
    if (kind_ != CronFieldKind::kWeekday) {
      return fmt::format("expected {} to {}", rules_.low, rules_.high);
    }
    return "days of the week are 0 to 7 (0 and 7 are Sunday), SUN to SAT, FRIL or FRI#2";
  }

  Result<unsigned> number(std::string_view what) {
    constexpr unsigned kMax = 9999;
    if (!is_digit(peek())) return wrong(fmt::format("expected a number for {}", what));
    const std::size_t start = at_;
    unsigned number = 0;
    for (; is_digit(peek()); ++at_) {
      number = number * 10 + static_cast<unsigned>(peek() - '0');
      if (number > kMax)
        return wrong_at(start, fmt::format("the number for {} is too large", what));
    }
    return number;
  }

  void set(unsigned value) {
    switch (kind_) {
      case CronFieldKind::kSecond:
        spec_.seconds |= std::uint64_t{1} << value;
        break;
      case CronFieldKind::kMinute:
        spec_.minutes |= std::uint64_t{1} << value;
        break;
      case CronFieldKind::kHour:
        spec_.hours |= std::uint32_t{1} << value;
        break;
      case CronFieldKind::kDay:
        spec_.days |= std::uint32_t{1} << value;
        break;
      case CronFieldKind::kMonth:
        spec_.months |= static_cast<std::uint16_t>(1U << value);
        break;
      case CronFieldKind::kWeekday:
        spec_.weekdays |= static_cast<std::uint8_t>(1U << value % 7);
        break;
      case CronFieldKind::kYear:
        value -= kCronYearFirst;
        spec_.years[value / 64] |= std::uint64_t{1} << (value % 64);
        break;
    }
  }

  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  tl::unexpected<Error> wrong(std::string message) const {
    return wrong_at(at_, std::move(message));
  }

  tl::unexpected<Error> wrong_at(std::size_t at, std::string message, std::string hint = {}) const {
    return text_error(base_ + at,
                      fmt::format("{} in the {} field {}", message, rules_.name, quoted(text_)),
                      std::move(hint));
  }

  CronFieldKind kind_;
  const FieldRules& rules_;
  std::string_view text_;
  std::size_t base_;
  std::uint64_t seed_;
  CronSpec& spec_;
  std::size_t at_ = 0;
};

}  // namespace

Result<void> parse_cron_field(CronFieldKind kind, Word field, std::uint64_t hash_seed,
                              CronSpec& spec) {
  return FieldReader(kind, field, hash_seed, spec).read();
}

}  // namespace rota::schedule
