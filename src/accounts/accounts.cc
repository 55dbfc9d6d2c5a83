// Signing in, and the first set-up.
#include "accounts/accounts.h"

#include <fmt/format.h>

#include "accounts/names.h"
#include "accounts/secrets.h"
#include "base/utf8.h"

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

constexpr std::size_t kDeviceIdChars = 22;

// What a browser that has signed in before can show: an id of its own, and what follows from that
// and the password's hash, so that a new password makes it worthless.
std::string device_mark(const store::User& user, std::string_view id) {
  return fmt::format(
      "{}.{}", id, derive(user.password_hash, fmt::format("rota device {} {}", user.id.value, id)));
}

// The device's id; empty: not one of this user.
std::string_view known_device(const store::User& user, std::string_view mark) {
  if (mark.size() <= kDeviceIdChars || mark[kDeviceIdChars] != '.') return {};
  const std::string_view id = mark.substr(0, kDeviceIdChars);
  return equal_in_constant_time(mark, device_mark(user, id)) ? id : std::string_view{};
}

}  // namespace

Accounts::Accounts(store::AccountStore& store, const Clock& clock, AccountOptions options)
    : store_(store),
      clock_(clock),
      options_(options),
      passwords_(options.password_cost),
      by_account_(options.account_rule),
      by_address_(options.address_rule),
      by_device_(options.account_rule),
      by_proof_(options.account_rule) {}

Accounts::~Accounts() { write_refusals(Refusals::Which::kAll); }

Error too_many_guesses(Duration wait) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
  return Error{ErrorCode::kLimitExceeded,
               fmt::format("too many wrong passwords: wait {} s, then try again", seconds),
               "an admin can set a new password: rota user password NAME",
               {},
               {}};
}

void Accounts::write_refusals(Refusals::Which which) {
  for (const store::AuditNote& row : refusals_.take(clock_.now(), which)) {
    (void)store_.append_audit(row);
  }
}

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
  auto stored = store_.add_first_user(user, [&](const store::UserChanged& made) {
    return store::AuditNote{user.name,
                            from.address,
                            "server.set_up",
                            object_of(made.user.id),
                            "",
                            describe_user(made.user)};
  });
  if (!stored) return fail(stored.error());
  set_up_ = true;
  {
    const std::lock_guard lock(mutex_);
    set_up_hash_.clear();
  }
  return begin_session(*stored, from, "session.begin");
}

// A browser that this user has signed in with before need not wait because others guess, at the
// name or from its address; its own guesses are counted apart, and after a few it is like any
// other.
Result<SignInTry> Accounts::begin_sign_in(std::string_view name, const Origin& from) {
  const Instant now = clock_.now();
  SignInTry attempt;
  attempt.name = fold_case(name.substr(0, kNameTriedMax));
  attempt.from = from;
  attempt.place = {false, address_key(from.address)};
  const Duration wait =
      std::max(by_address_.wait(attempt.place.key, now), by_account_.wait(attempt.name, now));
  // Without a device's mark there is no need to ask the database.
  if (wait > Duration{0} && from.device.empty()) {
    attempt.wait = wait;
    return attempt;
  }
  auto user = store_.load_user_by_name(attempt.name);
  if (!user && user.error().code != ErrorCode::kNotFound) return fail(user.error());
  if (user) {
    attempt.device = known_device(*user, from.device);
    if (by_device_.wait(attempt.device, now) > Duration{0}) attempt.device.clear();
    if (!attempt.device.empty()) attempt.place = {true, object_of(user->id)};
    attempt.user = std::move(*user);
  }
  if (attempt.device.empty()) attempt.wait = wait;
  if (attempt.wait == Duration{0}) count_guess(attempt);
  return attempt;
}

void Accounts::count_guess(const SignInTry& attempt) {
  const Instant now = clock_.now();
  if (!attempt.device.empty()) return by_device_.count(attempt.device, now);
  by_account_.count(attempt.name, now);
  by_address_.count(attempt.place.key, now);
}

void Accounts::abandon(const SignInTry& attempt) {
  if (!attempt.device.empty()) return by_device_.take_back(attempt.device);
  by_account_.take_back(attempt.name);
  by_address_.take_back(attempt.place.key);
}

Result<SignedIn> Accounts::finish_sign_in(const SignInTry& attempt, std::string_view password) {
  const std::string hash = attempt.user ? attempt.user->password_hash : std::string();
  if (password.size() > kPasswordMost || !passwords_.matches(password, hash)) {
    note_refusal({base::one_line(attempt.name, kNameShownMax), attempt.from.address,
                  "session.refused", attempt.user ? object_of(attempt.user->id) : "", "", ""});
    write_refusals();
    return fail(wrong_credentials());
  }
  abandon(attempt);  // takes back its own count; what others guessed stays
  store::User current = *attempt.user;
  if (passwords_.is_outdated(hash)) {
    if (auto fresh = passwords_.hash(password)) {
      current.password_hash = *fresh;
      auto stored =
          store_.update_user(current, store::EndTokens::kNo,
                             store::AuditNote{current.name, attempt.from.address, "user.rehash",
                                              object_of(current.id), "", ""});
      if (stored) current = *stored;
    }
  }
  return begin_session(current, attempt.from, "session.begin");
}

Result<SignedIn> Accounts::sign_in(std::string_view name, std::string_view password,
                                   const Origin& from) {
  const auto attempt = begin_sign_in(name, from);
  if (!attempt) return fail(attempt.error());
  if (attempt->wait > Duration{0}) return fail(too_many_guesses(attempt->wait));
  return finish_sign_in(*attempt, password);
}

Result<SignedIn> Accounts::begin_session(const store::User& user, const Origin& from,
                                         std::string_view action) {
  SignedIn made;
  made.session = make_secret();
  made.device = device_mark(user, make_secret().substr(0, kDeviceIdChars));
  store::Session session;
  session.id_hash = hash_secret(made.session);
  session.user_id = user.id;
  session.created_at = session.used_at = session.proved_at = clock_.now();
  session.ends_at = made.ends_at = session.created_at + options_.session_most;
  session.address = from.address;
  session.agent = from.agent.substr(0, kAgentMax);
  const auto stored = store_.add_session(
      session, {user.name, from.address, std::string(action), object_of(user.id), "", ""});
  if (!stored) return fail(stored.error());
  made.identity = {
      Identity::Proof::kSession,         user.id,           user.name, user.role, session.id_hash,
      derive(made.session, "rota csrf"), session.proved_at, {},        {}};
  return made;
}

}  // namespace rota::accounts
