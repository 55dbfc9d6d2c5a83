// The port for people and their rights over the writer and the readers of one SQLite store.
#pragma once

#include "rota/clock.h"
#include "store/accounts.h"
#include "store/sqlite/audit_rows.h"
#include "store/sqlite/readers.h"
#include "store/sqlite/writer.h"

namespace rota::store {

class SqliteAccounts final : public AccountStore {
 public:
  /// All must outlive this; the seal may be null.
  SqliteAccounts(Writer& writer, Readers& readers, const Clock& clock, AuditSeal* seal)
      : writer_(writer), readers_(readers), clock_(clock), seal_(seal) {}

  Result<User> add_user(const User& user, const UserNote& note) override;
  Result<User> add_first_user(const User& user, const UserNote& note) override;
  Result<User> update_user(const User& user, EndTokens end_tokens, const UserNote& note) override;
  Result<void> remove_user(UserId id, const AuditNote& note) override;
  Result<User> load_user(UserId id) override;
  Result<User> load_user_by_name(std::string_view name) override;
  Result<std::vector<User>> list_users() override;
  Result<std::int64_t> count_users() override;
  Result<void> add_session(const Session& session, const AuditNote& note) override;
  Result<SessionOwner> load_session(std::string_view id_hash) override;
  Result<void> touch_session(std::string_view id_hash, Instant used_at) override;
  Result<void> remove_session(std::string_view id_hash, const AuditNote& note) override;
  Result<void> prove_session(std::string_view id_hash, Instant at) override;
  Result<std::vector<Session>> list_sessions(UserId id) override;
  Result<std::int64_t> remove_sessions(UserId id, std::string_view except_id_hash,
                                       const AuditNote& note) override;
  Result<ApiToken> add_token(const ApiToken& token, const TokenNote& note) override;
  Result<TokenOwner> load_token(std::string_view hash) override;
  Result<void> touch_token(TokenId id, Instant used_at) override;
  Result<std::vector<ApiToken>> list_tokens() override;
  Result<void> remove_token(TokenId id, const AuditNote& note) override;
  Result<void> save_settings(std::span<const SettingChange> changes,
                             const AuditNote& note) override;
  Result<void> append_audit(const AuditNote& note) override;
  Result<Page<AuditEntry>> list_audit(const AuditQuery& query) override;
  Result<std::vector<AuditEntry>> read_audit(std::int64_t from_seq, std::size_t limit) override;
  Result<AuditVerdict> verify_audit(std::span<const AuditHead> heads) override;
  Result<std::optional<AuditHead>> find_prunable_audit(Instant before) override;
  Result<std::int64_t> prune_audit(const AuditHead& through, const AuditNote& note) override;
  Result<AuditHead> accept_audit(AuditNote note) override;

 private:
  /// The work and, where it succeeded, the audit's row: one transaction. `note_of` makes the note
  /// of what the work made; an outcome of zero changes is no change and leaves no row.
  template <class T, class NoteOfOutcome>
  Result<T> audited(const NoteOfOutcome& note_of,
                    const std::function<Result<T>(Connection&)>& work);
  Result<AuditHead> append(const std::function<Result<WrittenAudit>(Connection&)>& work);
  template <class T>
  Result<T> read(const std::function<Result<T>(Connection&)>& work);

  Writer& writer_;
  Readers& readers_;
  const Clock& clock_;
  AuditSeal* const seal_;
};

}  // namespace rota::store
