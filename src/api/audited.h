// A change over the API and the note about it: written together, where the store can (store/
// audit_scope.h), else the note at once after the change.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "api/routes.h"
#include "store/audit_scope.h"

namespace rota::api {

/// "task 3", and what it was and became as JSON; empty: not there, or too much to say.
struct ChangeNote {
  std::string object;
  std::string before = {};
  std::string after = {};
};

using Changed = store::AuditScope::Changed;

/// Makes the change; `describe` is called with what it made, perhaps within the transaction.
template <class Change>
auto audited(const Services& services, const Exchange& exchange, std::string_view action,
             const std::function<ChangeNote(const Changed&)>& describe, Change change) {
  if (services.gate.accounts() == nullptr) return change();
  store::AuditScope scope([&](const Changed& changed) {
    ChangeNote note = describe(changed);
    return store::AuditNote{exchange.who.recorded_as(), exchange.request->remote_address,
                            std::string(action),        std::move(note.object),
                            std::move(note.before),     std::move(note.after)};
  });
  auto outcome = change();
  if (outcome && !scope.is_written()) {
    ChangeNote note = describe(Changed());
    note_change(services, exchange, action, std::move(note.object), std::move(note.before),
                std::move(note.after));
  }
  return outcome;
}

}  // namespace rota::api
