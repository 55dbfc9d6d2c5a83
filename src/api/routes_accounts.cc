// Users, API tokens and the audit.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "api/codec.h"
#include "api/json_body.h"
#include "api/query.h"
#include "api/routes.h"

namespace rota::api {
namespace {

using accounts::Accounts;
using accounts::Actor;
using accounts::Role;

constexpr std::size_t kSearchMax = 200;  // bytes
constexpr std::size_t kFieldMax = 2048;  // bytes of a name or password
constexpr std::int64_t kDaysMost = 3650;
constexpr std::int64_t kDaysDefault = 90;

Actor actor_of(const Exchange& exchange) {
  return {exchange.who.recorded_as(), exchange.request->remote_address};
}

std::optional<Role> read_role(JsonBody& body, std::string_view otherwise) {
  const auto role = store::find_role(body.text("role", otherwise));
  if (!role) body.complain("role", "must be view, run, edit or admin");
  return role;
}

template <class Rows, class Describe>
net::Response answer_list(const Rows& rows, Describe describe) {
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const auto& row : rows) json.raw(describe(row));
  json.end_array().end_object();
  return json_response(json.take());
}

net::Response created(std::string body, std::string_view location) {
  net::Response response = json_response(std::move(body));
  response.status = 201;
  response.set("Location", location);
  return response;
}

Result<net::Response> list_users(Accounts& accounts, const Exchange& exchange) {
  if (auto none = refuse_parameters(exchange.request->query); !none) return fail(none.error());
  const auto users = accounts.store().list_users();
  if (!users) return fail(users.error());
  return answer_list(*users, accounts::describe_user);
}

Result<net::Response> add_user(Accounts& accounts, const Exchange& exchange) {
  auto body = JsonBody::parse(exchange.request->body);
  if (!body) return fail(body.error());
  body->allow_only({"name", "role", "password"});
  const auto role = read_role(*body, "view");
  const std::string name = body->text("name", {}, kFieldMax);
  const std::string password = body->text("password", {}, kFieldMax);
  if (auto checked = body->check(); !checked) return fail(checked.error());
  const auto user = accounts.add_user({name, *role, password}, actor_of(exchange));
  if (!user) return fail(user.error());
  return created(accounts::describe_user(*user), fmt::format("/api/v1/users/{}", user->id.value));
}

Result<net::Response> edit_user(Accounts& accounts, const Exchange& exchange) {
  const auto id = parse_path_id(exchange.params[0], "user");
  if (!id) return fail(id.error());
  auto body = JsonBody::parse(exchange.request->body);
  if (!body) return fail(body.error());
  body->allow_only({"role", "password", "end_tokens", "version"});
  accounts::UserChange change;
  if (body->has("role")) change.role = read_role(*body, "");
  if (body->has("password")) change.password = body->text("password", {}, kFieldMax);
  if (body->flag("end_tokens").value_or(false)) change.end_tokens = store::EndTokens::kYes;
  if (body->has("version")) change.version = body->number("version", 1, kIdMax, 1);
  if (auto checked = body->check(); !checked) return fail(checked.error());
  const auto user = accounts.change_user(store::UserId{*id}, change, actor_of(exchange));
  if (!user) return fail(user.error());
  return json_response(accounts::describe_user(*user));
}

Result<net::Response> remove_user(Accounts& accounts, const Exchange& exchange) {
  const auto id = parse_path_id(exchange.params[0], "user");
  if (!id) return fail(id.error());
  const auto removed = accounts.remove_user(store::UserId{*id}, actor_of(exchange));
  if (!removed) return fail(removed.error());
  return no_content();
}

Result<net::Response> end_sessions_of_user(Accounts& accounts, const Exchange& exchange) {
  const auto id = parse_path_id(exchange.params[0], "user");
  if (!id) return fail(id.error());
  const auto ended = accounts.end_sessions_of(store::UserId{*id}, actor_of(exchange));
  if (!ended) return fail(ended.error());
  JsonWriter json;
  return json_response(json.begin_object().field("ended", *ended).end_object().take());
}

// Everybody sees and manages their own tokens, an admin all.
Result<net::Response> list_tokens(Accounts& accounts, const Exchange& exchange) {
  if (auto none = refuse_parameters(exchange.request->query); !none) return fail(none.error());
  auto tokens = accounts.store().list_tokens();
  if (!tokens) return fail(tokens.error());
  if (exchange.who.role != Role::kAdmin) {
    std::erase_if(*tokens, [&](const store::ApiToken& token) {
      return token.user_id != exchange.who.user_id;
    });
  }
  return answer_list(*tokens, accounts::describe_token);
}

Result<net::Response> add_token(Accounts& accounts, const Exchange& exchange) {
  auto body = JsonBody::parse(exchange.request->body);
  if (!body) return fail(body.error());
  body->allow_only({"name", "role", "days", "user_id"});
  accounts::NewToken wanted;
  const auto role = read_role(*body, "view");
  wanted.name = body->text("name", {}, kFieldMax);
  wanted.user_id = {body->number("user_id", 1, kIdMax, exchange.who.user_id.value)};
  const std::int64_t days = body->number("days", 0, kDaysMost, kDaysDefault);
  if (!wanted.user_id.is_set()) body->complain("user_id", "must say whose token it is to be");
  if (auto checked = body->check(); !checked) return fail(checked.error());
  // Nobody can hand out more than he has: a token makes none for others, and none above itself.
  if (wanted.user_id != exchange.who.user_id) {
    if (auto may = require_role(exchange, Role::kAdmin); !may) return fail(may.error());
  }
  if (auto may = require_role(exchange, *role); !may) return fail(may.error());
  wanted.role = *role;
  if (days > 0) {
    wanted.expires_at = std::chrono::floor<Duration>(std::chrono::system_clock::now()) +
                        std::chrono::hours{24 * days};
  }
  const auto made = accounts.add_token(wanted, actor_of(exchange));
  if (!made) return fail(made.error());
  JsonWriter json;
  json.begin_object().field("secret", made->secret).key("token");
  json.raw(accounts::describe_token(made->token)).end_object();
  return created(json.take(), fmt::format("/api/v1/tokens/{}", made->token.id.value));
}

// A token may end itself, so that a program that is done leaves nothing behind.
Result<void> check_token_ends_itself(const Exchange& exchange, std::int64_t id) {
  const bool by_token = exchange.who.proof == accounts::Identity::Proof::kToken;
  if (!by_token || exchange.who.token_id.value == id) return {};
  return fail(ErrorCode::kPermissionDenied, "a token may end itself and no other",
              "sign in, or use: rota token remove");
}

Result<net::Response> remove_token(Accounts& accounts, const Exchange& exchange) {
  const auto id = parse_path_id(exchange.params[0], "token");
  if (!id) return fail(id.error());
  if (auto may = check_token_ends_itself(exchange, *id); !may) return fail(may.error());
  if (exchange.who.role != Role::kAdmin) {
    const auto tokens = accounts.store().list_tokens();
    if (!tokens) return fail(tokens.error());
    const bool own = std::any_of(tokens->begin(), tokens->end(), [&](const store::ApiToken& token) {
      return token.id.value == *id && token.user_id == exchange.who.user_id;
    });
    // Another's is answered like one that is not there.
    if (!own) return fail(ErrorCode::kNotFound, "there is no such token");
  }
  const auto removed = accounts.remove_token(store::TokenId{*id}, actor_of(exchange));
  if (!removed) return fail(removed.error());
  return no_content();
}

void write_entry(JsonWriter& json, const store::AuditEntry& entry) {
  json.begin_object()
      .field("seq", entry.seq)
      .field("at", entry.at)
      .field("who", entry.note.who)
      .field("address", entry.note.address)
      .field("action", entry.note.action)
      .field("object", entry.note.object)
      .field("count", entry.note.count)
      .key("before");
  entry.note.before.empty() ? void(json.null()) : write_foreign_json(json, entry.note.before);
  json.key("after");
  entry.note.after.empty() ? void(json.null()) : write_foreign_json(json, entry.note.after);
  json.end_object();
}

Result<net::Response> list_audit(Accounts& accounts, const Exchange& exchange) {
  Query query(exchange.request->query, {"search", "limit", "cursor"});
  store::AuditQuery wanted;
  wanted.search = query.text("search");
  wanted.cursor = query.text("cursor");
  if (wanted.search.size() > kSearchMax) query.complain("search", "is too long");
  wanted.limit = static_cast<std::size_t>(query.number("limit", 1, 200, 50));
  if (auto checked = query.check(); !checked) return fail(checked.error());
  const auto page = accounts.store().list_audit(wanted);
  if (!page) return fail(page.error());
  return json_response(write_page(*page, write_entry));
}

}  // namespace

