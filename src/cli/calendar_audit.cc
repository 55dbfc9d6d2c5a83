#include "cli/calendar_audit.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/calendar_json.h"
#include "store/accounts.h"
#include "store/store.h"

namespace rota::cli {
namespace {

store::AuditNote to_audit(const Context& context, std::string_view action,
                          const CalendarNote& note) {
  return {context.user, "",        std::string(action), fmt::format("calendar {}", note.id.value),
          note.before,  note.after};
}

}  // namespace

CalendarAudit::CalendarAudit(const Context& context, const CalendarDatabase& database,
                             std::string_view action, CalendarNote note)
    : scope_([&context, &database, action = std::string(action),
              note = std::move(note)](const store::AuditScope::Changed& changed) {
        CalendarNote known = note;
        if (const Calendar* const* made = std::get_if<const Calendar*>(&changed)) {
          const CalendarView* before = database.calendars.find((*made)->id);
          const CalendarView view{**made, {}, before ? before->feed : std::nullopt};
          known.id = (*made)->id;
          known.after = note_text(context, database, &view);
        }
        return to_audit(context, action, known);
      }) {}

std::string note_text(const Context& context, const CalendarDatabase& database,
                      const CalendarView* view) {
  if (view == nullptr) return {};
  return api::calendar_text(*view, {database.calendars.default_id(), context.clock.now()},
                            api::CalendarDays::kLeftOut);
}

std::string note_text(const std::vector<Holiday>& days, LocalDate date) {
  const auto day = std::ranges::find(days, date, &Holiday::date);
  if (day == days.end()) return {};
  api::JsonWriter json;
  api::write_day(json, *day);
  return json.take();
}

std::string note_text(const Context& context, const std::optional<CalendarFeed>& feed) {
  if (!feed) return {};
  api::JsonWriter json;
  api::write_feed(json, *feed, context.clock.now());
  return json.take();
}

Result<void> note_calendar_change(const Context& context, const CalendarDatabase& database,
                                  std::string_view action, const CalendarNote& note) {
  return database.store().accounts().append_audit(to_audit(context, action, note));
}

}  // namespace rota::cli
