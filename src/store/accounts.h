// The port for people and their rights: users, sessions, API tokens and the audit. A part of the
// store of its own, reached by Store::accounts(), so that what plans and runs tasks never sees it.
//
// No secret stands here: passwords come as argon2id texts, session ids and tokens as hashes. Every
// change takes the audit's note of itself and writes both in one transaction: there is no change
// without its row. Thread rule and errors: those of Store.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rota/result.h"
#include "rota/scheduler.h"
#include "rota/task.h"
#include "rota/time.h"
#include "store/audit.h"

namespace rota::store {

using UserId = Id<struct UserIdTag>;
using TokenId = Id<struct TokenIdTag>;

/// What somebody may do; each includes those before it.
enum class Role { kView, kRun, kEdit, kAdmin };
/// As in the tables, in JSON and on the command line.
inline constexpr std::array<std::string_view, 4> kRoleWords{"view", "run", "edit", "admin"};
inline std::string_view role_word(Role role) { return kRoleWords[static_cast<std::size_t>(role)]; }
inline std::optional<Role> find_role(std::string_view word) {
  for (std::size_t i = 0; i < kRoleWords.size(); ++i) {
    if (kRoleWords[i] == word) return static_cast<Role>(i);
  }
  return std::nullopt;
}

struct User {
  UserId id;
  std::string name;  ///< Unique, whatever the case of its letters.
  Role role = Role::kView;
  std::string password_hash;  ///< "$argon2id$..."; empty: cannot sign in with a password.
  std::int64_t version = 1;   ///< Grows with every change.
  Instant created_at{};
  std::optional<Instant> signed_in_at;
};

struct Session {
  std::string id_hash;  ///< Hexadecimal.
  UserId user_id;
  Instant created_at{};
  Instant used_at{};
  Instant ends_at{};  ///< However much it is used.
  std::string address;
  std::string agent;    ///< What the browser calls itself.
  Instant proved_at{};  ///< When the password was last given.
};

struct ApiToken {
  TokenId id;
  UserId user_id;
  std::string user_name;  ///< Of the owner; read only.
  std::string name;
  Role role = Role::kView;
  std::string hash;  ///< Hexadecimal.
  Instant created_at{};
  std::optional<Instant> expires_at;  ///< None: never.
  std::optional<Instant> used_at;
};

/// A session or token together with its owner as he is now.
struct SessionOwner {
  Session session;
  User user;
};
struct TokenOwner {
  ApiToken token;
  User user;
};

/// What a change of a user made: as stored, and the tokens that ended with it.
struct UserChanged {
  const User& user;
  std::span<const TokenId> ended_tokens;
};
using UserNote = NoteOf<UserChanged>;
using TokenNote = NoteOf<ApiToken>;

/// A row of `setting` to be set, or (no value) to be taken away.
struct SettingChange {
  std::string name;
  std::optional<std::string> value;
};

/// Whether all tokens of a user end with a change.
enum class EndTokens { kNo, kYes };

class AccountStore {
 public:
  virtual ~AccountStore() = default;

  // --- Users -------------------------------------------------------------------------------
  /// kAlreadyExists when the name is taken.
  virtual Result<User> add_user(const User& user, const UserNote& note) = 0;
  /// Only while there is no user at all; else kAlreadyExists. Of two at once exactly one wins.
  virtual Result<User> add_first_user(const User& user, const UserNote& note) = 0;
  /// Stores name, role and password; ends the user's sessions when role or password changed, and
  /// their tokens where asked to.
  /// kVersionConflict unless `user.version` is the stored one; kNotAllowedHere when it would leave
  /// no admin; kNotFound.
  virtual Result<User> update_user(const User& user, EndTokens end_tokens,
                                   const UserNote& note) = 0;
  /// With sessions and tokens. kNotAllowedHere for the last admin; kNotFound.
  virtual Result<void> remove_user(UserId id, const AuditNote& note) = 0;
  virtual Result<User> load_user(UserId id) = 0;
  virtual Result<User> load_user_by_name(std::string_view name) = 0;
  virtual Result<std::vector<User>> list_users() = 0;
  virtual Result<std::int64_t> count_users() = 0;

  // --- Sessions ----------------------------------------------------------------------------
  /// Also notes that the user has signed in, and removes sessions that have ended.
  virtual Result<void> add_session(const Session& session, const AuditNote& note) = 0;
  virtual Result<SessionOwner> load_session(std::string_view id_hash) = 0;
  virtual Result<void> touch_session(std::string_view id_hash, Instant used_at) = 0;
  virtual Result<void> remove_session(std::string_view id_hash, const AuditNote& note) = 0;
  /// The password was given again.
  virtual Result<void> prove_session(std::string_view id_hash, Instant at) = 0;
  /// Those of one user that have not ended, the last used first.
  virtual Result<std::vector<Session>> list_sessions(UserId id) = 0;
  /// All of a user's but one (empty: all); how many. Without any there is no row in the audit.
  virtual Result<std::int64_t> remove_sessions(UserId id, std::string_view except_id_hash,
                                               const AuditNote& note) = 0;

  // --- API tokens --------------------------------------------------------------------------
  virtual Result<ApiToken> add_token(const ApiToken& token, const TokenNote& note) = 0;
  virtual Result<TokenOwner> load_token(std::string_view hash) = 0;
  virtual Result<void> touch_token(TokenId id, Instant used_at) = 0;
  virtual Result<std::vector<ApiToken>> list_tokens() = 0;
  virtual Result<void> remove_token(TokenId id, const AuditNote& note) = 0;

  // --- Settings of the whole database --------------------------------------------------------
  /// All or none. Whether a value is any good is for the caller; a default_calendar that does not
  /// exist is refused (kInvalidArgument).
  virtual Result<void> save_settings(std::span<const SettingChange> changes,
                                     const AuditNote& note) = 0;

  // --- Audit -------------------------------------------------------------------------------
  virtual Result<void> append_audit(const AuditNote& note) = 0;
  virtual Result<Page<AuditEntry>> list_audit(const AuditQuery& query) = 0;
  /// Rows from `from_seq` on, the oldest first.
  virtual Result<std::vector<AuditEntry>> read_audit(std::int64_t from_seq, std::size_t limit) = 0;
  /// Looks at every row, and at the heads: the one that is kept outside the database, and `heads`.
  virtual Result<AuditVerdict> verify_audit(std::span<const AuditHead> heads) = 0;
  /// The newest row from the oldest on that can be pruned, all up to it being older than `before`;
  /// none: nothing can.
  virtual Result<std::optional<AuditHead>> find_prunable_audit(Instant before) = 0;
  /// Removes the rows up to and with that one, behind a signed row that says so; how many. Removed
  /// in steps: what an interruption leaves goes with the next call.
  virtual Result<std::int64_t> prune_audit(const AuditHead& through, const AuditNote& note) = 0;
  /// Takes the newest row for the head, as after a backup was put back; noted in the audit.
  virtual Result<AuditHead> accept_audit(AuditNote note) = 0;
};

}  // namespace rota::store
