// Users, sessions, tokens and the first set-up over the store's port: the rules that decide who
// somebody is. What each may do is the business of the route table (src/api/router.h).
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "accounts/identity.h"
#include "accounts/passwords.h"
#include "accounts/refusals.h"
#include "accounts/throttle.h"
#include "accounts/turn_queue.h"
#include "rota/clock.h"

namespace rota::accounts {

struct AccountOptions {
  Duration session_idle = std::chrono::minutes{30};  ///< An open page asks all the time.
  Duration session_most = std::chrono::hours{12};
  Duration set_up_life = std::chrono::hours{1};
  /// How long an answer of the database about a session or token is believed: a change made with
  /// the command line takes effect after that.
  Duration believe_for = std::chrono::seconds{2};
  Duration touch_every = std::chrono::minutes{1};  ///< "Last used" is that precise.
  std::size_t remembered_max = 4096;
  /// Users, secrets and tokens are changed at most so long after the password was given.
  Duration proof_life = std::chrono::minutes{5};
  PasswordCost password_cost;
  ThrottleRule account_rule;  ///< Also of a known device, and of asking for the password again.
  ThrottleRule address_rule{.free = 30};
};

/// A session that has just begun. `session` and `device` go to the browser and nowhere else.
struct SignedIn {
  Identity identity;
  std::string session;
  std::string device;
  Instant ends_at{};
};

struct NewUser {
  std::string name;
  Role role = Role::kView;
  std::string password;
};

/// A sign-in before its password is looked at. Where `wait` is not zero there were too many wrong
/// ones: it may not be tried before that, and nothing was counted.
struct SignInTry {
  Duration wait{0};
  Place place;       ///< Where it waits for its turn to be hashed.
  std::string name;  ///< As typed, in lower case.
  std::optional<store::User> user;
  Origin from;
  std::string device;  ///< Id of the known browser; empty: an unknown one.
};

struct UserChange {
  std::optional<Role> role;
  std::optional<std::string> password;
  store::EndTokens end_tokens = store::EndTokens::kNo;
  std::optional<std::int64_t> version;  ///< Refuse unless it is still this.
};

struct NewToken {
  store::UserId user_id;
  std::string name;
  Role role = Role::kView;
  std::optional<Instant> expires_at;
};
struct MadeToken {
  store::ApiToken token;
  std::string secret;  ///< Shown once.
};

/// Thread rule: every method from any thread; those that take a password take a tenth of a second.
class Accounts {
 public:
  Accounts(const Accounts&) = delete;
  Accounts& operator=(const Accounts&) = delete;
  /// Both must outlive this.
  Accounts(store::AccountStore& store, const Clock& clock, AccountOptions options = {});
  /// Writes the refusals that were counted.
  ~Accounts();

  // --- First set-up ------------------------------------------------------------------------
  /// Whether there is any user. Once true it is believed for ever.
  Result<bool> is_set_up();
  /// A new one-time token, valid for an hour; one made before means nothing from now on.
  std::string begin_set_up();
  /// Makes the first user, an admin, and signs him in. kPermissionDenied for a wrong or expired
  /// token, kAlreadyExists when somebody was faster.
  Result<SignedIn> set_up(std::string_view token, std::string_view name, std::string_view password,
                          const Origin& from);

