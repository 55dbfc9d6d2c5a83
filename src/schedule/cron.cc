// Joins the expression, the zone and Debian cron's clock-change rule.
#include "schedule/cron.h"

#include "schedule/cron_words.h"
#include "schedule/local_source.h"
#include "schedule/working_dates.h"

namespace rota::schedule {
namespace {

struct CronSlots {
  CronSpec spec;
  std::shared_ptr<const WorkingCalendar> calendar;  // these two only where working days count
  std::unique_ptr<const WorkingDates> dates;

  Micros next_local(Micros from, Micros until) const { return spec.next_local(from, until); }
  std::int64_t count_local(Micros from, Micros until) const {
    return spec.count_local(from, until);
  }
  Micros not_before() const { return 0; }
  int weight() const { return dates ? 400 : spec.is_rare() ? 200 : 15; }
  std::string describe() const { return describe_cron(spec); }
  void explain_date(Day day, std::vector<std::string>& notes) const {
    if (dates) explain_working_day(spec, day, notes);
  }
  void pitfalls(const Zone& zone, ClockChangeRule rule, Micros from,
                std::vector<std::string>& hints) const {
    cron_pitfalls(spec, zone, rule, from, hints);
  }
};

}  // namespace

Result<ParsedCron> make_cron(const CronSource& source, const ScheduleOptions& options,
                             const Zone& zone) {
  Result<CronSpec> spec =
      parse_cron({source.text, source.at, options.hash_seed, options.accept_impossible_dates});
  if (!spec) return fail(std::move(spec.error()));
  const ClockChangeRule rule =
      with_overrides(spec->fixed_time ? kFixedTimeRule : kElapsedRule, options);
  CronSlots slots{*spec, nullptr, nullptr};
  const bool uses_calendar = spec->counts_working_days();
  if (uses_calendar) {
    constexpr int kMonthCost = 100;
    slots.calendar = source.calendar;
    slots.dates = std::make_unique<WorkingDates>(*slots.calendar, zone);
    slots.spec.dates = slots.dates.get();
    slots.spec.months_max = source.budget / kMonthCost;
  }
  return ParsedCron{std::make_unique<LocalSource<CronSlots>>(std::move(slots), zone, rule),
                    uses_calendar};
}

}  // namespace rota::schedule
