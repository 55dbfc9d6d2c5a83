// Signing in and out, who one is, one's own password and sessions, and the first set-up.
#include <chrono>

#include "accounts/names.h"
#include "api/codec.h"
#include "api/json_body.h"
#include "api/problem.h"
#include "api/query.h"
#include "api/routes.h"

namespace rota::api {
namespace {

using accounts::Accounts;
using accounts::Identity;

constexpr std::size_t kFieldMax = 2048;  // bytes of a name, password or set-up token

void write_who(JsonWriter& json, const Identity& who) {
  json.field("name", who.recorded_as()).field("role", store::role_word(who.role));
  json.key("csrf_token");
  who.csrf.empty() ? json.null() : json.value(who.csrf);
}

// Everybody may ask: the page decides by it what to show.
Result<net::Response> show(const Services& services, const Exchange& exchange) {
  if (auto none = refuse_parameters(exchange.request->query); !none) return fail(none.error());
  const Gate& gate = services.gate;
  Result<bool> ready = true;
  if (gate.sign_in_required()) ready = gate.accounts()->is_set_up();
  if (!ready) return fail(ready.error());
  const auto who = gate.identify(*exchange.request);
  if (!who && who.error().code != ErrorCode::kUnauthenticated) return fail(who.error());
  JsonWriter json;
  json.begin_object()
      .field("sign_in_required", gate.sign_in_required())
      .field("set_up", *ready)
      .field("signed_in", who.has_value())
      .key("user");
  if (who) {
    json.begin_object();
    write_who(json, *who);
    json.end_object();
  } else {
    json.null();
  }
  json.end_object();
  return json_response(json.take());
}

net::Response answer_signed_in(const Services& services, const accounts::SignedIn& made,
                               int status) {
  JsonWriter json;
  json.begin_object()
      .field("sign_in_required", true)
      .field("set_up", true)
      .field("signed_in", true)
      .key("user")
      .begin_object();
  write_who(json, made.identity);
  json.end_object().field("ends_at", made.ends_at).end_object();
  net::Response response = json_response(json.take());
  response.status = status;
  const auto now = std::chrono::system_clock::now();
  const auto left = std::chrono::duration_cast<std::chrono::seconds>(made.ends_at - now).count();
  response.headers.push_back(services.gate.session_cookie(made.session, std::max(left, 1L)));
  response.headers.push_back(services.gate.device_cookie(made.device));
  return response;
}

net::Response too_many(Duration wait) {
  net::Response response = problem(accounts::too_many_guesses(wait), 429);
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
  response.set("Retry-After", std::to_string(seconds));
  return response;
}

Result<net::Response> answer(const Services& services, const Result<accounts::SignedIn>& made,
                             int status) {
  if (made) return answer_signed_in(services, *made, status);
  return fail(made.error());
}

Result<Accounts*> accounts_of(const Services& services) {
  if (services.gate.sign_in_required()) return services.gate.accounts();
  return fail(ErrorCode::kNotAllowedHere, "nobody signs in here: the server runs with --no-sign-in",
              "start it without that option");
}

// Whether it may be tried is decided before it waits for its turn.
Result<std::variant<net::Response, Turn>> sign_in(const Services& services,
                                                  const Exchange& exchange) {
  const auto accounts = accounts_of(services);
  if (!accounts) return fail(accounts.error());
  auto body = JsonBody::parse(exchange.request->body);
  if (!body) return fail(body.error());
  body->allow_only({"name", "password"});
  const std::string name = body->text("name", {}, kFieldMax);
  const std::string password = body->text("password", {}, kFieldMax);
  if (auto checked = body->check(); !checked) return fail(checked.error());
  auto begun = (*accounts)->begin_sign_in(name, origin_of(services.gate, *exchange.request));
  if (!begun) return fail(begun.error());
  if (begun->wait > Duration{0}) return too_many(begun->wait);
  const auto attempt = std::make_shared<const accounts::SignInTry>(std::move(*begun));
  Turn turn;
  turn.place = attempt->place;
  turn.work = [&services, accounts = *accounts, attempt, password] {
    return answer(services, accounts->finish_sign_in(*attempt, password), 200);
  };
  turn.abandon = [accounts = *accounts, attempt] { accounts->abandon(*attempt); };
  return turn;
}

Result<net::Response> set_up(const Services& services, const Exchange& exchange) {
  const auto accounts = accounts_of(services);
  if (!accounts) return fail(accounts.error());
  auto body = JsonBody::parse(exchange.request->body);
  if (!body) return fail(body.error());
  body->allow_only({"token", "name", "password"});
  const std::string token = body->text("token", {}, kFieldMax);
  const std::string name = body->text("name", {}, kFieldMax);
  const std::string password = body->text("password", {}, kFieldMax);
  if (auto checked = body->check(); !checked) return fail(checked.error());
  const auto origin = origin_of(services.gate, *exchange.request);
  return answer(services, (*accounts)->set_up(token, name, password, origin), 201);
}

Result<net::Response> sign_out(const Services& services, const Exchange& exchange) {
  const auto accounts = accounts_of(services);
  if (!accounts) return fail(accounts.error());
  const auto origin = origin_of(services.gate, *exchange.request);
  if (auto done = (*accounts)->sign_out(exchange.who, origin); !done) return fail(done.error());
  net::Response response;
  response.status = 204;
  response.headers.push_back(services.gate.session_cookie({}, 0));
  return response;
}

// Guesses at one's own password from a session are slowed down as well.
Prepare unless_guessing(const Services& services, const auto& handler) {
  return
      [&services, handler](const Exchange& exchange) -> Result<std::variant<net::Response, Turn>> {
        const auto accounts = accounts_of(services);
        if (!accounts) return fail(accounts.error());
        if (const Duration wait = (*accounts)->proof_wait(exchange.who); wait > Duration{0}) {
          return too_many(wait);
        }
        Turn turn;
        turn.place = {true, accounts::object_of(exchange.who.user_id)};
        turn.work = [&services, handler, exchange] { return handler(services, exchange); };
        return turn;
      };
}

Result<net::Response> change_password(const Services& services, const Exchange& exchange) {
  auto body = JsonBody::parse(exchange.request->body);
  if (!body) return fail(body.error());
  body->allow_only({"old_password", "new_password", "end_tokens"});
  const std::string old_password = body->text("old_password", {}, kFieldMax);
  const std::string new_password = body->text("new_password", {}, kFieldMax);
  const bool end_tokens = body->flag("end_tokens").value_or(false);
  if (auto checked = body->check(); !checked) return fail(checked.error());
  return answer(services,
                services.gate.accounts()->change_own_password(
                    exchange.who, old_password, new_password,
                    end_tokens ? store::EndTokens::kYes : store::EndTokens::kNo,
                    origin_of(services.gate, *exchange.request)),
                200);
}

Result<net::Response> prove(const Services& services, const Exchange& exchange) {
  auto body = JsonBody::parse(exchange.request->body);
  if (!body) return fail(body.error());
  body->allow_only({"password"});
  const std::string password = body->text("password", {}, kFieldMax);
  if (auto checked = body->check(); !checked) return fail(checked.error());
  const auto proved = services.gate.accounts()->prove(exchange.who, password,
                                                      origin_of(services.gate, *exchange.request));
  if (!proved) return fail(proved.error());
  return no_content();
}

// Everybody's own: a token shows none, since it would tell where its owner is.
Result<net::Response> list_sessions(const Services& services, const Exchange& exchange) {
  if (auto none = refuse_parameters(exchange.request->query); !none) return fail(none.error());
  const auto accounts = accounts_of(services);
  if (!accounts) return fail(accounts.error());
  const auto sessions = (*accounts)->list_sessions(exchange.who);
  if (!sessions) return fail(sessions.error());
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const store::Session& session : *sessions) {
    json.begin_object()
        .field("id", accounts::public_id(session))
        .field("created_at", session.created_at)
        .field("used_at", session.used_at)
        .field("ends_at", session.ends_at)
        .field("address", session.address)
        .field("agent", session.agent)
        .field("current", session.id_hash == exchange.who.session_hash)
        .end_object();
  }
  return json_response(json.end_array().end_object().take());
}

Result<net::Response> end_session(const Services& services, const Exchange& exchange) {
  const auto accounts = accounts_of(services);
  if (!accounts) return fail(accounts.error());
  const auto ended = (*accounts)->end_session(exchange.who, exchange.params[0],
                                              origin_of(services.gate, *exchange.request));
  if (!ended) return fail(ended.error());
  return no_content();
}

Result<net::Response> end_other_sessions(const Services& services, const Exchange& exchange) {
  const auto accounts = accounts_of(services);
  if (!accounts) return fail(accounts.error());
  const auto ended =
      (*accounts)->end_other_sessions(exchange.who, origin_of(services.gate, *exchange.request));
  if (!ended) return fail(ended.error());
  JsonWriter json;
  return json_response(json.begin_object().field("ended", *ended).end_object().take());
}

}  // namespace

