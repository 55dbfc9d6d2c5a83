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
  const auto broken = scheduler.store().accounts().find_tampered_audit();
  if (!broken) return {Health::kFail, "audit", broken.error().message, broken.error().hint};
  if (!*broken) return {Health::kOk, "audit", "no row was changed or taken away", ""};
  return {Health::kFail, "audit",
          fmt::format("row {} was changed, or one before it was taken away", **broken),
          "somebody wrote to the table by other means: compare it with a backup"};
}

}  // namespace rota::cli
