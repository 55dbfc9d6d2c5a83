// RFC 3339 in and out. The reader accepts what people paste: 'T' or a space, 'Z' or an offset, and
// up to six digits of a fraction.
#include "rota/time.h"

#include <fmt/format.h>

#include <cstdlib>

namespace rota {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::hh_mm_ss;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::year_month_day;

// Walks a text and remembers the first thing that was not as expected.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  int number(std::size_t digits, int low, int high, std::string_view what) {
    int value = 0;
    const std::size_t start = at_;
    for (std::size_t i = 0; i < digits; ++i, ++at_) {
      if (at_ >= text_.size() || text_[at_] < '0' || text_[at_] > '9') {
        complain(at_, fmt::format("expected {} as {} digits", what, digits));
        return low;
      }
      value = value * 10 + (text_[at_] - '0');
    }
    if (value < low || value > high) {
      complain(start, fmt::format("{} must be {} to {}", what, low, high));
    }
    return value;
  }

  void one_of(std::string_view wanted, std::string_view what) {
    if (at_ < text_.size() && wanted.find(text_[at_]) != std::string_view::npos) {
      ++at_;
    } else {
      complain(at_, fmt::format("expected {}", what));
    }
  }

  Duration fraction() {
    if (at_ >= text_.size() || text_[at_] != '.') return {};
    ++at_;
    std::int64_t value = 0;
    int digits = 0;
    for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_, ++digits) {
      if (digits < 6) value = value * 10 + (text_[at_] - '0');
    }
    if (digits == 0 || digits > 9) complain(at_, "expected 1 to 9 digits of a second");
    for (int i = digits; i < 6; ++i) value *= 10;
    return Duration{value};
  }

  minutes offset() {
    if (at_ < text_.size() && (text_[at_] == 'Z' || text_[at_] == 'z')) {
      ++at_;
      return {};
    }
    if (at_ >= text_.size() || (text_[at_] != '+' && text_[at_] != '-')) {
      complain(at_, "expected 'Z' or an offset like '+01:00'");
      return {};
    }
    const int sign = text_[at_++] == '-' ? -1 : 1;
    const int hour = number(2, 0, 23, "offset hours");
    one_of(":", "':'");
    return minutes{sign * (hour * 60 + number(2, 0, 59, "offset minutes"))};
  }

  void end() {
    if (at_ != text_.size()) complain(at_, "expected nothing more");
  }

  void complain(std::size_t at, std::string what) {
    if (!error_) error_ = Error{ErrorCode::kInvalidArgument, std::move(what), {}, at + 1, {}};
  }

  std::optional<Error>& error() { return error_; }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  std::optional<Error> error_;
};

}  // namespace

std::string format_utc(Instant at) {
  const auto day = floor<days>(at);
  const year_month_day date{day};
  const hh_mm_ss time{at - day};
  std::string text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", int{date.year()},
                                 unsigned{date.month()}, unsigned{date.day()}, time.hours().count(),
                                 time.minutes().count(), time.seconds().count());
  if (const auto us = time.subseconds().count(); us != 0) {
    text += us % 1000 == 0 ? fmt::format(".{:03}", us / 1000) : fmt::format(".{:06}", us);
  }
  return text + "Z";
}

Result<Instant> parse_instant(std::string_view text) {
  Reader in(text);
  const std::chrono::year year{in.number(4, 0, 9999, "the year")};
  in.one_of("-", "'-'");
  const std::chrono::month month{static_cast<unsigned>(in.number(2, 1, 12, "the month"))};
  in.one_of("-", "'-'");
  const std::chrono::day day{static_cast<unsigned>(in.number(2, 1, 31, "the day"))};
  in.one_of("Tt ", "'T' or a space between date and time");
  const hours hour{in.number(2, 0, 23, "the hour")};
  in.one_of(":", "':'");
  const minutes minute{in.number(2, 0, 59, "the minute")};
  in.one_of(":", "':'");
  const seconds second{in.number(2, 0, 60, "the second")};
  const Duration fraction = in.fraction();
  const minutes offset = in.offset();
  in.end();
  const year_month_day date{year, month, day};
  if (!date.ok()) in.complain(8, "that month has no such day");
  if (in.error()) {
    Error& error = *in.error();
    error.message = fmt::format("'{}' is not a time: {} at column {}", text.substr(0, 64),
                                error.message, error.column.value_or(1));
    error.hint = "write it like 2026-11-23T09:30:00Z or 2026-11-23T09:30:00+01:00";
    return fail(std::move(error));
  }
  return Instant{sys_days{date} + hour + minute + second - offset + fraction};
}

std::string format_duration(Duration elapsed) {
  const auto us = elapsed.count();
  const std::string sign = us < 0 ? "-" : "";
  const auto size = static_cast<std::uint64_t>(std::llabs(us));
  struct Unit {
    std::uint64_t us;
    const char* name;
  };
  constexpr Unit kUnits[] = {
      {86'400'000'000, "d"}, {3'600'000'000, "h"}, {60'000'000, "min"}, {1'000'000, "s"}};
  if (size < 1'000'000) return fmt::format("{}{} ms", sign, size / 1000);
  for (std::size_t i = 0; i < std::size(kUnits); ++i) {
    if (size < kUnits[i].us) continue;
    const std::uint64_t whole = size / kUnits[i].us;
    std::string text = fmt::format("{}{} {}", sign, whole, kUnits[i].name);
    if (i + 1 < std::size(kUnits)) {
      const std::uint64_t rest = size % kUnits[i].us / kUnits[i + 1].us;
      if (rest != 0) text += fmt::format(" {} {}", rest, kUnits[i + 1].name);
    }
    return text;
  }
  return sign + "0 ms";
}

}  // namespace rota
