// The port for people and their rights over the writer and the readers of one SQLite store.
#pragma once

#include "rota/clock.h"
#include "store/accounts.h"
#include "store/sqlite/readers.h"
#include "store/sqlite/writer.h"

namespace rota::store {

class SqliteAccounts final : public AccountStore {
 public:
  /// All must outlive this.
  SqliteAccounts(Writer& writer, Readers& readers, const Clock& clock)
      : writer_(writer), readers_(readers), clock_(clock) {}

  Result<User> add_user(const User& user, const AuditNote& note) override;
  Result<User> add_first_user(const User& user, const AuditNote& note) override;
  Result<User> update_user(const User& user, const AuditNote& note) override;
  Result<void> remove_user(UserId id, const AuditNote& note) override;
  Result<User> load_user(UserId id) override;
  Result<User> load_user_by_name(std::string_view name) override;
  Result<std::vector<User>> list_users() override;
  Result<std::int64_t> count_users() override;
  Result<void> add_session(const Session& session, const AuditNote& note) override;
  Result<SessionOwner> load_session(std::string_view id_hash) override;
  Result<void> touch_session(std::string_view id_hash, Instant used_at) override;
  Result<void> remove_session(std::string_view id_hash, const AuditNote& note) override;
  Result<ApiToken> add_token(const ApiToken& token, const AuditNote& note) override;
  Result<TokenOwner> load_token(std::string_view hash) override;
  Result<void> touch_token(TokenId id, Instant used_at) override;
  Result<std::vector<ApiToken>> list_tokens() override;
  Result<void> remove_token(TokenId id, const AuditNote& note) override;
  Result<void> save_settings(std::span<const SettingChange> changes,
                             const AuditNote& note) override;
  Result<void> append_audit(const AuditNote& note) override;
  Result<Page<AuditEntry>> list_audit(const AuditQuery& query) override;
  Result<std::optional<std::int64_t>> find_tampered_audit() override;

 private:
  /// The work and, where it succeeded, the audit's row: one transaction.
  template <class T>
  Result<T> audited(const AuditNote& note, const std::function<Result<T>(Connection&)>& work);
  template <class T>
  Result<T> read(const std::function<Result<T>(Connection&)>& work);

  Writer& writer_;
  Readers& readers_;
  const Clock& clock_;
};

}  // namespace rota::store
