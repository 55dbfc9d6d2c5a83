// Calendars that say something wrong or old: half of a payroll's promises hang on them.
#include <fmt/format.h>

#include <algorithm>

#include "calendar/build.h"
#include "cli/doctor_checks.h"
#include "feeds/freshness.h"
#include "store/store.h"

namespace rota::cli {
namespace {

constexpr std::size_t kNamedMax = 3;

Result<std::vector<std::string>> find_problems(store::Store& store, Instant now) {
  const auto calendars = store.list_calendars();
  if (!calendars) return fail(calendars.error());
  std::vector<std::string> problems;
  for (const Calendar& one : *calendars) {
    const auto view = store.load_calendar(one.id);
    if (!view) return fail(view.error());
    for (std::string& problem : calendar::problems({&*view, 1})) {
      problems.push_back(std::move(problem));
    }
    if (!view->feed) continue;
    const std::string warning = feeds::warning_of(*view->feed, now);
    if (!warning.empty())
      problems.push_back(fmt::format("the feed of '{}': {}", one.name, warning));
  }
  return problems;
}

}  // namespace

Finding check_calendars(Scheduler& scheduler, const Clock& clock) {
  const auto problems = find_problems(scheduler.store(), clock.now());
  if (!problems) {
    return {Health::kFail, "calendars", problems.error().message, problems.error().hint};
  }
  if (problems->empty()) {
    return {Health::kOk, "calendars", "every calendar can be used, every feed is fresh", ""};
  }
  std::string text;
  for (std::size_t i = 0; i < std::min(problems->size(), kNamedMax); ++i) {
    text += (i == 0 ? "" : "; ") + (*problems)[i];
  }
  if (problems->size() > kNamedMax) {
    text += fmt::format("; and {} more", problems->size() - kNamedMax);
  }
  return {Health::kWarning, "calendars", text,
          "'rota calendar show NAME' says more, 'rota calendar refresh' asks the feeds again"};
}

}  // namespace rota::cli
