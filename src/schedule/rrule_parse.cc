// Part by part; then what the rule leaves open comes from its start, as the RFC says, and what it
// forbids is refused with the column.
#include "schedule/rrule_parse.h"

#include <fmt/format.h>

#include <algorithm>

#include "schedule/text_error.h"

namespace rota::schedule {
namespace {

using Frequency = RruleSpec::Frequency;

constexpr std::string_view kDayNames[] = {"su", "mo", "tu", "we", "th", "fr", "sa"};
constexpr std::int64_t kCountMax = 1'000'000;
constexpr std::size_t kListMax = 400;

enum Part : unsigned {
  kFreq = 1U << 0,
  kInterval = 1U << 1,
  kCount = 1U << 2,
  kUntil = 1U << 3,
  kWeekStart = 1U << 4,
  kByMonth = 1U << 5,
  kByWeek = 1U << 6,
  kByYearDay = 1U << 7,
  kByMonthDay = 1U << 8,
  kByDay = 1U << 9,
  kByHour = 1U << 10,
  kByMinute = 1U << 11,
  kBySecond = 1U << 12,
  kBySetPosition = 1U << 13,
};

struct PartName {
  std::string_view name;
  Part part;
};

constexpr PartName kParts[] = {
    {"freq", kFreq},         {"interval", kInterval},      {"count", kCount},
    {"until", kUntil},       {"wkst", kWeekStart},         {"bymonth", kByMonth},
    {"byweekno", kByWeek},   {"byyearday", kByYearDay},    {"bymonthday", kByMonthDay},
    {"byday", kByDay},       {"byhour", kByHour},          {"byminute", kByMinute},
    {"bysecond", kBySecond}, {"bysetpos", kBySetPosition},
};

class Reader {
 public:
  Reader(Word text, const RruleStart& start, const Zone& zone)
      : text_(text), zone_(zone), start_is_anchor_(start.is_anchor) {
    rule_.spec.start = start.at;
  }

  Result<ParsedRrule> read() {
    std::size_t begin = 0;
    while (begin <= text_.text.size()) {
      const std::size_t end = std::min(text_.text.find(';', begin), text_.text.size());
      const Word part{text_.text.substr(begin, end - begin), text_.at + begin};
      // A ';' at the very end is what some calendar programs write.
      if (part.text.empty() && end == text_.text.size() && begin > 0) break;
      if (auto done = read_part(part); !done) return fail(std::move(done.error()));
      begin = end + 1;
    }
    if (auto done = check(); !done) return fail(std::move(done.error()));
    fill_in();
    return std::move(rule_);
  }

 private:
  Result<void> read_part(Word part) {
    const std::size_t equals = part.text.find('=');
    if (equals == part.text.npos) {
      return text_error(part.at, "expected NAME=VALUE, found " + quoted(part.text),
                        "such as FREQ=MONTHLY;BYDAY=1MO");
    }
    const std::string_view name = part.text.substr(0, equals);
    const Word value{part.text.substr(equals + 1), part.at + equals + 1};
    for (const PartName& known : kParts) {
      if (!same_word(name, known.name)) continue;
      if ((seen_ & known.part) != 0) return text_error(part.at, quoted(name) + " is given twice");
      seen_ |= known.part;
      places_[std::countr_zero(static_cast<unsigned>(known.part))] = part.at;
      return read_value(known.part, value);
    }
    return text_error(part.at, quoted(name) + " is not a part of a recurrence rule",
                      "known are FREQ, INTERVAL, COUNT, UNTIL, WKST, BYMONTH, BYWEEKNO, BYYEARDAY, "
                      "BYMONTHDAY, BYDAY, BYHOUR, BYMINUTE, BYSECOND and BYSETPOS");
  }

