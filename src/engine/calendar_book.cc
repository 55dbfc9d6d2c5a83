#include "engine/calendar_book.h"

#include <utility>

#include "calendar/build.h"

namespace rota::engine {

Result<std::shared_ptr<const WorkingCalendar>> CalendarBook::find(std::optional<CalendarId> id) {
  const std::int64_t key = id ? id->value : 0;
  std::uint64_t generation = 0;
  {
    const std::lock_guard lock(mutex_);
    const auto known = known_.find(key);
    if (known != known_.end()) return known->second;
    generation = generation_;
  }
  const auto chain = store_.load_calendar_chain(id);
  if (!chain) return fail(chain.error());
  std::shared_ptr<const WorkingCalendar> built = calendar::build(*chain);
  const std::lock_guard lock(mutex_);
  // What was read before a change must not stand after it.
  if (generation == generation_) known_.insert_or_assign(key, built);
  return built;
}

Result<void> CalendarBook::refresh() {
  const auto seq = store_.calendar_change_seq();
  if (!seq) return fail(seq.error());
  const std::lock_guard lock(mutex_);
  if (std::exchange(seq_, *seq) == *seq) return {};
  ++generation_;
  known_.clear();
  return {};
}

}  // namespace rota::engine
