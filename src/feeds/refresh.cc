#include "feeds/refresh.h"

#include <algorithm>

namespace rota::feeds {
namespace {

std::vector<Holiday> feed_days_of(const CalendarView& view) {
  std::vector<Holiday> days;
  std::ranges::copy_if(view.holidays, std::back_inserter(days),
                       [](const Holiday& day) { return day.source == "feed"; });
  return days;
}

// Those of `days` whose date `others` does not have; both by date.
std::vector<Holiday> without(const std::vector<Holiday>& days, const std::vector<Holiday>& others) {
  std::vector<Holiday> left;
  std::ranges::set_difference(days, others, std::back_inserter(left), {}, &Holiday::date,
                              &Holiday::date);
  return left;
}

}  // namespace

Result<RefreshReport> refresh(store::Store& store, const BankHolidayServiceAdapter& adapter,
                              CalendarId calendar, bool accept_fewer, std::stop_token stop) {
  const auto view = store.load_calendar(calendar);
  if (!view) return fail(view.error());
  if (!view->feed) {
    return fail(ErrorCode::kNotFound, "calendar '" + view->calendar.name + "' has no feed",
                "rota calendar feed NAME URL gives it one");
  }
  auto outcome = adapter.ask(*view, accept_fewer, stop);
  if (!outcome) return fail(ErrorCode::kCancelled, "asked to stop");
  if (auto saved = store.save_feed_result(outcome->feed, outcome->days); !saved) {
    return fail(saved.error());
  }
  RefreshReport report;
  report.calendar = view->calendar.name;
  report.feed = std::move(outcome->feed);
  report.notes = std::move(outcome->notes);
  std::vector<Holiday> before = feed_days_of(*view);
  std::ranges::sort(before, {}, &Holiday::date);
  const std::vector<Holiday>& after = outcome->days ? *outcome->days : before;
  report.days = after.size();
  report.added = without(after, before);
  report.removed = without(before, after);
  report.unchanged = outcome->unchanged || (report.added.empty() && report.removed.empty());
  return report;
}

}  // namespace rota::feeds
