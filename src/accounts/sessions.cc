// What somebody does about their own sessions: ending them, giving the password once more, changing
// it.
#include <fmt/format.h>

#include <algorithm>

#include "accounts/accounts.h"
#include "accounts/names.h"

namespace rota::accounts {
namespace {

constexpr std::size_t kPublicIdChars = 16;

// All sessions of a user guess at one password.
std::string proof_key(const Identity& who) { return fmt::format("user {}", who.user_id.value); }

}  // namespace

std::string public_id(const store::Session& session) {
  return session.id_hash.substr(0, kPublicIdChars);
}

Result<void> Accounts::sign_out(const Identity& who, const Origin& from) {
  if (who.proof != Identity::Proof::kSession) return {};
  forget_all();
  return store_.remove_session(
      who.session_hash, {who.name, from.address, "session.end", object_of(who.user_id), "", ""});
}

Duration Accounts::proof_wait(const Identity& who) const {
  return by_proof_.wait(proof_key(who), clock_.now());
}

// Counted apart from sign-ins: nobody who guesses at the name from elsewhere keeps its owner from
// it, and whoever found an open session cannot go on guessing.
Result<void> Accounts::check_proof(const Identity& who, const store::User& user,
                                   std::string_view password, const Origin& from,
                                   std::string_view field) {
  if (const Duration wait = proof_wait(who); wait > Duration{0}) {
    return fail(too_many_guesses(wait));
  }
  by_proof_.count(proof_key(who), clock_.now());
  if (password.size() <= kPasswordMost && passwords_.matches(password, user.password_hash)) {
    by_proof_.take_back(proof_key(who));
    return {};
  }
  note_refusal({who.name, from.address, "session.refused", object_of(user.id), "", ""});
  write_refusals();
  const std::string_view which = field == "old_password" ? "old password" : "password";
  return fail(Error{ErrorCode::kInvalidArgument,
                    fmt::format("the {} is wrong", which),
                    {},
                    {},
                    {{std::string(field), "is wrong", {}}}});
}

Result<void> Accounts::prove(const Identity& who, std::string_view password, const Origin& from) {
  const auto user = store_.load_user(who.user_id);
  if (!user) return fail(user.error());
  if (auto right = check_proof(who, *user, password, from, "password"); !right) return right;
  auto kept = store_.prove_session(who.session_hash, clock_.now());
  forget_all();
  return kept;
}

bool Accounts::has_proved(const Identity& who) const {
  const Duration age = clock_.now() - who.proved_at;
  return age >= Duration{0} && age < options_.proof_life;
}

Result<SignedIn> Accounts::change_own_password(const Identity& who, std::string_view old_password,
                                               std::string_view new_password,
                                               store::EndTokens end_tokens, const Origin& from) {
  const auto user = store_.load_user(who.user_id);
  if (!user) return fail(user.error());
  if (auto right = check_proof(who, *user, old_password, from, "old_password"); !right) {
    return fail(right.error());
  }
  UserChange change;
  change.password = new_password;
  change.end_tokens = end_tokens;
  const auto changed = change_user(who.user_id, change, {who.name, from.address});
  if (!changed) return fail(changed.error());
  return begin_session(*changed, from, "session.begin");
}

Result<std::vector<store::Session>> Accounts::list_sessions(const Identity& who) {
  auto sessions = store_.list_sessions(who.user_id);
  if (!sessions) return sessions;
  const Instant now = clock_.now();
  std::erase_if(*sessions, [&](const store::Session& session) {
    return session.id_hash != who.session_hash && now - session.used_at >= options_.session_idle;
  });
  return sessions;
}

Result<void> Accounts::end_session(const Identity& who, std::string_view id, const Origin& from) {
  const auto sessions = store_.list_sessions(who.user_id);
  if (!sessions) return fail(sessions.error());
  const auto found = std::ranges::find(*sessions, id, public_id);
  if (found == sessions->end()) return fail(ErrorCode::kNotFound, "there is no such session");
  auto ended = store_.remove_session(
      found->id_hash, {who.name, from.address, "session.end", object_of(who.user_id), "", ""});
  forget_all();
  return ended;
}

Result<std::int64_t> Accounts::end_other_sessions(const Identity& who, const Origin& from) {
  auto ended = store_.remove_sessions(
      who.user_id, who.session_hash,
      {who.name, from.address, "session.end_others", object_of(who.user_id), "", ""});
  forget_all();
  return ended;
}

}  // namespace rota::accounts
