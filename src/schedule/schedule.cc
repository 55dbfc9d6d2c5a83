// The public face: reads a text into a chain of slot sources and asks the chain.
#include "rota/schedule.h"

#include <fmt/format.h>

#include <algorithm>

#include "schedule/bounds.h"
#include "schedule/jitter.h"
#include "schedule/parse.h"
#include "schedule/schedule_impl.h"
#include "schedule/working_days_trigger.h"

namespace rota {

using schedule::kNever;
using schedule::kSearchEnd;
using schedule::Micros;
using schedule::SlotSource;

namespace {

Micros us(Instant at) { return at.time_since_epoch().count(); }

// Anything before 1970 asks the same as "from the beginning".
Micros clamp_after(Instant after) { return std::clamp<Micros>(us(after), -1, kSearchEnd); }

Result<void> check_options(const ScheduleOptions& options) {
  constexpr Duration kJitterMax = std::chrono::days{7};
  if (options.jitter < Duration{0} || options.jitter > kJitterMax) {
    return fail(ErrorCode::kInvalidArgument, "the jitter must be between nothing and 7 days");
  }
  if (us(options.anchor) < 0 || us(options.anchor) > kSearchEnd) {
    return fail(ErrorCode::kInvalidArgument, "the anchor must lie between the years 1970 and 2199");
  }
  if (std::abs(std::int64_t{options.working_day_offset}) > kWorkingDayOffsetMax) {
    return fail(
        ErrorCode::kInvalidArgument,
        fmt::format("the offset must be between -{0} and {0} working days", kWorkingDayOffsetMax));
  }
  if (options.working_day_offset != 0 && !options.working_days_only) {
    return fail(ErrorCode::kInvalidArgument,
                "an offset in working days needs working days only to be on",
                "switch it on, and choose 'run' if closed days shall count as they are");
  }
  return {};
}

std::shared_ptr<const WorkingCalendar> calendar_of(const ScheduleOptions& options) {
  if (options.calendar) return options.calendar;
  return {std::shared_ptr<const void>{}, &weekdays_calendar()};  // not owned
}

// The decorators in their order: working days, bounds, jitter.
std::unique_ptr<SlotSource> decorate(std::unique_ptr<SlotSource> source,
                                     const ScheduleOptions& options, const schedule::Zone& zone) {
  const schedule::WorkingDayRule rule{options.on_non_working_day, options.working_day_offset,
                                      options.dst_overlap.value_or(DstOverlap::kFirst)};
  if (options.working_days_only && !rule.changes_nothing()) {
    source =
        schedule::make_working_days_trigger(std::move(source), rule, zone, calendar_of(options));
  }
  const Micros ends_at = options.ends_at ? us(*options.ends_at) : kNever;
  if (options.starts_at || options.ends_at) {
    const Micros starts_at = options.starts_at ? std::max<Micros>(us(*options.starts_at), 0) : 0;
    source = schedule::make_bounds(std::move(source), starts_at, std::max<Micros>(ends_at, 0));
  }
  if (options.jitter > Duration{0}) {
    source = schedule::make_jitter(std::move(source), options.jitter.count(), options.hash_seed,
                                   ends_at);
  }
  return source;
}

}  // namespace

Schedule::Schedule(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

Result<Schedule> Schedule::parse(std::string_view text, const ScheduleOptions& options) {
  if (text.size() > kScheduleTextMax) {
    return fail(ErrorCode::kLimitExceeded,
                fmt::format("the schedule is {} characters long, at most {} are read", text.size(),
                            kScheduleTextMax));
  }
  if (auto done = check_options(options); !done) return fail(std::move(done.error()));
  const Result<const schedule::Zone*> zone = schedule::Zone::find(options.timezone);
  if (!zone) return fail(zone.error());
  const std::shared_ptr<const WorkingCalendar> calendar = calendar_of(options);
  auto parsed = schedule::parse_schedule(text, options, calendar, **zone);
  if (!parsed) return fail(std::move(parsed.error()));
  parsed->source = decorate(std::move(parsed->source), options, **zone);
  auto impl = std::make_shared<Impl>();
  impl->text = text;
  impl->zone = *zone;
  impl->calendar = calendar;
  impl->anchor = us(options.anchor);
  impl->working_days_only =
      options.working_days_only && options.on_non_working_day != NonWorkingDay::kRun;
  impl->parsed = std::move(*parsed);
  return Schedule(std::move(impl));
}

std::optional<Instant> Schedule::next(Instant after) const {
  const Micros at = impl_->next(clamp_after(after));
  if (at == kNever) return std::nullopt;
  return Instant{Duration{at}};
}

std::string Schedule::describe() const {
  std::string text = impl_->parsed.source->describe(impl_->zone->name());
  if (impl_->is_always_closed()) text += "; never, because its calendar closes every day";
  return text;
}

std::vector<ExplainedSlot> Schedule::explain(Instant after, std::size_t count) const {
  return impl_->explain(clamp_after(after), count);
}

std::vector<SkippedSlots> Schedule::skipped_between(Instant after, Instant before) const {
  constexpr std::size_t kDatesMax = 3'660;
  std::vector<SkippedSlots> dates;
  if (impl_->parsed.counts_from_finish) return dates;  // its slots depend on what ran
  const Micros limit = std::min(us(before), kSearchEnd + 1) - 1;
  impl_->parsed.source->left_out(clamp_after(after), limit, kDatesMax, dates);
  if (dates.size() <= kSkippedDatesMax) return dates;
  SkippedSlots& rest = dates[kSkippedDatesMax - 1];
  const std::size_t more = dates.size() - kSkippedDatesMax;
  for (std::size_t i = kSkippedDatesMax; i < dates.size(); ++i) {
    rest.last = dates[i].last;
    rest.slots += dates[i].slots;
  }
  rest.reason +=
      fmt::format(", and {}{} more closed days", dates.size() < kDatesMax ? "" : "over ", more);
  dates.resize(kSkippedDatesMax);
  return dates;
}

Instant Schedule::nominal_of(Instant slot) const {
  if (us(slot) < 0 || us(slot) > kSearchEnd) return slot;
  return Instant{Duration{impl_->parsed.source->nominal_of(us(slot))}};
}

BusinessDates Schedule::business_dates(Instant slot) const {
  const auto [business, previous] = impl_->business_dates(clamp_after(slot));
  return {nominal_of(slot), business, previous};
}

std::vector<std::string> Schedule::pitfalls(Instant from) const {
  std::vector<std::string> hints;
  impl_->parsed.source->pitfalls(clamp_after(from), hints);
  return hints;
}

ScheduleFormat Schedule::format() const { return impl_->parsed.format; }

const std::string& Schedule::text() const { return impl_->text; }

bool Schedule::counts_from_finish() const { return impl_->parsed.counts_from_finish; }

bool Schedule::runs_at_start() const { return impl_->parsed.runs_at_start; }

}  // namespace rota
