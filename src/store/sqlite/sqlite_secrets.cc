#include "store/sqlite/sqlite_secrets.h"

#include "store/sqlite/audit_rows.h"
#include "store/sqlite/secret_rows.h"

namespace rota::store {

Result<void> SqliteSecrets::audited(const AuditNote& note,
                                    const std::function<Result<void>(Connection&)>& work) {
  WrittenAudit written;
  auto outcome = writer_.write<void>([&](Connection& c) -> Result<void> {
    if (auto done = work(c); !done) return done;
    const auto noted = insert_audit(c, seal_, note, clock_.now());
    if (!noted) return fail(noted.error());
    written = *noted;
    return {};
  });
  if (outcome) keep_audit_head(seal_, written);
  return outcome;
}

Result<std::vector<SealedSecret>> SqliteSecrets::list_secrets() {
  auto connection = readers_.borrow();
  if (!connection) return fail(connection.error());
  return query_secrets(**connection);
}

Result<SealedSecret> SqliteSecrets::load_secret(std::string_view name) {
  auto connection = readers_.borrow();
  if (!connection) return fail(connection.error());
  return find_secret(**connection, name);
}

Result<void> SqliteSecrets::add_secret(const SealedSecret& secret, const AuditNote& note) {
  return audited(note, [&](Connection& c) { return insert_secret(c, secret, clock_.now()); });
}

Result<void> SqliteSecrets::update_secret(const SealedSecret& secret, const AuditNote& note) {
  return audited(note, [&](Connection& c) { return change_secret(c, secret, clock_.now()); });
}

Result<void> SqliteSecrets::remove_secret(std::string_view name, const AuditNote& note) {
  return audited(note, [&](Connection& c) { return delete_secret(c, name); });
}

Result<std::size_t> SqliteSecrets::reseal_secrets(const Reseal& reseal, const AuditNote& note) {
  std::size_t count = 0;
  auto done = audited(note, [&](Connection& c) -> Result<void> {
    const auto secrets = query_secrets(c);
    if (!secrets) return fail(secrets.error());
    for (const SealedSecret& secret : *secrets) {
      const auto sealed = reseal(secret);
      if (!sealed) return fail(sealed.error());
      if (auto changed = change_seal(c, *sealed); !changed) return changed;
    }
    count = secrets->size();
    return {};
  });
  if (!done) return fail(done.error());
  return count;
}

Result<void> SqliteSecrets::touch_secret(SecretId id, Instant used_at) {
  return writer_.write<void>([&](Connection& c) { return mark_secret_used(c, id, used_at); });
}

}  // namespace rota::store
