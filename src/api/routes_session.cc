// Signing in and out, who one is, one's own password, and the first set-up.
#include <chrono>

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

net::Response too_many(const Error& error) {
  net::Response response = problem(error, 429);
  response.set("Retry-After", "60");
  return response;
}

Result<net::Response> answer(const Services& services, const Result<accounts::SignedIn>& made,
                             int status) {
  if (made) return answer_signed_in(services, *made, status);
  if (made.error().code == ErrorCode::kLimitExceeded) return too_many(made.error());
  return fail(made.error());
}

Result<Accounts*> accounts_of(const Services& services) {
  if (services.gate.sign_in_required()) return services.gate.accounts();
  return fail(ErrorCode::kNotAllowedHere, "nobody signs in here: the server runs with --no-sign-in",
              "start it without that option");
}

Result<net::Response> sign_in(const Services& services, const Exchange& exchange) {
  const auto accounts = accounts_of(services);
  if (!accounts) return fail(accounts.error());
  auto body = JsonBody::parse(exchange.request->body);
  if (!body) return fail(body.error());
  body->allow_only({"name", "password"});
  const std::string name = body->text("name", {}, kFieldMax);
  const std::string password = body->text("password", {}, kFieldMax);
  if (auto checked = body->check(); !checked) return fail(checked.error());
  const auto origin = origin_of(services.gate, *exchange.request);
  return answer(services, (*accounts)->sign_in(name, password, origin), 200);
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

Result<net::Response> change_password(const Services& services, const Exchange& exchange) {
  const auto accounts = accounts_of(services);
  if (!accounts) return fail(accounts.error());
  if (exchange.who.proof != Identity::Proof::kSession) {
    return fail(ErrorCode::kPermissionDenied, "a token cannot change its owner's password",
                "sign in first");
  }
  auto body = JsonBody::parse(exchange.request->body);
  if (!body) return fail(body.error());
  body->allow_only({"old_password", "new_password"});
  const std::string old_password = body->text("old_password", {}, kFieldMax);
  const std::string new_password = body->text("new_password", {}, kFieldMax);
  if (auto checked = body->check(); !checked) return fail(checked.error());
  const auto origin = origin_of(services.gate, *exchange.request);
  return answer(services,
                (*accounts)->change_own_password(exchange.who, old_password, new_password, origin),
                200);
}

}  // namespace

void add_session_routes(std::vector<Route>& routes, const Services& services) {
  const auto add = [&](std::string_view method, std::string_view pattern, Permission permission,
                       RunsOn runs_on, const auto& handler) {
    routes.push_back({method, pattern, permission, runs_on,
                      [&services, handler](const Exchange& e) { return handler(services, e); }});
  };
  add("GET", "/api/v1/session", Permission::kPublic, RunsOn::kPool, show);
  add("POST", "/api/v1/session", Permission::kPublic, RunsOn::kSlowPool, sign_in);
  add("DELETE", "/api/v1/session", Permission::kView, RunsOn::kPool, sign_out);
  add("PUT", "/api/v1/session/password", Permission::kView, RunsOn::kSlowPool, change_password);
  add("POST", "/api/v1/set-up", Permission::kPublic, RunsOn::kSlowPool, set_up);
}

}  // namespace rota::api