  // --- Sessions ----------------------------------------------------------------------------
  /// The quick part: who it may be and whether it may be tried now. What goes on to
  /// finish_sign_in() or abandon() is counted as a wrong guess until then, so that many at once
  /// cannot slip through.
  Result<SignInTry> begin_sign_in(std::string_view name, const Origin& from);
  /// Looks at the password. kUnauthenticated for a wrong name or password, without saying which.
  Result<SignedIn> finish_sign_in(const SignInTry& attempt, std::string_view password);
  /// It got no turn: it was no guess.
  void abandon(const SignInTry& attempt);
  /// All of it; kLimitExceeded after too many wrong ones, saying how long to wait.
  Result<SignedIn> sign_in(std::string_view name, std::string_view password, const Origin& from);
  Result<void> sign_out(const Identity& who, const Origin& from);
  /// kUnauthenticated when it is none, has been idle too long or has ended.
  /// kLook does not count as use: a page that only listens does not keep its session alive.
  enum class Use { kUse, kLook };
  Result<Identity> identify_session(std::string_view session, Use use = Use::kUse);
  Result<Identity> identify_token(std::string_view token);
  /// Ends all of the user's sessions, their tokens where asked to, and begins a new session.
  Result<SignedIn> change_own_password(const Identity& who, std::string_view old_password,
                                       std::string_view new_password, store::EndTokens end_tokens,
                                       const Origin& from);
  /// How long this user must wait before they may give their password once more; zero: not at all.
  Duration proof_wait(const Identity& who) const;
  /// The password once more, before what needs it. kInvalidArgument beside `password`;
  /// kLimitExceeded.
  Result<void> prove(const Identity& who, std::string_view password, const Origin& from);
  /// Whether the password was given a moment ago. Who has none to give (a token, this machine) is
  /// the business of whoever asks.
  bool has_proved(const Identity& who) const;
  /// Of who asks, the last used first.
  Result<std::vector<store::Session>> list_sessions(const Identity& who);
  /// One of the user's own, by the id that public_id() gives it. kNotFound.
  Result<void> end_session(const Identity& who, std::string_view id, const Origin& from);
  /// All of the user's but the one that asks; how many.
  Result<std::int64_t> end_other_sessions(const Identity& who, const Origin& from);

  // --- Users and tokens --------------------------------------------------------------------
  Result<store::User> add_user(const NewUser& wanted, const Actor& by);
  Result<store::User> change_user(store::UserId id, const UserChange& change, const Actor& by);
  Result<void> remove_user(store::UserId id, const Actor& by);
  /// A token never has more rights than its owner, now or later.
  Result<MadeToken> add_token(const NewToken& wanted, const Actor& by);
  Result<void> remove_token(store::TokenId id, const Actor& by);
  /// All sessions of a user; how many.
  Result<std::int64_t> end_sessions_of(store::UserId id, const Actor& by);

  // --- Refusals ----------------------------------------------------------------------------
  /// Remembers one for the audit; never waits.
  void note_refusal(store::AuditNote refusal) { refusals_.add(std::move(refusal), clock_.now()); }
  /// Writes what is due, or all. Called now and then; what cannot be written is lost.
  void write_refusals(Refusals::Which which = Refusals::Which::kDue);

  store::AccountStore& store() { return store_; }

 private:
  struct Remembered {
    Identity identity;
    Instant checked_at{};
    Instant used_at{};
    Instant touched_at{};
    std::optional<Instant> ends_at;
  };

  void count_guess(const SignInTry& attempt);
  Result<void> check_proof(const Identity& who, const store::User& user, std::string_view password,
                           const Origin& from, std::string_view field);
  Result<SignedIn> begin_session(const store::User& user, const Origin& from,
                                 std::string_view action);
  std::optional<Remembered> recall(const std::string& hash) const;
  void remember(const std::string& hash, Remembered what);
  void forget_all();
  Result<Remembered> load_session(const std::string& hash, std::string_view session);
  Result<Remembered> load_token(const std::string& hash);
  Result<void> touch(const std::string& hash, Remembered& known, Instant now);

  store::AccountStore& store_;
  const Clock& clock_;
  const AccountOptions options_;
  Passwords passwords_;
  Throttle by_account_;  ///< Guesses of unknown devices at a name.
  Throttle by_address_;  ///< Guesses of unknown devices from an address.
  Throttle by_device_;   ///< Guesses of a known device.
  Throttle by_proof_;    ///< Guesses of a session at its own user's password.
  Refusals refusals_;
  std::atomic<bool> set_up_{false};

  mutable std::mutex mutex_;
  std::unordered_map<std::string, Remembered> remembered_;
  std::string set_up_hash_;
  Instant set_up_until_{};
};

/// kLimitExceeded: after too many wrong passwords.
Error too_many_guesses(Duration wait);

/// What people and the API call a session by; says nothing about its secret.
std::string public_id(const store::Session& session);

/// A user as the audit and the API show it, without the password: {"id":3,"name":"ann",...}.
std::string describe_user(const store::User& user);
std::string describe_token(const store::ApiToken& token);

}  // namespace rota::accounts
