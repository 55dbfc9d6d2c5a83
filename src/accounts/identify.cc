// Who shows a session or a token: asked with every request, so what the database said is believed
// for a moment.
#include "accounts/accounts.h"
#include "accounts/secrets.h"

namespace rota::accounts {
namespace {

constexpr std::size_t kSessionChars = 43;

Error not_signed_in() {
  return Error{
      ErrorCode::kUnauthenticated, "you are not signed in", "sign in, then try again", {}, {}};
}

Error bad_token() {
  return Error{ErrorCode::kUnauthenticated,
               "the token is unknown, was removed or has expired",
               "make a new one: rota token add",
               {},
               {}};
}

// Nobody's is not told from ended: "not found" would say more than it needs to.
Error instead_of_not_found(const Error& error, const Error& otherwise) {
  return error.code == ErrorCode::kNotFound ? otherwise : error;
}

}  // namespace

std::optional<Accounts::Remembered> Accounts::recall(const std::string& hash) const {
  const std::lock_guard lock(mutex_);
  const auto found = remembered_.find(hash);
  if (found == remembered_.end()) return std::nullopt;
  const Duration age = clock_.now() - found->second.checked_at;
  if (age < Duration{0} || age >= options_.believe_for) return std::nullopt;
  return found->second;
}

void Accounts::remember(const std::string& hash, Remembered what) {
  const std::lock_guard lock(mutex_);
  if (remembered_.size() >= options_.remembered_max) remembered_.clear();
  remembered_.insert_or_assign(hash, std::move(what));
}

void Accounts::forget_all() {
  const std::lock_guard lock(mutex_);
  remembered_.clear();
}

Result<Accounts::Remembered> Accounts::load_session(const std::string& hash,
                                                    std::string_view session) {
  const auto owner = store_.load_session(hash);
  if (!owner) return fail(owner.error());
  const store::User& user = owner->user;
  Remembered known;
  known.identity = {
      Identity::Proof::kSession, user.id, user.name, user.role, hash, derive(session, "rota csrf"),
      owner->session.proved_at,  {},      {}};
  known.used_at = known.touched_at = owner->session.used_at;
  known.ends_at = owner->session.ends_at;
  return known;
}

Result<Accounts::Remembered> Accounts::load_token(const std::string& hash) {
  const auto owner = store_.load_token(hash);
  if (!owner) return fail(owner.error());
  const store::ApiToken& token = owner->token;
  Remembered known;
  const Role role = std::min(token.role, owner->user.role);
  known.identity = {Identity::Proof::kToken,
                    owner->user.id,
                    owner->user.name,
                    role,
                    {},
                    {},
                    {},
                    token.id,
                    token.name};
  known.touched_at = token.used_at.value_or(Instant{});
  known.ends_at = token.expires_at;
  return known;
}

// Writes "last used" now and then.
Result<void> Accounts::touch(const std::string& hash, Remembered& known, Instant now) {
  if (now - known.touched_at < options_.touch_every) return {};
  known.touched_at = now;
  const bool session = known.identity.proof == Identity::Proof::kSession;
  return session ? store_.touch_session(hash, now)
                 : store_.touch_token(known.identity.token_id, now);
}

Result<Identity> Accounts::identify_session(std::string_view session, Use use) {
  if (session.size() != kSessionChars) return fail(not_signed_in());
  const std::string hash = hash_secret(session);
  const Instant now = clock_.now();
  auto known = recall(hash);
  const bool fresh = known.has_value();
  if (!fresh) {
    auto loaded = load_session(hash, session);
    if (!loaded) return fail(instead_of_not_found(loaded.error(), not_signed_in()));
    known = std::move(*loaded);
  }
  if (now >= *known->ends_at || now - known->used_at >= options_.session_idle) {
    return fail(ErrorCode::kUnauthenticated, "your session has ended", "sign in again");
  }
  if (use == Use::kLook) return known->identity;
  known->used_at = now;
  // A database that cannot be written for a moment ends nobody's session.
  (void)touch(hash, *known, now);
  if (!fresh) known->checked_at = now;
  Identity identity = known->identity;
  remember(hash, std::move(*known));
  return identity;
}

Result<Identity> Accounts::identify_token(std::string_view token) {
  if (!looks_like_api_token(token)) return fail(bad_token());
  const std::string hash = hash_secret(token);
  const Instant now = clock_.now();
  auto known = recall(hash);
  const bool fresh = known.has_value();
  if (!fresh) {
    auto loaded = load_token(hash);
    if (!loaded) return fail(instead_of_not_found(loaded.error(), bad_token()));
    known = std::move(*loaded);
  }
  if (known->ends_at && now >= *known->ends_at) return fail(bad_token());
  (void)touch(hash, *known, now);
  if (!fresh) known->checked_at = now;
  Identity identity = known->identity;
  remember(hash, std::move(*known));
  return identity;
}

}  // namespace rota::accounts
