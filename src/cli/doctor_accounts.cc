// What doctor finds about people and the record of their changes.
#include <fmt/format.h>

#include <algorithm>

#include "cli/doctor_checks.h"
#include "store/accounts.h"
#include "store/store.h"

namespace rota::cli {

Finding check_users(Scheduler& scheduler) {
  const auto users = scheduler.store().accounts().list_users();
  if (!users) return {Health::kFail, "users", users.error().message, users.error().hint};
  const auto admins = std::count_if(users->begin(), users->end(), [](const store::User& user) {
    return user.role == store::Role::kAdmin;
  });
  if (users->empty()) {
    return {Health::kWarning, "users", "nobody can sign in yet",
            "open the link that 'rota serve' prints, or: rota user add NAME --role admin"};
  }
  return {Health::kOk, "users", fmt::format("{}, {} of them admin", users->size(), admins), ""};
}

Finding check_audit(Scheduler& scheduler) {
  const auto verdict = scheduler.store().accounts().verify_audit({});
  if (!verdict) return {Health::kFail, "audit", verdict.error().message, verdict.error().hint};
  if (!verdict->fault.empty()) {
    return {Health::kFail, "audit", verdict->fault,
            "somebody wrote to the table by other means: compare it with a backup; where you put "
            "one back yourself: rota audit accept"};
  }
  if (verdict->unverifiable > 0) {
    return {Health::kWarning, "audit",
            fmt::format("{} of {} rows were signed with a key that is not here",
                        verdict->unverifiable, verdict->rows),
            "put the audit's key file back beside the database, or name it with "
            "ROTA_AUDIT_KEY_FILE"};
  }
  return {Health::kOk, "audit", fmt::format("{} rows, none changed or taken away", verdict->rows),
          ""};
}

}  // namespace rota::cli
