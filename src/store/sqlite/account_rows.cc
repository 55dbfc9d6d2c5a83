#include "store/sqlite/account_rows.h"

#include <fmt/format.h>

namespace rota::store {
namespace {

#define USER_COLUMNS                                                                  \
  "user.id, user.name, user.role, user.password_hash, user.version, user.created_at," \
  " user.signed_in_at"
#define TOKEN_COLUMNS                                                                           \
  "api_token.id, api_token.user_id, user.name, api_token.name, api_token.role, api_token.hash," \
  " api_token.created_at, api_token.expires_at, api_token.used_at"
constexpr int kTokenColumnCount = 9;
#define SESSION_COLUMNS \
  "id_hash, user_id, session.created_at, used_at, ends_at, address, agent, proved_at"
constexpr int kSessionColumnCount = 8;

// A word that nobody knows gives the least rights.
Role read_role(const std::string& word) { return find_role(word).value_or(Role::kView); }

User read_user(const Statement& row, int at) {
  User user;
  user.id = UserId{row.integer(at)};
  user.name = row.text(at + 1);
  user.role = read_role(row.text(at + 2));
  user.password_hash = row.text(at + 3);
  user.version = row.integer(at + 4);
  user.created_at = row.instant(at + 5);
  user.signed_in_at = row.optional_instant(at + 6);
  return user;
}

Session read_session(const Statement& row) {
  Session session;
  session.id_hash = row.text(0);
  session.user_id = UserId{row.integer(1)};
  session.created_at = row.instant(2);
  session.used_at = row.instant(3);
  session.ends_at = row.instant(4);
  session.address = row.text(5);
  session.agent = row.text(6);
  session.proved_at = row.instant(7);
  return session;
}

ApiToken read_token(const Statement& row) {
  ApiToken token;
  token.id = TokenId{row.integer(0)};
  token.user_id = UserId{row.integer(1)};
  token.user_name = row.text(2);
  token.name = row.text(3);
  token.role = read_role(row.text(4));
  token.hash = row.text(5);
  token.created_at = row.instant(6);
  token.expires_at = row.optional_instant(7);
  token.used_at = row.optional_instant(8);
  return token;
}

Error nothing_there(std::string_view what) {
  return Error{ErrorCode::kNotFound, fmt::format("there is no such {}", what), {}, {}, {}};
}

// The one row that `select` gives, read by `read`.
template <class Row, class Read>
Result<Row> one_row(Statement& select, std::string_view what, Read read) {
  const auto row = select.step();
  if (!row) return fail(row.error());
  if (!*row) return fail(nothing_there(what));
  return read(select);
}

template <class Row, class Read>
Result<std::vector<Row>> all_rows(Statement& select, Read read) {
  std::vector<Row> rows;
  for (;;) {
    const auto row = select.step();
    if (!row) return fail(row.error());
    if (!*row) return rows;
    rows.push_back(read(select));
  }
}

Error explain_user(Error error, const User& user) {
  if (error.message.find("user.name") == std::string::npos) return error;
  return Error{ErrorCode::kAlreadyExists,
               fmt::format("there is already a user named '{}'", user.name),
               "choose another name",
               {},
               {{"name", "is already taken", {}}}};
}

Result<void> require_other_admin(Connection& connection, UserId id) {
  auto select = connection.prepare("SELECT count(*) FROM user WHERE role = 'admin' AND id <> ?");
  if (!select) return fail(select.error());
  const auto row = select->bind(id.value).step();
  if (!row) return fail(row.error());
  if (select->integer(0) > 0) return {};
  return fail(ErrorCode::kNotAllowedHere, "that would leave nobody who is an admin",
              "make somebody else an admin first");
}

Result<void> end_sessions(Connection& connection, UserId id) {
  auto remove = connection.prepare("DELETE FROM session WHERE user_id = ?");
  if (!remove) return fail(remove.error());
  return remove->bind(id.value).run();
}

}  // namespace

Result<User> insert_user(Connection& connection, const User& user, Instant now) {
  auto insert = connection.prepare(
      "INSERT INTO user (name, role, password_hash, created_at) VALUES (?, ?, ?, ?)");
  if (!insert) return fail(insert.error());
  const auto done =
      insert->bind(user.name).bind(role_word(user.role)).bind(user.password_hash).bind(now).run();
  if (!done) return fail(explain_user(done.error(), user));
  return find_user(connection, UserId{connection.last_insert_id()});
}

Result<User> change_user(Connection& connection, const User& user) {
  const auto stored = find_user(connection, user.id);
  if (!stored) return fail(stored.error());
  if (stored->version != user.version) {
    return fail(ErrorCode::kVersionConflict, "somebody else has changed this user meanwhile",
                "read it again, then change it");
  }
  const bool demoted = stored->role == Role::kAdmin && user.role != Role::kAdmin;
  if (demoted) {
    if (auto other = require_other_admin(connection, user.id); !other) return fail(other.error());
  }
  auto update = connection.prepare(
      "UPDATE user SET name = ?, role = ?, password_hash = ?, version = version + 1 WHERE id = ?");
  if (!update) return fail(update.error());
  const auto done = update->bind(user.name)
                        .bind(role_word(user.role))
                        .bind(user.password_hash)
                        .bind(user.id.value)
                        .run();
  if (!done) return fail(explain_user(done.error(), user));
  if (stored->role != user.role || stored->password_hash != user.password_hash) {
    if (auto ended = end_sessions(connection, user.id); !ended) return fail(ended.error());
  }
  return find_user(connection, user.id);
}

Result<void> delete_user(Connection& connection, UserId id) {
  const auto stored = find_user(connection, id);
  if (!stored) return fail(stored.error());
  if (stored->role == Role::kAdmin) {
    if (auto other = require_other_admin(connection, id); !other) return other;
  }
  auto remove = connection.prepare("DELETE FROM user WHERE id = ?");
  if (!remove) return fail(remove.error());
  return remove->bind(id.value).run();
}

Result<User> find_user(Connection& connection, UserId id) {
  auto select = connection.prepare("SELECT " USER_COLUMNS " FROM user WHERE id = ?");
  if (!select) return fail(select.error());
  select->bind(id.value);
  return one_row<User>(*select, "user", [](const Statement& row) { return read_user(row, 0); });
}

Result<User> find_user_by_name(Connection& connection, std::string_view name) {
  auto select = connection.prepare("SELECT " USER_COLUMNS " FROM user WHERE name = ?");
  if (!select) return fail(select.error());
  select->bind(name);
  return one_row<User>(*select, "user", [](const Statement& row) { return read_user(row, 0); });
}

Result<std::vector<User>> query_users(Connection& connection) {
  auto select = connection.prepare("SELECT " USER_COLUMNS " FROM user ORDER BY name LIMIT 10000");
  if (!select) return fail(select.error());
  return all_rows<User>(*select, [](const Statement& row) { return read_user(row, 0); });
}

Result<std::int64_t> query_user_count(Connection& connection) {
  const auto count = connection.integer("SELECT count(*) FROM user");
  if (!count) return fail(count.error());
  return count->value_or(0);
}

Result<void> insert_session(Connection& connection, const Session& session, Instant now) {
  auto clean = connection.prepare("DELETE FROM session WHERE ends_at <= ?");
  if (!clean) return fail(clean.error());
  if (auto done = clean->bind(now).run(); !done) return done;
  auto mark = connection.prepare("UPDATE user SET signed_in_at = ? WHERE id = ?");
  if (!mark) return fail(mark.error());
  if (auto done = mark->bind(now).bind(session.user_id.value).run(); !done) return done;
  auto insert = connection.prepare(
      "INSERT INTO session (id_hash, user_id, created_at, used_at, ends_at, address, agent,"
      " proved_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  if (!insert) return fail(insert.error());
  return insert->bind(session.id_hash)
      .bind(session.user_id.value)
      .bind(session.created_at)
      .bind(session.used_at)
      .bind(session.ends_at)
      .bind(session.address)
      .bind(session.agent)
      .bind(session.proved_at)
      .run();
}

Result<SessionOwner> find_session(Connection& connection, std::string_view id_hash) {
  auto select =
      connection.prepare("SELECT " SESSION_COLUMNS ", " USER_COLUMNS
                         " FROM session JOIN user ON user.id = session.user_id WHERE id_hash = ?");
  if (!select) return fail(select.error());
  select->bind(id_hash);
  return one_row<SessionOwner>(*select, "session", [](const Statement& row) {
    return SessionOwner{read_session(row), read_user(row, kSessionColumnCount)};
  });
}

Result<void> mark_session_used(Connection& connection, std::string_view id_hash, Instant at) {
  auto update =
      connection.prepare("UPDATE session SET used_at = max(used_at, ?) WHERE id_hash = ?");
  if (!update) return fail(update.error());
  return update->bind(at).bind(id_hash).run();
}

Result<void> delete_session(Connection& connection, std::string_view id_hash) {
  auto remove = connection.prepare("DELETE FROM session WHERE id_hash = ?");
  if (!remove) return fail(remove.error());
  return remove->bind(id_hash).run();
}

Result<void> mark_session_proved(Connection& connection, std::string_view id_hash, Instant at) {
  auto update = connection.prepare("UPDATE session SET proved_at = ? WHERE id_hash = ?");
  if (!update) return fail(update.error());
  return update->bind(at).bind(id_hash).run();
}

Result<std::vector<Session>> query_sessions(Connection& connection, UserId id, Instant now) {
  auto select = connection.prepare("SELECT " SESSION_COLUMNS
                                   " FROM session WHERE user_id = ? AND ends_at > ?"
                                   " ORDER BY used_at DESC LIMIT 1000");
  if (!select) return fail(select.error());
  select->bind(id.value).bind(now);
  return all_rows<Session>(*select, [](const Statement& row) { return read_session(row); });
}

Result<std::int64_t> delete_sessions(Connection& connection, UserId id,
                                     std::string_view except_id_hash) {
  auto remove = connection.prepare("DELETE FROM session WHERE user_id = ? AND id_hash <> ?");
  if (!remove) return fail(remove.error());
  if (auto done = remove->bind(id.value).bind(except_id_hash).run(); !done) {
    return fail(done.error());
  }
  return connection.changes();
}

Result<ApiToken> insert_token(Connection& connection, const ApiToken& token, Instant now) {
  if (auto owner = find_user(connection, token.user_id); !owner) return fail(owner.error());
  auto insert = connection.prepare(
      "INSERT INTO api_token (user_id, name, role, hash, created_at, expires_at)"
      " VALUES (?, ?, ?, ?, ?, ?)");
  if (!insert) return fail(insert.error());
  const auto done = insert->bind(token.user_id.value)
                        .bind(token.name)
                        .bind(role_word(token.role))
                        .bind(token.hash)
                        .bind(now)
                        .bind(token.expires_at)
                        .run();
  if (!done) return fail(done.error());
  auto stored = find_token(connection, token.hash);
  if (!stored) return fail(stored.error());
  return std::move(stored->token);
}

Result<TokenOwner> find_token(Connection& connection, std::string_view hash) {
  auto select =
      connection.prepare("SELECT " TOKEN_COLUMNS ", " USER_COLUMNS
                         " FROM api_token JOIN user ON user.id = api_token.user_id WHERE hash = ?");
  if (!select) return fail(select.error());
  select->bind(hash);
  return one_row<TokenOwner>(*select, "token", [](const Statement& row) {
    return TokenOwner{read_token(row), read_user(row, kTokenColumnCount)};
  });
}

Result<void> mark_token_used(Connection& connection, TokenId id, Instant at) {
  auto update = connection.prepare("UPDATE api_token SET used_at = ? WHERE id = ?");
  if (!update) return fail(update.error());
  return update->bind(at).bind(id.value).run();
}

Result<std::vector<ApiToken>> query_tokens(Connection& connection) {
  auto select = connection.prepare(
      "SELECT " TOKEN_COLUMNS
      " FROM api_token JOIN user ON user.id = api_token.user_id ORDER BY api_token.id LIMIT 10000");
  if (!select) return fail(select.error());
  return all_rows<ApiToken>(*select, [](const Statement& row) { return read_token(row); });
}

Result<std::vector<TokenId>> delete_tokens_of(Connection& connection, UserId id) {
  auto remove = connection.prepare("DELETE FROM api_token WHERE user_id = ? RETURNING id");
  if (!remove) return fail(remove.error());
  remove->bind(id.value);
  return all_rows<TokenId>(*remove, [](const Statement& row) { return TokenId{row.integer(0)}; });
}

Result<void> delete_token(Connection& connection, TokenId id) {
  auto remove = connection.prepare("DELETE FROM api_token WHERE id = ?");
  if (!remove) return fail(remove.error());
  if (auto done = remove->bind(id.value).run(); !done) return done;
  if (connection.changes() == 0) return fail(nothing_there("token"));
  return {};
}

}  // namespace rota::store
