// A date that must exist, a time, and perhaps an offset.
#include "schedule/one_shot.h"

#include <fmt/format.h>

#include "schedule/local_source.h"
#include "schedule/text_error.h"
#include "schedule/time_of_day.h"

namespace rota::schedule {
namespace {

constexpr std::string_view kHint = "write it like 'at 2026-12-01 09:00'";

struct OneLocalTime {
  Micros local;

  Micros next_local(Micros from, Micros) const { return from <= local ? local : kNever; }
  Micros not_before() const { return 0; }
  int weight() const { return 10; }
  std::string describe() const {
    return fmt::format("Once, on {} at {}", format_date(day_of(local)), format_time_of_day(local));
  }
  void pitfalls(const Zone& zone, ClockChangeRule, Micros, std::vector<std::string>& hints) const {
    if (zone.first_instant(local) != zone.last_instant(local)) {
      hints.push_back(note_repeated(local, true, DstOverlap::kFirst));
    } else if (zone.to_local(zone.first_instant(local)) != local) {
      hints.push_back(note_moved_out_of_gap(local, zone.to_local(zone.first_instant(local))));
    }
  }
};

class OneInstant final : public SlotSource {
 public:
  explicit OneInstant(Micros at) : at_(at) {}
  Micros next(Micros after, Micros limit) const override {
    return after < at_ && at_ <= limit ? at_ : kNever;
  }
  int weight() const override { return 1; }
  void explain(Micros, Micros, std::vector<std::string>&) const override {}
  void pitfalls(Micros, std::vector<std::string>&) const override {}
  std::string describe(std::string_view) const override {
    return "Once, at " + format_utc(Instant{Duration{at_}});
  }

 private:
  Micros at_;
};

Result<Day> parse_date(Word word) {
  const std::string_view text = word.text;
  const auto wrong = [&](std::size_t at, std::string_view expected) {
    return text_error(word.at + at,
                      fmt::format("expected {} in the date {}", expected, quoted(text)),
                      std::string(kHint));
  };
  int parts[3] = {0, 0, 0};
  constexpr std::size_t kStart[] = {0, 5, 8};
  constexpr std::size_t kDigits[] = {4, 2, 2};
  for (int part = 0; part < 3; ++part) {
    for (std::size_t i = kStart[part]; i < kStart[part] + kDigits[part]; ++i) {
      if (i >= text.size() || !is_digit(text[i])) return wrong(i, "digits as in 2026-12-01");
      parts[part] = parts[part] * 10 + (text[i] - '0');
    }
    const std::size_t end = kStart[part] + kDigits[part];
    if (part < 2 && (end >= text.size() || text[end] != '-')) return wrong(end, "'-'");
  }
  if (text.size() != 10) return wrong(10, "nothing after the day");
  const auto [year, month, day] = parts;
  if (year < 1970 || year > kLastYear) return wrong(0, "a year from 1970 to 2199");
  if (month < 1 || month > 12) return wrong(5, "a month from 01 to 12");
  const auto of_month = static_cast<unsigned>(month);
  if (day < 1 || static_cast<unsigned>(day) > days_in_month(year, of_month)) {
    return wrong(8, fmt::format("a day from 01 to {}", days_in_month(year, of_month)));
  }
  return day_from(year, of_month, static_cast<unsigned>(day));
}

bool has_offset(std::string_view time) {
  return time.find_first_of("Zz+-") != std::string_view::npos;
}

Result<std::unique_ptr<SlotSource>> with_offset(std::string_view date, Word time) {
  std::string text = fmt::format("{}T{}", date, time.text);
  const std::size_t sign = text.find_first_of("Zz+-", 11);
  if (sign == 16) text.insert(16, ":00");  // seconds may be left out here too
  const Result<Instant> at = parse_instant(text);
  if (!at) return text_error(time.at, at.error().message, std::string(kHint));
  const Micros us = at->time_since_epoch().count();
  if (us < 0 || us > kSearchEnd) return text_error(time.at, "the time is out of range");
  return std::unique_ptr<SlotSource>(std::make_unique<OneInstant>(us));
}

}  // namespace

Result<std::unique_ptr<SlotSource>> make_one_shot(std::string_view text, std::size_t at,
                                                  const ScheduleOptions& options,
                                                  const Zone& zone) {
  WordReader reader(text, at);
  (void)reader.next();  // "at"
  const std::size_t end = at + text.size();
  auto date = reader.next();
  if (!date) return text_error(end, "expected a date after 'at'", std::string(kHint));
  std::optional<Word> time;
  if (const auto t = date->text.find_first_of("Tt"); t != std::string_view::npos) {
    time = Word{date->text.substr(t + 1), date->at + t + 1};
    date->text = date->text.substr(0, t);
  } else {
    time = reader.next();
  }
  const Result<Day> day = parse_date(*date);
  if (!day) return fail(day.error());
  if (!time || time->text.empty()) return text_error(end, "expected a time", std::string(kHint));
  if (const auto more = reader.next()) {
    return text_error(more->at, "expected nothing after the time", std::string(kHint));
  }
  if (has_offset(time->text)) return with_offset(date->text, *time);
  const auto clock = parse_time_of_day(*time);
  if (!clock) return text_error(time->at, "expected a time of day", std::string(kHint));
  if (!*clock) return fail(clock->error());
  return std::unique_ptr<SlotSource>(std::make_unique<LocalSource<OneLocalTime>>(
      OneLocalTime{start_of(*day) + **clock}, zone, with_overrides(kFixedTimeRule, options)));
}

}  // namespace rota::schedule
