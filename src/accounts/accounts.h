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

#include "accounts/identity.h"
#include "accounts/passwords.h"
#include "accounts/throttle.h"
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
  PasswordCost password_cost;
  ThrottleRule account_rule;
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

struct UserChange {
  std::optional<Role> role;
  std::optional<std::string> password;
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
  /// Both must outlive this.
  Accounts(store::AccountStore& store, const Clock& clock, AccountOptions options = {});

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
  /// kUnauthenticated for a wrong name or password, without saying which; kLimitExceeded after too
  /// many, saying how long to wait.
  Result<SignedIn> sign_in(std::string_view name, std::string_view password, const Origin& from);
  Result<void> sign_out(const Identity& who, const Origin& from);
  /// kUnauthenticated when it is none, has been idle too long or has ended.
  /// kLook does not count as use: a page that only listens does not keep its session alive.
  enum class Use { kUse, kLook };
  Result<Identity> identify_session(std::string_view session, Use use = Use::kUse);
  Result<Identity> identify_token(std::string_view token);
  /// Ends all of the user's sessions and begins a new one.
  Result<SignedIn> change_own_password(const Identity& who, std::string_view old_password,
                                       std::string_view new_password, const Origin& from);

  // --- Users and tokens --------------------------------------------------------------------
  Result<store::User> add_user(const NewUser& wanted, const Actor& by);
  Result<store::User> change_user(store::UserId id, const UserChange& change, const Actor& by);
  Result<void> remove_user(store::UserId id, const Actor& by);
  /// A token never has more rights than its owner, now or later.
  Result<MadeToken> add_token(const NewToken& wanted, const Actor& by);
  Result<void> remove_token(store::TokenId id, const Actor& by);

  store::AccountStore& store() { return store_; }

 private:
  struct Remembered {
    Identity identity;
    Instant checked_at{};
    Instant used_at{};
    Instant touched_at{};
    std::optional<Instant> ends_at;
  };

  Result<void> check_throttle(std::string_view name, const Origin& from, bool known_device);
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
  Throttle by_account_;
  Throttle by_address_;
  std::atomic<bool> set_up_{false};

  mutable std::mutex mutex_;
  std::unordered_map<std::string, Remembered> remembered_;
  std::string set_up_hash_;
  Instant set_up_until_{};
};

/// A user as the audit and the API show it, without the password: {"id":3,"name":"ann",...}.
std::string describe_user(const store::User& user);
std::string describe_token(const store::ApiToken& token);

}  // namespace rota::accounts