void add_session_routes(std::vector<Route>& routes, const Services& services) {
  const auto add = [&](std::string_view method, std::string_view pattern, Permission permission,
                       RunsOn runs_on, const auto& handler) {
    routes.push_back({method, pattern, permission, runs_on,
                      [&services, handler](const Exchange& e) { return handler(services, e); }});
  };
  add("GET", "/api/v1/session", Permission::kPublic, RunsOn::kPool, show);
  add("DELETE", "/api/v1/session", Permission::kView, RunsOn::kPool, sign_out);
  add("POST", "/api/v1/set-up", Permission::kPublic, RunsOn::kSlowPool, set_up);
  add("GET", "/api/v1/sessions", Permission::kView, RunsOn::kPool, list_sessions);
  routes.back().refuses_tokens = true;
  add("DELETE", "/api/v1/sessions", Permission::kView, RunsOn::kPool, end_other_sessions);
  routes.back().refuses_tokens = true;
  add("DELETE", "/api/v1/sessions/{id}", Permission::kView, RunsOn::kPool, end_session);
  routes.back().refuses_tokens = true;
  const auto add_prepared = [&](std::string_view method, std::string_view pattern,
                                Permission permission, Prepare prepare) {
    routes.push_back({method, pattern, permission, RunsOn::kSlowPool, nullptr});
    routes.back().prepare = std::move(prepare);
    routes.back().refuses_tokens = permission != Permission::kPublic;
  };
  add_prepared("POST", "/api/v1/session", Permission::kPublic,
               [&services](const Exchange& e) { return sign_in(services, e); });
  add_prepared("PUT", "/api/v1/session/password", Permission::kView,
               unless_guessing(services, change_password));
  add_prepared("POST", "/api/v1/session/proof", Permission::kView,
               unless_guessing(services, prove));
}

}  // namespace rota::api
