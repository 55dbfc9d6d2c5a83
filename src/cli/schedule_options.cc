// A calendar of the database stands before the shipped one of the same name: somebody may have
// added days to it.
#include "cli/schedule_options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "calendar/build.h"
#include "cli/database.h"
#include "model/names.h"
#include "rota/calendar.h"
#include "store/store.h"

namespace rota::cli {
namespace {

using CalendarPointer = std::shared_ptr<const WorkingCalendar>;

Result<CalendarId> stored_id(store::Store& store, const std::string& name) {
  if (name.empty()) {
    const auto followed = store.default_calendar();
    if (!followed) return fail(followed.error());
    return followed->id;
  }
  const auto view = store.load_calendar_by_name(name);
  if (!view) return fail(view.error());
  return view->calendar.id;
}

// Empty: the one that tasks follow which name none.
Result<CalendarPointer> stored_calendar(const std::string& name, const Context& context) {
  auto scheduler = open_database(context);
  if (!scheduler) return fail(scheduler.error());
  const auto id = stored_id((*scheduler)->store(), name);
  if (!id) return fail(id.error());
  auto chain = (*scheduler)->store().load_calendar_chain(*id);
  if (!chain) return fail(chain.error());
  return CalendarPointer(calendar::build(*chain));
}

Result<CalendarPointer> find_calendar(const std::string& name, const Context& context) {
  const bool stored = database_exists(context.database);
  if (name.empty()) {
    // An expression alone needs no database: one that cannot be read is not asked.
    auto followed = stored ? stored_calendar(name, context) : Result<CalendarPointer>();
    return followed && *followed ? followed : calendar::built_in(kDefaultCalendar);
  }
  if (stored) {
    auto found = stored_calendar(name, context);
    if (found || found.error().code != ErrorCode::kNotFound) return found;
  }
  if (auto shipped = calendar::built_in(name)) return shipped;
  return fail(ErrorCode::kNotFound, fmt::format("there is no calendar named '{}'", name),
              stored ? "rota calendar list shows those of the database"
                     : "shipped are england-and-wales, scotland, northern-ireland and weekdays; "
                       "--db names the database that has others");
}

}  // namespace

Result<ScheduleOptions> schedule_options(const WorkingDayChoice& choice,
                                         const std::string& timezone, Instant anchor,
                                         const Context& context) {
  ScheduleOptions options;
  options.timezone = timezone;
  options.anchor = anchor;
  options.accept_impossible_dates = true;
  options.working_days_only = choice.working_days;
  options.working_day_offset = choice.offset;
  const auto move =
      model::parse_word<NonWorkingDay>("--on-non-working-day", choice.on_non_working_day);
  if (!move) return fail(move.error());
  options.on_non_working_day = *move;
  auto calendar = find_calendar(choice.calendar, context);
  if (!calendar) return fail(std::move(calendar.error()));
  options.calendar = std::move(*calendar);
  return options;
}

std::string_view weekday_name(const ExplainedSlot& slot) {
  constexpr std::string_view kNames[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  const auto date = parse_instant(slot.local.substr(0, 10) + "T00:00:00Z");
  if (!date) return {};
  return kNames[std::chrono::weekday{std::chrono::floor<std::chrono::days>(*date)}.c_encoding()];
}

std::string why(const ExplainedSlot& slot) {
  if (slot.runs) return fmt::format("{}", fmt::join(slot.notes, "; "));
  if (slot.slots == 1) return "does not run: " + slot.reason;
  return fmt::format("{} slots of this day do not run: {}", slot.slots, slot.reason);
}

std::vector<std::string> never_because(const Schedule& schedule, Instant from) {
  if (schedule.runs_at_start()) return {"due once whenever a server starts"};
  std::vector<std::string> lines{"never"};
  if (const auto first = schedule.next(Instant{})) {
    lines[0] = "never again: all of its slots lie before " + format_utc(from);
    return lines;
  }
  for (std::string& hint : schedule.pitfalls(from)) {
    if (hint.find("never") != std::string::npos) lines.push_back(std::move(hint));
  }
  return lines;
}

}  // namespace rota::cli
