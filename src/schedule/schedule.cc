// The public face: reads a text into a chain of slot sources and asks the chain.
#include "rota/schedule.h"

#include <fmt/format.h>

#include <algorithm>

#include "schedule/bounds.h"
#include "schedule/clock_notes.h"
#include "schedule/jitter.h"
#include "schedule/parse.h"
#include "schedule/working_days_trigger.h"

namespace rota {

using schedule::kNever;
using schedule::kSearchEnd;
using schedule::Micros;
using schedule::SlotSource;

class Schedule::Impl {
 public:
  std::string text;
  schedule::ParsedSchedule parsed;
  const schedule::Zone* zone = nullptr;
};

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
  return {};
}

std::shared_ptr<const WorkingCalendar> calendar_of(const ScheduleOptions& options) {
  if (options.calendar) return options.calendar;
  return {std::shared_ptr<const void>{}, &weekdays_calendar()};  // not owned
}

// The decorators in their order: working days, bounds, jitter.
std::unique_ptr<SlotSource> decorate(std::unique_ptr<SlotSource> source,
                                     const ScheduleOptions& options, const schedule::Zone& zone) {
  if (options.working_days_only && options.on_non_working_day != NonWorkingDay::kRun) {
    source = schedule::make_working_days_trigger(std::move(source), options.on_non_working_day,
                                                 options.dst_overlap.value_or(DstOverlap::kFirst),
                                                 zone, calendar_of(options));
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

std::string format_offset(Micros offset) {
  const Micros seconds = std::abs(offset) / schedule::kSecondUs;
  std::string text =
      fmt::format("{}{:02}:{:02}", offset < 0 ? '-' : '+', seconds / 3600, seconds / 60 % 60);
  if (seconds % 60 != 0) text += fmt::format(":{:02}", seconds % 60);
  return text;
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
  auto parsed = schedule::parse_schedule(text, options, **zone);
  if (!parsed) return fail(std::move(parsed.error()));
  parsed->source = decorate(std::move(parsed->source), options, **zone);
  auto impl = std::make_shared<Impl>();
  impl->text = text;
  impl->zone = *zone;
  impl->parsed = std::move(*parsed);
  return Schedule(std::move(impl));
}

std::optional<Instant> Schedule::next(Instant after) const {
  const Micros at = impl_->parsed.source->next(clamp_after(after), kSearchEnd);
  if (at == kNever) return std::nullopt;
  return Instant{Duration{at}};
}

std::string Schedule::describe() const {
  return impl_->parsed.source->describe(impl_->zone->name());
}

std::vector<ExplainedSlot> Schedule::explain(Instant after, std::size_t count) const {
  constexpr std::size_t kCountMax = 1'000;
  std::vector<ExplainedSlot> slots;
  Micros before = clamp_after(after);
  while (slots.size() < std::min(count, kCountMax)) {
    const Micros at = impl_->parsed.source->next(before, kSearchEnd);
    if (at == kNever) break;
    const schedule::WallClock wall = impl_->zone->show(at);
    ExplainedSlot slot{Instant{Duration{at}},
                       schedule::format_local(wall.local),
                       format_offset(wall.offset),
                       wall.abbreviation,
                       {}};
    impl_->parsed.source->explain(before, at, slot.notes);
    slots.push_back(std::move(slot));
    before = at;
  }
  return slots;
}

std::vector<std::string> Schedule::pitfalls() const {
  std::vector<std::string> hints;
  impl_->parsed.source->pitfalls(hints);
  return hints;
}

ScheduleFormat Schedule::format() const { return impl_->parsed.format; }

const std::string& Schedule::text() const { return impl_->text; }

bool Schedule::counts_from_finish() const { return impl_->parsed.counts_from_finish; }

bool Schedule::runs_at_start() const { return impl_->parsed.runs_at_start; }

}  // namespace rota
