#include "store/sqlite/sqlite_accounts.h"

#include <type_traits>

#include "store/sqlite/account_rows.h"
#include "store/sqlite/audit_chain.h"
#include "store/sqlite/audit_rows.h"
#include "store/sqlite/audit_verify.h"
#include "store/sqlite/setting_rows.h"

namespace rota::store {
namespace {

// Removed in one transaction: others wait no longer than that takes.
constexpr std::int64_t kPruneStep = 500;

// The note of a change that makes nothing that it would have to know.
auto always(const AuditNote& note) {
  return [&note](const auto&...) -> const AuditNote& { return note; };
}

}  // namespace

template <class T, class NoteOfOutcome>
Result<T> SqliteAccounts::audited(const NoteOfOutcome& note_of,
                                  const std::function<Result<T>(Connection&)>& work) {
  WrittenAudit written;
  auto outcome = writer_.write<T>([&](Connection& c) -> Result<T> {
    auto done = work(c);
    if (!done) return done;
    if constexpr (std::is_integral_v<T>) {
      if (*done == 0) return done;
    }
    const auto noted = [&] {
      if constexpr (std::is_void_v<T>) {
        return insert_audit(c, seal_, note_of(), clock_.now());
      } else {
        return insert_audit(c, seal_, note_of(*done), clock_.now());
      }
    }();
    if (!noted) return fail(noted.error());
    written = *noted;
    return done;
  });
  if (outcome) keep_audit_head(seal_, written);
  return outcome;
}

Result<AuditHead> SqliteAccounts::append(
    const std::function<Result<WrittenAudit>(Connection&)>& work) {
  const auto written = writer_.write<WrittenAudit>(work);
  if (!written) return fail(written.error());
  keep_audit_head(seal_, *written);
  return written->head;
}

template <class T>
Result<T> SqliteAccounts::read(const std::function<Result<T>(Connection&)>& work) {
  auto connection = readers_.borrow();
  if (!connection) return fail(connection.error());
  return work(**connection);
}

Result<void> SqliteAccounts::save_settings(std::span<const SettingChange> changes,
                                           const AuditNote& note) {
  return audited<void>(always(note), [&](Connection& c) { return change_settings(c, changes); });
}

Result<User> SqliteAccounts::add_user(const User& user, const UserNote& note) {
  return audited<User>([&](const User& stored) { return note({stored, {}}); },
                       [&](Connection& c) { return insert_user(c, user, clock_.now()); });
}

Result<User> SqliteAccounts::add_first_user(const User& user, const UserNote& note) {
  return audited<User>([&](const User& stored) { return note({stored, {}}); },
                       [&](Connection& c) -> Result<User> {
                         const auto count = query_user_count(c);
                         if (!count) return fail(count.error());
                         if (*count > 0) {
                           return fail(ErrorCode::kAlreadyExists,
                                       "this server has been set up already", "sign in");
                         }
                         return insert_user(c, user, clock_.now());
                       });
}

Result<User> SqliteAccounts::update_user(const User& user, EndTokens end_tokens,
                                         const UserNote& note) {
  std::vector<TokenId> ended;
  return audited<User>([&](const User& stored) { return note({stored, ended}); },
                       [&](Connection& c) -> Result<User> {
                         auto stored = change_user(c, user);
                         if (!stored || end_tokens == EndTokens::kNo) return stored;
                         auto removed = delete_tokens_of(c, user.id);
                         if (!removed) return fail(removed.error());
                         ended = std::move(*removed);
                         return stored;
                       });
}

Result<void> SqliteAccounts::remove_user(UserId id, const AuditNote& note) {
  return audited<void>(always(note), [&](Connection& c) { return delete_user(c, id); });
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
  return audited<void>(always(note),
                       [&](Connection& c) { return insert_session(c, session, clock_.now()); });
}

Result<SessionOwner> SqliteAccounts::load_session(std::string_view id_hash) {
  return read<SessionOwner>([&](Connection& c) { return find_session(c, id_hash); });
}

Result<void> SqliteAccounts::touch_session(std::string_view id_hash, Instant used_at) {
  return writer_.write<void>([&](Connection& c) { return mark_session_used(c, id_hash, used_at); });
}

Result<void> SqliteAccounts::remove_session(std::string_view id_hash, const AuditNote& note) {
  return audited<void>(always(note), [&](Connection& c) { return delete_session(c, id_hash); });
}

Result<void> SqliteAccounts::prove_session(std::string_view id_hash, Instant at) {
  return writer_.write<void>([&](Connection& c) { return mark_session_proved(c, id_hash, at); });
}

Result<std::vector<Session>> SqliteAccounts::list_sessions(UserId id) {
  return read<std::vector<Session>>(
      [&](Connection& c) { return query_sessions(c, id, clock_.now()); });
}

Result<std::int64_t> SqliteAccounts::remove_sessions(UserId id, std::string_view except_id_hash,
                                                     const AuditNote& note) {
  return audited<std::int64_t>(
      always(note), [&](Connection& c) { return delete_sessions(c, id, except_id_hash); });
}

Result<ApiToken> SqliteAccounts::add_token(const ApiToken& token, const TokenNote& note) {
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
  return audited<void>(always(note), [&](Connection& c) { return delete_token(c, id); });
}

Result<void> SqliteAccounts::append_audit(const AuditNote& note) {
  const auto head =
      append([&](Connection& c) { return insert_audit(c, seal_, note, clock_.now()); });
  if (!head) return fail(head.error());
  return {};
}

Result<Page<AuditEntry>> SqliteAccounts::list_audit(const AuditQuery& query) {
  return read<Page<AuditEntry>>([&](Connection& c) { return query_audit(c, query); });
}

Result<std::vector<AuditEntry>> SqliteAccounts::read_audit(std::int64_t from_seq,
                                                           std::size_t limit) {
  return read<std::vector<AuditEntry>>(
      [&](Connection& c) { return query_audit_from(c, from_seq, limit); });
}

// The head is read before the rows: a row that is written meanwhile may only be newer.
Result<AuditVerdict> SqliteAccounts::verify_audit(std::span<const AuditHead> heads) {
  std::vector<AuditHead> all(heads.begin(), heads.end());
  std::string fault;
  if (seal_ != nullptr) {
    const auto kept = seal_->load_head();
    if (!kept) fault = kept.error().message;
    if (kept && *kept) all.push_back(**kept);
  }
  auto verdict = read<AuditVerdict>([&](Connection& c) { return check_audit(c, seal_, all); });
  // A head that is missing matters once there are rows.
  if (verdict && verdict->fault.empty() && verdict->rows > 0) verdict->fault = std::move(fault);
  return verdict;
}

Result<std::optional<AuditHead>> SqliteAccounts::find_prunable_audit(Instant before) {
  return read<std::optional<AuditHead>>([&](Connection& c) { return find_prunable(c, before); });
}

Result<std::int64_t> SqliteAccounts::prune_audit(const AuditHead& through, const AuditNote& note) {
  const auto head = append(
      [&](Connection& c) { return insert_prune_row(c, seal_, through, note, clock_.now()); });
  if (!head) return fail(head.error());
  std::int64_t removed = 0;
  for (;;) {
    const auto step =
        writer_.write<std::int64_t>([](Connection& c) { return delete_pruned(c, kPruneStep); });
    if (!step) return fail(step.error());
    removed += *step;
    if (*step < kPruneStep) return removed;
  }
}

Result<AuditHead> SqliteAccounts::accept_audit(AuditNote note) {
  note.action = kAcceptAction;
  auto head = append([&](Connection& c) { return insert_audit(c, seal_, note, clock_.now()); });
  if (!head || seal_ == nullptr) return head;
  // Also where there was none, or one that cannot be read.
  auto kept = seal_->keep_head(*head, AuditSeal::Keep::kReplace);
  if (!kept) return fail(kept.error());
  return head;
}

}  // namespace rota::store
