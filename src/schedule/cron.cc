// Joins the expression, the zone and Debian cron's clock-change rule.
#include "schedule/cron.h"

#include "schedule/cron_words.h"
#include "schedule/local_source.h"

namespace rota::schedule {
namespace {

struct CronSlots {
  CronSpec spec;

  Micros next_local(Micros from, Micros until) const { return spec.next_local(from, until); }
  Micros not_before() const { return 0; }
  int weight() const { return spec.is_rare() ? 200 : 15; }
  std::string describe() const { return describe_cron(spec); }
  void pitfalls(const Zone& zone, ClockChangeRule rule, std::vector<std::string>& hints) const {
    cron_pitfalls(spec, zone, rule, hints);
  }
};

}  // namespace

Result<std::unique_ptr<SlotSource>> make_cron(std::string_view text, std::size_t at,
                                              const ScheduleOptions& options, const Zone& zone) {
  Result<CronSpec> spec =
      parse_cron({text, at, options.hash_seed, options.accept_impossible_dates});
  if (!spec) return fail(std::move(spec.error()));
  const ClockChangeRule rule =
      with_overrides(spec->fixed_time ? kFixedTimeRule : kElapsedRule, options);
  return std::unique_ptr<SlotSource>(
      std::make_unique<LocalSource<CronSlots>>(CronSlots{*spec}, zone, rule));
}

}  // namespace rota::schedule
