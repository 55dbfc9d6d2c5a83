// Signing in and out, and the first set-up.
#include "accounts/accounts.h"

#include <fmt/format.h>

#include "accounts/names.h"
#include "accounts/secrets.h"

namespace rota::accounts {
namespace {

constexpr std::size_t kAgentMax = 200;      // bytes kept of what a browser calls itself
constexpr std::size_t kNameShownMax = 100;  // bytes of a name that was tried, in the audit
constexpr std::size_t kNameTriedMax = 400;  // bytes; a longer one is nobody's

Error wrong_credentials() {
  return Error{ErrorCode::kUnauthenticated,
               "the name or the password is wrong",
               "try again; an admin can set a new password: rota user password NAME",
               {},
               {}};
}

// What a browser that has signed in before can show: follows from the password's hash, so that a
// new password makes it worthless.
std::string device_mark(const store::User& user) {
  return derive(user.password_hash, fmt::format("rota device {}", user.id.value));
}

}  // namespace

Accounts::Accounts(store::AccountStore& store, const Clock& clock, AccountOptions options)
    : store_(store),
      clock_(clock),
      options_(options),
      passwords_(options.password_cost),
      by_account_(options.account_rule),
      by_address_(options.address_rule) {}

Result<bool> Accounts::is_set_up() {
  if (set_up_) return true;
  const auto count = store_.count_users();
  if (!count) return fail(count.error());
  if (*count > 0) set_up_ = true;
  return *count > 0;
}

std::string Accounts::begin_set_up() {
  std::string token = make_secret();
  const std::lock_guard lock(mutex_);
  set_up_hash_ = hash_secret(token);
  set_up_until_ = clock_.now() + options_.set_up_life;
  return token;
}

Result<SignedIn> Accounts::set_up(std::string_view token, std::string_view name,
                                  std::string_view password, const Origin& from) {
  if (const auto done = is_set_up(); !done || *done) {
    if (!done) return fail(done.error());
    return fail(ErrorCode::kAlreadyExists, "this server has been set up already", "sign in");
  }
  const std::string given = hash_secret(token);
  {
    const std::lock_guard lock(mutex_);
    const bool right = !set_up_hash_.empty() && equal_in_constant_time(given, set_up_hash_);
    if (!right || clock_.now() >= set_up_until_) {
      return fail(ErrorCode::kPermissionDenied, "this set-up link is wrong or has expired",
                  "restart the server for a new one, or use: rota user add NAME --role admin");
    }
  }
  if (auto fits = check_new_user(name, password); !fits) return fail(fits.error());
  auto hash = passwords_.hash(password);
  if (!hash) return fail(hash.error());
  store::User user;
  user.name = name;
  user.role = Role::kAdmin;
  user.password_hash = *hash;
  auto stored = store_.add_first_user(
      user, {user.name, from.address, "server.set_up", "user", "", describe_user(user)});
  if (!stored) return fail(stored.error());
  set_up_ = true;
  {
    const std::lock_guard lock(mutex_);
    set_up_hash_.clear();
  }
  return begin_session(*stored, from, "session.begin");
}

// A browser that this user has signed in with before need not wait because others guess at his
// password; an address must wait whoever it claims to be.
Result<void> Accounts::check_throttle(std::string_view name, const Origin& from,
                                      bool known_device) {
  const Instant now = clock_.now();
  Duration wait = by_address_.wait(address_key(from.address), now);
  if (!known_device) wait = std::max(wait, by_account_.wait(name, now));
  if (wait <= Duration{0}) return {};
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
  return fail(ErrorCode::kLimitExceeded,
              fmt::format("too many wrong passwords: wait {} s, then try again", seconds),
              "an admin can set a new password: rota user password NAME");
}

Result<SignedIn> Accounts::sign_in(std::string_view name, std::string_view password,
                                   const Origin& from) {
  const std::string key = fold_case(name.substr(0, kNameTriedMax));
  const auto user = store_.load_user_by_name(key);
  if (!user && user.error().code != ErrorCode::kNotFound) return fail(user.error());
  const bool known_device =
      user && !from.device.empty() && equal_in_constant_time(from.device, device_mark(*user));
  if (auto free = check_throttle(key, from, known_device); !free) return fail(free.error());
  const Instant now = clock_.now();
  const std::string address = address_key(from.address);
  by_account_.count(key, now);
  by_address_.count(address, now);
  const std::string hash = user ? user->password_hash : std::string();
  if (password.size() > kPasswordMost || !passwords_.matches(password, hash)) {
    (void)store_.append_audit({std::string(name.substr(0, kNameShownMax)), from.address,
                               "session.refused", user ? object_of(user->id) : "", "", ""});
    return fail(wrong_credentials());
  }
  by_account_.clear(key);
  by_address_.clear(address);
  store::User current = *user;
  if (passwords_.is_outdated(hash)) {
    if (auto fresh = passwords_.hash(password)) {
      current.password_hash = *fresh;
      auto stored = store_.update_user(
          current, {current.name, from.address, "user.rehash", object_of(current.id), "", ""});
      if (stored) current = *stored;
    }
  }
  return begin_session(current, from, "session.begin");
}

Result<SignedIn> Accounts::begin_session(const store::User& user, const Origin& from,
                                         std::string_view action) {
  SignedIn made;
  made.session = make_secret();
  made.device = device_mark(user);
  store::Session session;
  session.id_hash = hash_secret(made.session);
  session.user_id = user.id;
  session.created_at = session.used_at = clock_.now();
  session.ends_at = made.ends_at = session.created_at + options_.session_most;
  session.address = from.address;
  session.agent = from.agent.substr(0, kAgentMax);
  const auto stored = store_.add_session(
      session, {user.name, from.address, std::string(action), object_of(user.id), "", ""});
  if (!stored) return fail(stored.error());
  made.identity = {
      Identity::Proof::kSession,         user.id, user.name, user.role, session.id_hash,
      derive(made.session, "rota csrf"), {},      {}};
  return made;
}

Result<void> Accounts::sign_out(const Identity& who, const Origin& from) {
  if (who.proof != Identity::Proof::kSession) return {};
  forget_all();
  return store_.remove_session(
      who.session_hash, {who.name, from.address, "session.end", object_of(who.user_id), "", ""});
}

Result<SignedIn> Accounts::change_own_password(const Identity& who, std::string_view old_password,
                                               std::string_view new_password, const Origin& from) {
  const auto user = store_.load_user(who.user_id);
  if (!user) return fail(user.error());
  const std::string key = fold_case(user->name);
  if (auto free = check_throttle(key, from, false); !free) return fail(free.error());
  by_account_.count(key, clock_.now());
  if (old_password.size() > kPasswordMost ||
      !passwords_.matches(old_password, user->password_hash)) {
    return fail(Error{ErrorCode::kInvalidArgument,
                      "the old password is wrong",
                      {},
                      {},
                      {{"old_password", "is wrong", {}}}});
  }
  by_account_.clear(key);
  UserChange change;
  change.password = new_password;
  const auto changed = change_user(who.user_id, change, {who.name, from.address});
  if (!changed) return fail(changed.error());
  return begin_session(*changed, from, "session.begin");
}

}  // namespace rota::accounts
