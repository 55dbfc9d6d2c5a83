// Rows of `user`, `session` and `api_token`. Functions over one connection; the caller decides
// about transactions and writes the audit.
#pragma once

#include "store/accounts.h"
#include "store/sqlite/connection.h"

namespace rota::store {

Result<User> insert_user(Connection& connection, const User& user, Instant now);
Result<User> change_user(Connection& connection, const User& user);
Result<void> delete_user(Connection& connection, UserId id);
Result<User> find_user(Connection& connection, UserId id);
Result<User> find_user_by_name(Connection& connection, std::string_view name);
Result<std::vector<User>> query_users(Connection& connection);
Result<std::int64_t> query_user_count(Connection& connection);

Result<void> insert_session(Connection& connection, const Session& session, Instant now);
Result<SessionOwner> find_session(Connection& connection, std::string_view id_hash);
Result<void> mark_session_used(Connection& connection, std::string_view id_hash, Instant at);
Result<void> delete_session(Connection& connection, std::string_view id_hash);

Result<void> mark_session_proved(Connection& connection, std::string_view id_hash, Instant at);
Result<std::vector<Session>> query_sessions(Connection& connection, UserId id, Instant now);
Result<std::int64_t> delete_sessions(Connection& connection, UserId id,
                                     std::string_view except_id_hash);
Result<ApiToken> insert_token(Connection& connection, const ApiToken& token, Instant now);
Result<TokenOwner> find_token(Connection& connection, std::string_view hash);
Result<void> mark_token_used(Connection& connection, TokenId id, Instant at);
Result<std::vector<ApiToken>> query_tokens(Connection& connection);
Result<std::vector<TokenId>> delete_tokens_of(Connection& connection, UserId id);
Result<void> delete_token(Connection& connection, TokenId id);

}  // namespace rota::store