void add_account_routes(std::vector<Route>& routes, const Services& services) {
  const auto add = [&](std::string_view method, std::string_view pattern, Permission permission,
                       RunsOn runs_on, const auto& handler) {
    routes.push_back({method, pattern, permission, runs_on,
                      [&services, handler](const Exchange& e) -> Result<net::Response> {
                        Accounts* const accounts = services.gate.accounts();
                        if (accounts != nullptr) return handler(*accounts, e);
                        return fail(ErrorCode::kNotAllowedHere, "this server keeps no users");
                      }});
  };
  // What a token makes could outlive it; and over a session whoever found it open would be an admin
  // for good.
  const auto for_people = [&] {
    routes.back().refuses_tokens = routes.back().asks_password = true;
  };
  add("GET", "/api/v1/users", Permission::kAdmin, RunsOn::kPool, list_users);
  add("POST", "/api/v1/users", Permission::kAdmin, RunsOn::kSlowPool, add_user);
  for_people();
  add("PATCH", "/api/v1/users/{id}", Permission::kAdmin, RunsOn::kSlowPool, edit_user);
  for_people();
  add("DELETE", "/api/v1/users/{id}", Permission::kAdmin, RunsOn::kPool, remove_user);
  for_people();
  add("DELETE", "/api/v1/users/{id}/sessions", Permission::kAdmin, RunsOn::kPool,
      end_sessions_of_user);
  for_people();
  add("GET", "/api/v1/tokens", Permission::kView, RunsOn::kPool, list_tokens);
  add("POST", "/api/v1/tokens", Permission::kView, RunsOn::kPool, add_token);
  for_people();
  add("DELETE", "/api/v1/tokens/{id}", Permission::kView, RunsOn::kPool, remove_token);
  routes.back().asks_password = true;
  add("GET", "/api/v1/audit", Permission::kAdmin, RunsOn::kPool, list_audit);
}

}  // namespace rota::api
