#include "store/sqlite/secret_rows.h"

#include <fmt/format.h>

namespace rota::store {
namespace {

#define SECRET_COLUMNS \
  "id, name, nonce, ciphertext, key_id, created_at, updated_at, updated_by, used_at"

SealedSecret read_secret(const Statement& row) {
  SealedSecret secret;
  secret.id = SecretId{row.integer(0)};
  secret.name = row.text(1);
  secret.nonce = row.text(2);
  secret.ciphertext = row.text(3);
  secret.key_id = row.text(4);
  secret.created_at = row.instant(5);
  secret.updated_at = row.instant(6);
  secret.updated_by = row.text(7);
  secret.used_at = row.optional_instant(8);
  return secret;
}

Error no_secret(std::string_view name) {
  return Error{ErrorCode::kNotFound,
               fmt::format("there is no secret named '{}'", name),
               "rota secret list shows all",
               {},
               {}};
}

// The one row that a change was to touch.
Result<void> require_changed(Connection& connection, std::string_view name) {
  if (connection.changes() > 0) return {};
  return fail(no_secret(name));
}

}  // namespace

Result<std::vector<SealedSecret>> query_secrets(Connection& connection) {
  auto select = connection.prepare("SELECT " SECRET_COLUMNS " FROM secret ORDER BY name");
  if (!select) return fail(select.error());
  std::vector<SealedSecret> secrets;
  for (;;) {
    const auto row = select->step();
    if (!row) return fail(row.error());
    if (!*row) return secrets;
    secrets.push_back(read_secret(*select));
  }
}

Result<SealedSecret> find_secret(Connection& connection, std::string_view name) {
  auto select = connection.prepare("SELECT " SECRET_COLUMNS " FROM secret WHERE name = ?");
  if (!select) return fail(select.error());
  const auto row = select->bind(name).step();
  if (!row) return fail(row.error());
  if (!*row) return fail(no_secret(name));
  return read_secret(*select);
}

Result<void> insert_secret(Connection& connection, const SealedSecret& secret, Instant now) {
  auto insert = connection.prepare(
      "INSERT INTO secret (id, name, nonce, ciphertext, key_id, created_at, updated_at, updated_by)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  if (!insert) return fail(insert.error());
  auto done = insert->bind(secret.id.value)
                  .bind(secret.name)
                  .bind_blob(secret.nonce)
                  .bind_blob(secret.ciphertext)
                  .bind(secret.key_id)
                  .bind(now)
                  .bind(now)
                  .bind(secret.updated_by)
                  .run();
  if (done || done.error().message.find("secret.name") == std::string::npos) return done;
  return fail(Error{ErrorCode::kAlreadyExists,
                    fmt::format("there is already a secret named '{}'", secret.name),
                    "give it a new value instead, or choose another name",
                    {},
                    {{"name", "is already taken", {}}}});
}

Result<void> change_secret(Connection& connection, const SealedSecret& secret, Instant now) {
  auto update = connection.prepare(
      "UPDATE secret SET nonce = ?, ciphertext = ?, key_id = ?, updated_at = ?, updated_by = ?"
      " WHERE id = ?");
  if (!update) return fail(update.error());
  auto done = update->bind_blob(secret.nonce)
                  .bind_blob(secret.ciphertext)
                  .bind(secret.key_id)
                  .bind(now)
                  .bind(secret.updated_by)
                  .bind(secret.id.value)
                  .run();
  if (!done) return done;
  return require_changed(connection, secret.name);
}

Result<void> delete_secret(Connection& connection, std::string_view name) {
  auto remove = connection.prepare("DELETE FROM secret WHERE name = ?");
  if (!remove) return fail(remove.error());
  if (auto done = remove->bind(name).run(); !done) return done;
  return require_changed(connection, name);
}

Result<void> change_seal(Connection& connection, const SealedSecret& secret) {
  auto update =
      connection.prepare("UPDATE secret SET nonce = ?, ciphertext = ?, key_id = ? WHERE id = ?");
  if (!update) return fail(update.error());
  return update->bind_blob(secret.nonce)
      .bind_blob(secret.ciphertext)
      .bind(secret.key_id)
      .bind(secret.id.value)
      .run();
}

Result<void> mark_secret_used(Connection& connection, SecretId id, Instant at) {
  auto update = connection.prepare("UPDATE secret SET used_at = ? WHERE id = ?");
  if (!update) return fail(update.error());
  return update->bind(at).bind(id.value).run();
}

}  // namespace rota::store