  Result<void> read_value(Part part, Word value) {
    RruleSpec& spec = rule_.spec;
    switch (part) {
      case kFreq:
        return frequency(value);
      case kInterval:
        return number(value, 1, 10'000, [&](int n) { spec.interval = n; });
      case kCount:
        return number(value, 1, kCountMax, [&](int n) { rule_.count = n; });
      case kUntil:
        return until(value);
      case kWeekStart: {
        const auto day = weekday(value.text);
        if (!day) return not_a_day(value);
        spec.week_start = *day;
        return {};
      }
      case kByMonth:
        spec.months = 0;
        return list(value, 1, 12, false,
                    [&](int n) { spec.months |= static_cast<std::uint16_t>(1U << n); });
      case kByWeek:
        return list(value, 1, 53, true, [&](int n) { spec.weeks.push_back(n); });
      case kByYearDay:
        return list(value, 1, 366, true, [&](int n) { spec.year_days.push_back(n); });
      case kByMonthDay:
        return list(value, 1, 31, true, [&](int n) {
          (n > 0 ? spec.month_days : spec.days_from_end) |= std::uint32_t{1} << std::abs(n);
        });
      case kByDay:
        return by_day(value);
      case kByHour:
        rule_.has_time = true;
        return list(value, 0, 23, false, [&](int n) { spec.times.hours |= 1U << n; });
      case kByMinute:
        return list(value, 0, 59, false,
                    [&](int n) { spec.times.minutes |= std::uint64_t{1} << n; });
      case kBySecond:
        return list(value, 0, 59, false,
                    [&](int n) { spec.times.seconds |= std::uint64_t{1} << n; });
      case kBySetPosition:
        break;
    }
    return list(value, 1, 366, true, [&](int n) { spec.positions.push_back(n); });
  }

  Result<void> frequency(Word value) {
    constexpr std::string_view kNames[] = {"daily", "weekly", "monthly", "yearly"};
    for (unsigned i = 0; i < 4; ++i) {
      if (same_word(value.text, kNames[i])) {
        rule_.spec.frequency = static_cast<Frequency>(i);
        return {};
      }
    }
    for (const std::string_view shorter : {"hourly", "minutely", "secondly"}) {
      if (same_word(value.text, shorter)) {
        return text_error(value.at, "rules of less than a day are not read as RRULE",
                          "write a period ('15 minutes', 'every 2 hours') or cron ('*/15 8-18 * * "
                          "1-5'); BYHOUR and BYMINUTE name times within a day");
      }
    }
    return text_error(value.at, quoted(value.text) + " is not a frequency",
                      "FREQ is DAILY, WEEKLY, MONTHLY or YEARLY");
  }

  Result<void> until(Word value) {
    auto local = parse_rrule_time(value, zone_, true);
    if (!local) return fail(std::move(local.error()));
    rule_.spec.last = *local;
    return {};
  }

  static std::optional<unsigned> weekday(std::string_view text) {
    for (unsigned i = 0; i < 7; ++i) {
      if (same_word(text, kDayNames[i])) return i;
    }
    return std::nullopt;
  }

  tl::unexpected<Error> not_a_day(Word value) const {
    return text_error(value.at, quoted(value.text) + " is not a day of the week",
                      "days are MO, TU, WE, TH, FR, SA and SU, with a number in front for the nth");
  }

  Result<void> by_day(Word value) {
    return each(value, [&](Word item) -> Result<void> {
      const std::size_t split = item.text.size() < 2 ? 0 : item.text.size() - 2;
      const auto day = weekday(item.text.substr(split));
      if (!day) return not_a_day(item);
      if (split == 0) {
        rule_.spec.weekdays |= static_cast<std::uint8_t>(1U << *day);
        return {};
      }
      return item_number({item.text.substr(0, split), item.at}, 1, 53, true,
                         [&](int n) { rule_.spec.nth_weekdays.push_back({n, *day}); });
    });
  }

  // --- numbers ---------------------------------------------------------------------------------

  template <class Use>
  Result<void> each(Word value, Use use) {
    std::size_t items = 0;
    for (std::size_t begin = 0; begin <= value.text.size();) {
      const std::size_t end = std::min(value.text.find(',', begin), value.text.size());
      if (++items > kListMax) return text_error(value.at + begin, "expected fewer values");
      if (auto done = use(Word{value.text.substr(begin, end - begin), value.at + begin}); !done) {
        return done;
      }
      begin = end + 1;
    }
    return {};
  }

  template <class Use>
  Result<void> list(Word value, int low, int high, bool negative, Use use) {
    return each(value, [&](Word item) { return item_number(item, low, high, negative, use); });
  }

  template <class Use>
  Result<void> number(Word value, int low, int high, Use use) {
    return item_number(value, low, high, false, use);
  }

  template <class Use>
  Result<void> item_number(Word item, int low, int high, bool negative, Use use) {
    std::string_view digits = item.text;
    const bool minus = negative && digits.starts_with('-');
    if (minus || (negative && digits.starts_with('+'))) digits.remove_prefix(1);
    std::int64_t number = 0;
    bool ok = !digits.empty() && digits.size() <= 9;
    for (const char c : digits) {
      ok = ok && is_digit(c);
      if (ok) number = number * 10 + (c - '0');
    }
    if (!ok || number < low || number > high) {
      return text_error(
          item.at,
          fmt::format("expected a number from {} to {}{}, found {}", low, high,
                      negative ? ", or the same negative from the end" : "", quoted(item.text)));
    }
    use(static_cast<int>(minus ? -number : number));
    return {};
  }

  // --- the whole -------------------------------------------------------------------------------

  bool has(unsigned parts) const { return (seen_ & parts) != 0; }

  tl::unexpected<Error> refuse(Part part, const std::string& message) const {
    return text_error(places_[std::countr_zero(static_cast<unsigned>(part))], message);
  }

  Result<void> check() const {
    const Frequency frequency = rule_.spec.frequency;
    if (!has(kFreq)) {
      return text_error(text_.at, "a recurrence rule needs FREQ",
                        "FREQ is DAILY, WEEKLY, MONTHLY or YEARLY");
    }
    if (has(kCount) && has(kUntil)) return refuse(kUntil, "COUNT and UNTIL exclude each other");
    if (has(kByWeek) && frequency != Frequency::kYearly) {
      return refuse(kByWeek, "BYWEEKNO goes with FREQ=YEARLY only");
    }
    if (has(kByYearDay) && frequency != Frequency::kYearly) {
      return refuse(kByYearDay, "BYYEARDAY goes with FREQ=YEARLY only");
    }
    if (has(kByMonthDay) && frequency == Frequency::kWeekly) {
      return refuse(kByMonthDay, "BYMONTHDAY does not go with FREQ=WEEKLY");
    }
    const bool numbers = !rule_.spec.nth_weekdays.empty();
    if (numbers && (frequency == Frequency::kDaily || frequency == Frequency::kWeekly)) {
      return refuse(kByDay, "a number in BYDAY goes with FREQ=MONTHLY and FREQ=YEARLY only");
    }
    if (numbers && has(kByWeek)) return refuse(kByDay, "a number in BYDAY excludes BYWEEKNO");
    constexpr unsigned kOthers =
        kByMonth | kByWeek | kByYearDay | kByMonthDay | kByDay | kByHour | kByMinute | kBySecond;
    if (has(kBySetPosition) && !has(kOthers)) {
      return refuse(kBySetPosition,
                    "BYSETPOS picks from what another BY part names; none is given");
    }
    return {};
  }

  void fill_in() {
    RruleSpec& spec = rule_.spec;
    const Date date = date_of(day_of(spec.start));
    const auto weekday_bit = static_cast<std::uint8_t>(1U << weekday_of(day_of(spec.start)));
    const Micros second = (spec.start - start_of(day_of(spec.start))) / kSecondUs;
    if (!has(kByHour)) spec.times.hours = 1U << (second / 3600);
    if (!has(kByMinute)) spec.times.minutes = std::uint64_t{1} << (second / 60 % 60);
    // Whoever writes BYHOUR=16;BYMINUTE=30 does not mean the seconds of the task's making.
    const bool whole = start_is_anchor_ && has(kByHour | kByMinute);
    if (!has(kBySecond)) spec.times.seconds = std::uint64_t{1} << (whole ? 0 : second % 60);
    spec.nth_in_month = spec.frequency != Frequency::kYearly || has(kByMonth);
    const bool names_days = has(kByMonthDay | kByDay | kByYearDay | kByWeek);
    if (spec.frequency == Frequency::kWeekly && !has(kByDay)) spec.weekdays = weekday_bit;
    if (spec.frequency == Frequency::kMonthly && !names_days) {
      spec.month_days = std::uint32_t{1} << date.day;
    }
    if (spec.frequency == Frequency::kYearly && !names_days) {
      spec.month_days = std::uint32_t{1} << date.day;
      if (!has(kByMonth)) spec.months = static_cast<std::uint16_t>(1U << date.month);
    }
    if (has(kByWeek) && !has(kByMonthDay | kByDay | kByYearDay)) spec.weekdays = weekday_bit;
    if (spec.frequency == Frequency::kDaily && has(kBySetPosition)) pick_times();
  }

  // Within one day BYSETPOS picks from the times, which are the same on every day.
  void pick_times() {
    RruleSpec& spec = rule_.spec;
    const std::int32_t size = spec.times.size();
    std::vector<std::int32_t> picked;
    for (const int position : spec.positions) {
      const std::int32_t index = position > 0 ? position - 1 : size + position;
      if (index >= 0 && index < size) picked.push_back(spec.times.at(index));
    }
    std::ranges::sort(picked);
    picked.erase(std::ranges::unique(picked).begin(), picked.end());
    if (picked.empty()) spec.times.hours = 0;  // there is no such position: no time at all
    spec.times.picked = std::move(picked);
  }

  Word text_;
  const Zone& zone_;
  const bool start_is_anchor_;
  ParsedRrule rule_;
  unsigned seen_ = 0;
  std::size_t places_[16] = {};
};

std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  int number = 0;
  if (at + count > text.size()) return std::nullopt;
  for (std::size_t i = at; i < at + count; ++i) {
    if (!is_digit(text[i])) return std::nullopt;
    number = number * 10 + (text[i] - '0');
  }
  return number;
}

}  // namespace

Result<Micros> parse_rrule_time(Word word, const Zone& zone, bool last_second) {
  std::string_view text = word.text;
  const auto wrong = [&] {
    return text_error(word.at, "expected a date and time, found " + quoted(word.text),
                      "write it like 20260105T090000, or 20260105T090000Z in UTC");
  };
  const bool utc = !text.empty() && to_lower(text.back()) == 'z';
  if (utc) text.remove_suffix(1);
  const auto year = digits(text, 0, 4);
  const auto month = digits(text, 4, 2);
  const auto day = digits(text, 6, 2);
  if (!year || !month || !day || *year < 1970 || *year > kLastYear || *month < 1 || *month > 12) {
    return wrong();
  }
  const auto of_year = static_cast<unsigned>(*month);
  if (*day < 1 || *day > static_cast<int>(days_in_month(*year, of_year))) return wrong();
  Micros local = start_of(day_from(*year, of_year, static_cast<unsigned>(*day)));
  if (text.size() == 8 && !utc) return local + (last_second ? kDayUs - kSecondUs : 0);
  const auto hour = digits(text, 9, 2);
  const auto minute = digits(text, 11, 2);
  const auto second = digits(text, 13, 2);
  const bool shaped = text.size() == 15 && to_lower(text[8]) == 't' && hour && minute && second;
  if (!shaped || *hour > 23 || *minute > 59 || *second > 59) return wrong();
  local += (Micros{*hour} * 3600 + *minute * 60 + *second) * kSecondUs;
  if (!utc) return local;
  const Micros instant = std::min(local, kSearchEnd);
  const Micros shown = zone.to_local(instant);
  // In a repeated hour every reading of the first pass has been shown already.
  return last_second ? std::max(shown, zone.span_at(instant)->seen - kSecondUs) : shown;
}

Result<ParsedRrule> parse_rrule(Word text, const RruleStart& start, const Zone& zone) {
  return Reader(text, start, zone).read();
}

}  // namespace rota::schedule
