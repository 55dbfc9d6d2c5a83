// Slots for people: each with its wall clock, its reasons and its business dates, and among them
// the dates whose slots do not run.
#include <fmt/format.h>

#include <algorithm>

#include "schedule/clock_notes.h"
#include "schedule/schedule_impl.h"
#include "schedule/working_dates.h"

namespace rota {
namespace {

using schedule::kNever;
using schedule::kSearchEnd;
using schedule::Micros;

std::string format_offset(Micros offset) {
  const Micros seconds = std::abs(offset) / schedule::kSecondUs;
  std::string text =
      fmt::format("{}{:02}:{:02}", offset < 0 ? '-' : '+', seconds / 3600, seconds / 60 % 60);
  if (seconds % 60 != 0) text += fmt::format(":{:02}", seconds % 60);
  return text;
}

}  // namespace

std::pair<LocalDate, LocalDate> Schedule::Impl::business_dates(Micros slot) const {
  const schedule::WorkingDates dates(*calendar, *zone);
  const auto date = [](schedule::Day day) { return LocalDate{std::chrono::days{day}}; };
  const schedule::Day day = schedule::day_of(zone->to_local(slot));
  schedule::SearchBudget budget;
  const auto business = dates.is_working(day) ? std::optional(day) : dates.before(day, budget);
  if (!business) return {date(day), date(day)};
  const auto previous = dates.before(*business, budget);
  return {date(*business), date(previous.value_or(*business))};
}

bool Schedule::Impl::is_always_closed() const {
  if (!working_days_only && !parsed.uses_calendar) return false;
  const schedule::WorkingDates dates(*calendar, *zone);
  const schedule::Day day = schedule::day_of(zone->to_local(anchor));
  schedule::SearchBudget budget;
  return !dates.is_working(day) && !dates.after(day, budget);
}

ExplainedSlot Schedule::Impl::show(Micros at) const {
  const schedule::WallClock wall = zone->show(at);
  ExplainedSlot slot;
  slot.at = Instant{Duration{at}};
  slot.local = schedule::format_local(wall.local);
  slot.utc_offset = format_offset(wall.offset);
  slot.zone_abbreviation = wall.abbreviation;
  slot.nominal = slot.at;
  std::tie(slot.business_date, slot.previous_business_date) = business_dates(at);
  return slot;
}

void Schedule::Impl::add_left_out(Micros after, Micros limit, std::size_t most,
                                  std::vector<ExplainedSlot>& entries) const {
  if (parsed.counts_from_finish) return;  // its slots depend on what ran
  std::vector<SkippedSlots> dates;
  parsed.source->left_out(after, limit, most, dates);
  for (SkippedSlots& date : dates) {
    ExplainedSlot entry = show(date.first.time_since_epoch().count());
    entry.runs = false;
    entry.reason = std::move(date.reason);
    entry.slots = date.slots;
    entries.push_back(std::move(entry));
  }
}

std::vector<ExplainedSlot> Schedule::Impl::explain(Micros after, std::size_t count) const {
  std::vector<ExplainedSlot> entries;
  count = std::min(count, kExplainedMax);
  for (std::size_t running = 0; running < count; ++running) {
    const Micros at = next(after);
    const std::size_t room = kExplainedMax - entries.size();
    // Room is kept for the slots that do run.
    const std::size_t others = at == kNever ? std::min(room, count) : room - (count - running);
    add_left_out(after, at == kNever ? kSearchEnd : at - 1, others, entries);
    if (at == kNever) break;
    ExplainedSlot slot = show(at);
    slot.nominal = Instant{Duration{parsed.source->nominal_of(at)}};
    parsed.source->explain(after, at, slot.notes);
    entries.push_back(std::move(slot));
    after = at;
  }
  return entries;
}

}  // namespace rota
