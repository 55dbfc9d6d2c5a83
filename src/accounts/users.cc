// Adding, changing and removing users and tokens.
#include <fmt/format.h>

#include "accounts/accounts.h"
#include "accounts/names.h"
#include "accounts/secrets.h"

namespace rota::accounts {
namespace {

std::string when(const std::optional<Instant>& at) { return at ? quoted(format_utc(*at)) : "null"; }

// The user, and which tokens ended with the change.
std::string describe_change(const store::UserChanged& made) {
  std::string text = describe_user(made.user);
  if (made.ended_tokens.empty()) return text;
  std::string ids;
  for (const store::TokenId id : made.ended_tokens) {
    ids += fmt::format("{}{}", ids.empty() ? "" : ",", id.value);
  }
  text.pop_back();
  return fmt::format("{},\"ended_tokens\":[{}]}}", text, ids);
}

}  // namespace

std::string describe_user(const store::User& user) {
  return fmt::format(
      R"({{"id":{},"name":{},"role":"{}","version":{},"created_at":{},"signed_in_at":{}}})",
      user.id.value, quoted(user.name), store::role_word(user.role), user.version,
      when(user.created_at), when(user.signed_in_at));
}

std::string describe_token(const store::ApiToken& token) {
  return fmt::format(
      R"({{"id":{},"user_id":{},"user":{},"name":{},"role":"{}","created_at":{},"expires_at":{},"used_at":{}}})",
      token.id.value, token.user_id.value, quoted(token.user_name), quoted(token.name),
      store::role_word(token.role), when(token.created_at), when(token.expires_at),
      when(token.used_at));
}

Result<store::User> Accounts::add_user(const NewUser& wanted, const Actor& by) {
  if (auto fits = check_new_user(wanted.name, wanted.password); !fits) return fail(fits.error());
  auto hash = passwords_.hash(wanted.password);
  if (!hash) return fail(hash.error());
  store::User user;
  user.name = wanted.name;
  user.role = wanted.role;
  user.password_hash = *hash;
  return store_.add_user(user, [&](const store::UserChanged& made) {
    return store::AuditNote{
        by.who, by.address, "user.add", object_of(made.user.id), "", describe_user(made.user)};
  });
}

Result<store::User> Accounts::change_user(store::UserId id, const UserChange& change,
                                          const Actor& by) {
  auto user = store_.load_user(id);
  if (!user) return fail(user.error());
  const std::string before = describe_user(*user);
  if (change.version && *change.version != user->version) {
    return fail(ErrorCode::kVersionConflict, "somebody else has changed this user meanwhile",
                "read it again, then change it");
  }
  if (change.role) user->role = *change.role;
  if (change.password) {
    if (auto fits = check_password(*change.password, user->name); !fits) return fail(fits.error());
    auto hash = passwords_.hash(*change.password);
    if (!hash) return fail(hash.error());
    user->password_hash = *hash;
  }
  const auto note = [&](const store::UserChanged& made) {
    return store::AuditNote{
        by.who,        by.address, change.password ? "user.password" : "user.edit",
        object_of(id), before,     describe_change(made)};
  };
  auto stored = store_.update_user(*user, change.end_tokens, note);
  forget_all();
  return stored;
}

Result<void> Accounts::remove_user(store::UserId id, const Actor& by) {
  const auto user = store_.load_user(id);
  if (!user) return fail(user.error());
  auto removed = store_.remove_user(
      id, {by.who, by.address, "user.remove", object_of(id), describe_user(*user), ""});
  forget_all();
  return removed;
}

Result<MadeToken> Accounts::add_token(const NewToken& wanted, const Actor& by) {
  if (auto fits = check_name(wanted.name); !fits) return fail(fits.error());
  const auto owner = store_.load_user(wanted.user_id);
  if (!owner) return fail(owner.error());
  if (wanted.role > owner->role) {
    return fail(Error{ErrorCode::kInvalidArgument,
                      "a token cannot have more rights than its owner",
                      {},
                      {},
                      {{"role", "is more than the owner's", {}}}});
  }
  MadeToken made;
  made.secret = make_api_token();
  store::ApiToken token;
  token.user_id = wanted.user_id;
  token.user_name = owner->name;
  token.name = wanted.name;
  token.role = wanted.role;
  token.expires_at = wanted.expires_at;
  token.created_at = clock_.now();
  token.hash = hash_secret(made.secret);
  auto stored = store_.add_token(token, [&](const store::ApiToken& kept) {
    return store::AuditNote{by.who, by.address,          "token.add", object_of(kept.id),
                            "",     describe_token(kept)};
  });
  if (!stored) return fail(stored.error());
  made.token = std::move(*stored);
  return made;
}

Result<void> Accounts::remove_token(store::TokenId id, const Actor& by) {
  auto removed =
      store_.remove_token(id, {by.who, by.address, "token.remove", object_of(id), "", ""});
  forget_all();
  return removed;
}

Result<std::int64_t> Accounts::end_sessions_of(store::UserId id, const Actor& by) {
  if (const auto user = store_.load_user(id); !user) return fail(user.error());
  auto ended = store_.remove_sessions(
      id, "", {by.who, by.address, "session.end_all", object_of(id), "", ""});
  forget_all();
  return ended;
}

}  // namespace rota::accounts
