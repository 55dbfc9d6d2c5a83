#include "store/sqlite/sqlite_accounts.h"

#include "store/sqlite/account_rows.h"
#include "store/sqlite/audit_rows.h"
#include "store/sqlite/setting_rows.h"

namespace rota::store {

template <class T>
Result<T> SqliteAccounts::audited(const AuditNote& note,
                                  const std::function<Result<T>(Connection&)>& work) {
  return writer_.write<T>([&](Connection& c) -> Result<T> {
    auto outcome = work(c);
    if (!outcome) return outcome;
    if (auto noted = insert_audit(c, note, clock_.now()); !noted) return fail(noted.error());
    return outcome;
  });
}

template <class T>
Result<T> SqliteAccounts::read(const std::function<Result<T>(Connection&)>& work) {
  auto connection = readers_.borrow();
  if (!connection) return fail(connection.error());
  return work(**connection);
}

Result<void> SqliteAccounts::save_settings(std::span<const SettingChange> changes,
                                           const AuditNote& note) {
  return audited<void>(note, [&](Connection& c) { return change_settings(c, changes); });
}

Result<User> SqliteAccounts::add_user(const User& user, const AuditNote& note) {
  return audited<User>(note, [&](Connection& c) { return insert_user(c, user, clock_.now()); });
}

Result<User> SqliteAccounts::add_first_user(const User& user, const AuditNote& note) {
  return audited<User>(note, [&](Connection& c) -> Result<User> {
    const auto count = query_user_count(c);
    if (!count) return fail(count.error());
    if (*count > 0) {
      return fail(ErrorCode::kAlreadyExists, "this server has been set up already", "sign in");
    }
    return insert_user(c, user, clock_.now());
  });
}

Result<User> SqliteAccounts::update_user(const User& user, const AuditNote& note) {
  return audited<User>(note, [&](Connection& c) { return change_user(c, user); });
}

Result<void> SqliteAccounts::remove_user(UserId id, const AuditNote& note) {
  return audited<void>(note, [&](Connection& c) { return delete_user(c, id); });
}

Result<User> SqliteAccounts::load_user(UserId id) {
  return read<User>([&](Connection& c) { return find_user(c, id); });
}

Result<User> SqliteAccounts::load_user_by_name(std::string_view name) {
  return read<User>([&](Connection& c) { return find_user_by_name(c, name); });
}

Result<std::vector<User>> SqliteAccounts::list_users() {
  return read<std::vector<User>>([](Connection& c) { return query_users(c); });
}

Result<std::int64_t> SqliteAccounts::count_users() {
  return read<std::int64_t>([](Connection& c) { return query_user_count(c); });
}

Result<void> SqliteAccounts::add_session(const Session& session, const AuditNote& note) {
  return audited<void>(note,
                       [&](Connection& c) { return insert_session(c, session, clock_.now()); });
}

Result<SessionOwner> SqliteAccounts::load_session(std::string_view id_hash) {
  return read<SessionOwner>([&](Connection& c) { return find_session(c, id_hash); });
}

Result<void> SqliteAccounts::touch_session(std::string_view id_hash, Instant used_at) {
  return writer_.write<void>([&](Connection& c) { return mark_session_used(c, id_hash, used_at); });
}

Result<void> SqliteAccounts::remove_session(std::string_view id_hash, const AuditNote& note) {
  return audited<void>(note, [&](Connection& c) { return delete_session(c, id_hash); });
}

Result<ApiToken> SqliteAccounts::add_token(const ApiToken& token, const AuditNote& note) {
  return audited<ApiToken>(note,
                           [&](Connection& c) { return insert_token(c, token, clock_.now()); });
}

Result<TokenOwner> SqliteAccounts::load_token(std::string_view hash) {
  return read<TokenOwner>([&](Connection& c) { return find_token(c, hash); });
}

Result<void> SqliteAccounts::touch_token(TokenId id, Instant used_at) {
  return writer_.write<void>([&](Connection& c) { return mark_token_used(c, id, used_at); });
}

Result<std::vector<ApiToken>> SqliteAccounts::list_tokens() {
  return read<std::vector<ApiToken>>([](Connection& c) { return query_tokens(c); });
}

Result<void> SqliteAccounts::remove_token(TokenId id, const AuditNote& note) {
  return audited<void>(note, [&](Connection& c) { return delete_token(c, id); });
}

Result<void> SqliteAccounts::append_audit(const AuditNote& note) {
  return writer_.write<void>([&](Connection& c) { return insert_audit(c, note, clock_.now()); });
}

Result<Page<AuditEntry>> SqliteAccounts::list_audit(const AuditQuery& query) {
  return read<Page<AuditEntry>>([&](Connection& c) { return query_audit(c, query); });
}

Result<std::optional<std::int64_t>> SqliteAccounts::find_tampered_audit() {
  return read<std::optional<std::int64_t>>([](Connection& c) { return find_broken_audit(c); });
}

}  // namespace rota::store
