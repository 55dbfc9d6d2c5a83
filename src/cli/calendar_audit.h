// Who changed what in a calendar by command line, for the audit: the same rows as over the API.
#pragma once

#include <string>
#include <string_view>

#include "cli/calendar_commands.h"
#include "store/audit_scope.h"

namespace rota::cli {

/// What it was and what it becomes, as JSON; empty: nothing.
struct CalendarNote {
  CalendarId id;  ///< Of a new one: not set.
  std::string before;
  std::string after;
};

/// While it lives the next change of a calendar takes its note into the audit, in one transaction.
/// A calendar that the change itself gives back is the note's `after`.
class CalendarAudit {
 public:
  /// `context` and `database` outlive it.
  CalendarAudit(const Context& context, const CalendarDatabase& database, std::string_view action,
                CalendarNote note);

 private:
  const store::AuditScope scope_;
};

/// The calendar without its days, which may be many; empty for none.
std::string note_text(const Context& context, const CalendarDatabase& database,
                      const CalendarView* view);
/// The day of that date; empty: there is none.
std::string note_text(const std::vector<Holiday>& days, LocalDate date);
std::string note_text(const Context& context, const std::optional<CalendarFeed>& feed);

/// After a change that writes more than once.
Result<void> note_calendar_change(const Context& context, const CalendarDatabase& database,
                                  std::string_view action, const CalendarNote& note);

}  // namespace rota::cli
