// Calendars and decisions of the store in memory: the same promises in a few lines, without bounds.
#include <algorithm>

#include "engine/testing/memory_store.h"
#include "model/verdict.h"

namespace rota::engine::testing {

void MemoryStore::add_shipped_calendars() {
  for (const char* name : {kDefaultCalendar, "scotland", "northern-ireland", "weekdays"}) {
    CalendarView view;
    view.calendar.id = CalendarId{static_cast<std::int64_t>(calendars_.size()) + 1};
    view.calendar.name = name;
    if (view.calendar.name != "weekdays") view.calendar.rule = name;
    calendars_.emplace(view.calendar.id.value, std::move(view));
  }
  marked_seq_ = 0;
}

/// What the SQL triggers do: a new version, and a row for those who follow the calendar.
void MemoryStore::calendar_changed(CalendarId id, std::string_view by) {
  calendar_changes_.push_back(id);
  const auto found = calendars_.find(id.value);
  if (found == calendars_.end()) return;
  ++found->second.calendar.version;
  found->second.calendar.updated_at = clock_.now();
  found->second.calendar.updated_by = by;
}

Result<CalendarView*> MemoryStore::calendar_of(CalendarId id) {
  const auto found = calendars_.find(id.value);
  if (found == calendars_.end()) return fail(ErrorCode::kNotFound, "no such calendar");
  return &found->second;
}

template <class Work>
Result<void> MemoryStore::change_calendar(CalendarId id, std::string_view by, Work work) {
  {
    const std::lock_guard lock(mutex_);
    if (auto bad = fault(); !bad) return bad;
    auto view = calendar_of(id);
    if (!view) return fail(view.error());
    if (auto done = work(**view); !done) return done;
    calendar_changed(id, by);
  }
  notify();
  return {};
}

Result<std::vector<Calendar>> MemoryStore::list_calendars() {
  const std::lock_guard lock(mutex_);
  std::vector<Calendar> all;
  for (const auto& [id, view] : calendars_) all.push_back(view.calendar);
  std::ranges::sort(all, {}, &Calendar::name);
  return all;
}

Result<CalendarView> MemoryStore::load_calendar(CalendarId id) {
  const std::lock_guard lock(mutex_);
  const auto view = calendar_of(id);
  if (!view) return fail(view.error());
  return **view;
}

Result<CalendarView> MemoryStore::load_calendar_by_name(std::string_view name) {
  const std::lock_guard lock(mutex_);
  for (const auto& [id, view] : calendars_) {
    if (view.calendar.name == name) return view;
  }
  return fail(ErrorCode::kNotFound, "no such calendar");
}

Result<std::vector<CalendarView>> MemoryStore::load_calendar_chain(std::optional<CalendarId> id) {
  const std::lock_guard lock(mutex_);
  std::vector<CalendarView> chain;
  for (std::optional<CalendarId> next = id.value_or(default_calendar_); next;) {
    const auto view = calendar_of(*next);
    if (!view) return fail(view.error());
    if (chain.size() == kCalendarDepthMax) {
      return fail(ErrorCode::kInvalidArgument, "too many calendars stand on one another");
    }
    chain.push_back(**view);
    next = chain.back().calendar.parent_id;
  }
  return chain;
}

Result<Calendar> MemoryStore::default_calendar() {
  const std::lock_guard lock(mutex_);
  const auto view = calendar_of(default_calendar_);
  if (!view) return fail(view.error());
  return (*view)->calendar;
}

Result<void> MemoryStore::set_default_calendar(CalendarId id, std::string_view by) {
  return change_calendar(id, by, [&](CalendarView&) -> Result<void> {
    default_calendar_ = id;
    return {};
  });
}

Result<Calendar> MemoryStore::add_calendar(const Calendar& calendar, std::string_view by) {
  const std::lock_guard lock(mutex_);
  if (auto bad = fault(); !bad) return fail(bad.error());
  for (const auto& [id, view] : calendars_) {
    if (view.calendar.name == calendar.name) {
      return fail(ErrorCode::kAlreadyExists, "the name is taken");
    }
  }
  CalendarView view;
  view.calendar = calendar;
  view.calendar.id = CalendarId{calendars_.empty() ? 1 : calendars_.rbegin()->first + 1};
  view.calendar.version = 0;
  view.calendar.created_at = clock_.now();
  const CalendarId id = view.calendar.id;
  calendars_.emplace(id.value, std::move(view));
  calendar_changed(id, by);
  return calendars_.at(id.value).calendar;
}

Result<Calendar> MemoryStore::update_calendar(const Calendar& calendar, std::string_view by) {
  const auto done = change_calendar(calendar.id, by, [&](CalendarView& view) -> Result<void> {
    if (view.calendar.version != calendar.version) {
      return fail(ErrorCode::kVersionConflict, "changed");
    }
    view.calendar = calendar;
    return {};
  });
  if (!done) return fail(done.error());
  return load_calendar(calendar.id)->calendar;
}

Result<void> MemoryStore::remove_calendar(CalendarId id, std::string_view /*by*/) {
  {
    const std::lock_guard lock(mutex_);
    const auto used = [&](const auto& entry) { return entry.second.task.calendar_id == id; };
    const auto below = [&](const auto& entry) { return entry.second.calendar.parent_id == id; };
    if (id == default_calendar_ || std::ranges::any_of(tasks_, used) ||
        std::ranges::any_of(calendars_, below)) {
      return fail(ErrorCode::kInvalidArgument, "the calendar is in use");
    }
    if (calendars_.erase(id.value) == 0) return fail(ErrorCode::kNotFound, "no such calendar");
    calendar_changed(id, {});
  }
  notify();
  return {};
}

Result<void> MemoryStore::put_holidays(CalendarId calendar, std::span<const Holiday> holidays,
                                       std::string_view by) {
  return change_calendar(calendar, by, [&](CalendarView& view) -> Result<void> {
    for (const Holiday& holiday : holidays) {
      std::erase_if(view.holidays, [&](const Holiday& h) { return h.date == holiday.date; });
      view.holidays.push_back(holiday);
    }
    std::ranges::sort(view.holidays, {}, &Holiday::date);
    return {};
  });
}

Result<void> MemoryStore::replace_holidays(CalendarId calendar, std::string_view source,
                                           std::span<const Holiday> holidays, std::string_view by) {
  return change_calendar(calendar, by, [&](CalendarView& view) -> Result<void> {
    std::erase_if(view.holidays, [&](const Holiday& h) { return h.source == source; });
    for (Holiday holiday : holidays) {
      const auto taken = [&](const Holiday& h) { return h.date == holiday.date; };
      if (std::ranges::any_of(view.holidays, taken)) continue;
      holiday.source = source;
      view.holidays.push_back(std::move(holiday));
    }
    std::ranges::sort(view.holidays, {}, &Holiday::date);
    return {};
  });
}

Result<std::size_t> MemoryStore::remove_holidays(CalendarId calendar,
                                                 std::span<const LocalDate> dates,
                                                 std::string_view by) {
  std::size_t removed = 0;
  const auto done = change_calendar(calendar, by, [&](CalendarView& view) -> Result<void> {
    removed = std::erase_if(view.holidays, [&](const Holiday& holiday) {
      return std::ranges::find(dates, holiday.date) != dates.end();
    });
    return {};
  });
  if (!done) return fail(done.error());
  return removed;
}

Result<void> MemoryStore::save_feed(const CalendarFeed& feed, std::string_view by) {
  return change_calendar(feed.calendar_id, by, [&](CalendarView& view) -> Result<void> {
    view.feed = feed;
    return {};
  });
}

Result<void> MemoryStore::remove_feed(CalendarId calendar, std::string_view by) {
  return change_calendar(calendar, by, [&](CalendarView& view) -> Result<void> {
    view.feed.reset();
    std::erase_if(view.holidays, [](const Holiday& h) { return h.source == "feed"; });
    return {};
  });
}

Result<void> MemoryStore::save_feed_result(const CalendarFeed& feed,
                                           const std::optional<std::vector<Holiday>>& holidays) {
  if (holidays) {
    auto done = replace_holidays(feed.calendar_id, "feed", *holidays, "feed");
    if (!done) return done;
  }
  const std::lock_guard lock(mutex_);
  auto view = calendar_of(feed.calendar_id);
  if (!view) return fail(view.error());
  (*view)->feed = feed;
  return {};
}

Result<std::vector<CalendarFeed>> MemoryStore::list_feeds() {
  const std::lock_guard lock(mutex_);
  std::vector<CalendarFeed> feeds;
  for (const auto& [id, view] : calendars_) {
    if (view.feed) feeds.push_back(*view.feed);
  }
  return feeds;
}

Result<std::int64_t> MemoryStore::calendar_change_seq() {
  const std::lock_guard lock(mutex_);
  return static_cast<std::int64_t>(calendar_changes_.size());
}

Result<store::CalendarMarks> MemoryStore::mark_calendar_changes() {
  const std::lock_guard lock(mutex_);
  if (auto bad = fault(); !bad) return fail(bad.error());
  std::set<CalendarId> touched(calendar_changes_.begin() + marked_seq_, calendar_changes_.end());
  for (bool grew = true; std::exchange(grew, false);) {
    for (const auto& [id, view] : calendars_) {
      const auto& parent = view.calendar.parent_id;
      if (parent && touched.contains(*parent)) grew |= touched.insert(view.calendar.id).second;
    }
  }
  marked_seq_ = static_cast<std::ptrdiff_t>(calendar_changes_.size());
  store::CalendarMarks marks{marked_seq_, {touched.begin(), touched.end()}, 0};
  for (auto& [id, row] : tasks_) {
    const bool cares =
        row.task.working_days_only || row.task.schedule.find_first_of("Ww") != std::string::npos;
    if (!row.task.active || !cares || unplanned_.contains(id)) continue;
    if (!touched.contains(row.task.calendar_id.value_or(default_calendar_))) continue;
    index(row, false);
    row.planned_version = 0;
    unplanned_.insert(id);
    ++marks.tasks;
  }
  return marks;
}

void MemoryStore::note_skipped(TaskId task, std::span<const store::SkippedRange> ranges) {
  for (const store::SkippedRange& range : ranges) {
    Decision decision;
    decision.task_id = task;
    decision.first_slot = range.first;
    decision.last_slot = range.last;
    decision.slots = range.slots;
    decision.kind = range.kind;
    decision.status = RunStatus::kSkipped;
    decision.reason = range.reason;
    model::judge(decision);
    decisions_.emplace(std::pair(task.value, range.first), std::move(decision));
  }
}

void MemoryStore::forget_decisions(TaskId task, Instant after) {
  decisions_.erase(decisions_.upper_bound({task.value, after}),
                   decisions_.upper_bound({task.value, Instant::max()}));
}

namespace {

Decision decision_of(const Run& run) {
  Decision decision;
  decision.task_id = run.task_id;
  decision.first_slot = decision.last_slot = run.scheduled_for;
  decision.reason = run.reason;
  decision.run_id = run.id;
  decision.status = run.status;
  decision.started_at = run.started_at;
  decision.duration_ms = run.duration_ms;
  decision.kind = run.skip_kind;
  decision.made_up_by = run.made_up_by;
  model::judge(decision);
  return decision;
}

bool is_wanted(const Decision& decision, const DecisionQuery& query, Instant now) {
  const bool unrun = decision.verdict == Verdict::kSkipped || decision.verdict == Verdict::kMissed;
  return decision.first_slot <= now && (!query.unrun_only || unrun) &&
         (!query.task_id || decision.task_id == *query.task_id) &&
         (!query.from || decision.first_slot >= *query.from) &&
         (!query.until || decision.first_slot < *query.until);
}

}  // namespace

/// A single page.
Result<Page<Decision>> MemoryStore::list_decisions(const DecisionQuery& query) {
  const std::lock_guard lock(mutex_);
  Page<Decision> page{{}, {}, -1};
  const Instant now = clock_.now();
  for (const auto& [key, id] : slots_) {
    Decision decision = decision_of(runs_.at(id));
    if (is_wanted(decision, query, now)) page.rows.push_back(std::move(decision));
  }
  for (const auto& [key, decision] : decisions_) {
    if (is_wanted(decision, query, now)) page.rows.push_back(decision);
  }
  std::ranges::stable_sort(page.rows, std::ranges::greater{}, &Decision::first_slot);
  page.rows.resize(std::min(page.rows.size(), query.limit));
  return page;
}

}  // namespace rota::engine::testing
