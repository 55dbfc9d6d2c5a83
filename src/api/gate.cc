#include "api/gate.h"

#include <fmt/format.h>

#include <algorithm>

#include "accounts/secrets.h"
#include "api/problem.h"

namespace rota::api {
namespace {

constexpr long long kDeviceSeconds = 34'560'000;  // 400 days: no browser keeps one longer
constexpr std::string_view kBearer = "Bearer ";

bool is_change(std::string_view method) {
  return method != "GET" && method != "HEAD" && method != "OPTIONS";
}

bool is_of_type(std::string_view content_type, std::string_view wanted) {
  std::string_view type = content_type.substr(0, content_type.find(';'));
  while (type.ends_with(' ')) type.remove_suffix(1);
  return std::ranges::equal(type, wanted, [](char a, char b) { return (a | 0x20) == (b | 0x20); });
}

bool has_token(const net::Request& request) {
  return request.header("authorization").starts_with(kBearer);
}

// A browser tells where a request was made: Sec-Fetch-Site, or at least Origin with every change.
// None of both: no browser of today, so nobody can be made to send it unwillingly.
bool comes_from_elsewhere(const net::Request& request) {
  const std::string_view site = request.header("sec-fetch-site");
  if (!site.empty()) return site != "same-origin" && site != "none";
  const std::string_view origin = request.header("origin");
  if (origin.empty()) return false;
  const std::size_t scheme = origin.find("://");
  return scheme == std::string_view::npos || origin.substr(scheme + 3) != request.host;
}

bool tells_where_it_was_made(const net::Request& request) {
  return !request.header("sec-fetch-site").empty() || !request.header("origin").empty();
}

// "a=1; b=2": the value of that name; empty when there is none.
std::string_view cookie(const net::Request& request, std::string_view name) {
  std::string_view rest = request.header("cookie");
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(';'), rest.size());
    std::string_view piece = rest.substr(0, end);
    rest.remove_prefix(std::min(rest.size(), end + 1));
    while (piece.starts_with(' ')) piece.remove_prefix(1);
    if (piece.size() > name.size() && piece.starts_with(name) && piece[name.size()] == '=') {
      return piece.substr(name.size() + 1);
    }
  }
  return {};
}

Error refusal(ErrorCode code, std::string message, std::string hint) {
  return Error{code, std::move(message), std::move(hint), {}, {}};
}

}  // namespace

std::optional<net::Response> Gate::refuse_form(const Route& route,
                                               const net::Request& request) const {
  if (!is_change(route.method)) return std::nullopt;
  if (!request.body.empty() && !is_of_type(request.header("content-type"), route.body_type)) {
    return problem(415, fmt::format("the body must be {}", route.body_type),
                   fmt::format("send Content-Type: {}", route.body_type));
  }
  if (!has_token(request) && comes_from_elsewhere(request)) {
    return problem(403, "this change was asked for by another web site",
                   "open Rota's own page, or use an API token");
  }
  return std::nullopt;
}

std::optional<net::Response> Gate::refuse_proxied(const net::Request& request) const {
  if (options_.sign_in_required) return std::nullopt;
  for (const char* name : {"forwarded", "x-forwarded-for", "x-real-ip", "via"}) {
    if (request.header(name).empty()) continue;
    return problem(403, "this came through a proxy, and here everybody is an admin",
                   "start the server without --no-sign-in to serve it through a proxy");
  }
  return std::nullopt;
}

Result<accounts::Identity> Gate::identify(const net::Request& request,
                                          accounts::Accounts::Use use) const {
  if (has_token(request) && accounts_ != nullptr) {
    return accounts_->identify_token(request.header("authorization").substr(kBearer.size()));
  }
  if (!options_.sign_in_required) {
    accounts::Identity anyone;
    anyone.role = accounts::Role::kAdmin;
    return anyone;
  }
  const std::string_view session = cookie(request, session_name());
  if (!session.empty()) return accounts_->identify_session(session, use);
  const auto ready = accounts_->is_set_up();
  if (!ready) return fail(ready.error());
  if (!*ready) {
    return fail(refusal(ErrorCode::kUnauthenticated, "this server has not been set up yet",
                        "open the link that `rota serve` printed, or: rota user add NAME --role "
                        "admin"));
  }
  return fail(refusal(ErrorCode::kUnauthenticated, "you are not signed in",
                      "sign in, or send an API token as Authorization: Bearer rota_..."));
}

Result<void> Gate::check_rights(const Route& route, const net::Request& request,
                                const accounts::Identity& who) const {
  const auto needed = role_for(route.permission);
  if (needed && who.role < *needed) {
    return fail(refusal(ErrorCode::kPermissionDenied,
                        fmt::format("this needs the role '{}', and you have '{}'",
                                    store::role_word(*needed), store::role_word(who.role)),
                        "ask somebody who is an admin"));
  }
  if (route.refuses_tokens && who.proof == accounts::Identity::Proof::kToken) {
    return fail(refusal(ErrorCode::kPermissionDenied, "a token may not do this: only people may",
                        "sign in, or use the command line"));
  }
  if (!is_change(route.method) || who.proof != accounts::Identity::Proof::kSession) return {};
  const bool own = tells_where_it_was_made(request) &&
                   accounts::equal_in_constant_time(request.header("x-csrf-token"), who.csrf);
  if (own) return {};
  return fail(refusal(ErrorCode::kPermissionDenied,
                      "the change does not carry its session's own token",
                      "reload the page; programs use an API token instead of a session"));
}

std::string_view Gate::session_name() const {
  return options_.tls ? "__Host-rota_session" : "rota_session";
}

net::Header Gate::session_cookie(std::string_view secret, long long seconds) const {
  return {"Set-Cookie",
          fmt::format("{}={}; Path=/; Max-Age={}; HttpOnly; SameSite=Lax{}", session_name(), secret,
                      secret.empty() ? 0 : seconds, options_.tls ? "; Secure" : "")};
}

net::Header Gate::device_cookie(std::string_view mark) const {
  return {"Set-Cookie", fmt::format("rota_device={}; Path=/api/v1/session; Max-Age={}; HttpOnly; "
                                    "SameSite=Strict{}",
                                    mark, kDeviceSeconds, options_.tls ? "; Secure" : "")};
}

std::string_view Gate::device_of(const net::Request& request) const {
  return cookie(request, "rota_device");
}

std::string_view Gate::credential_of(const net::Request& request) const {
  if (has_token(request)) return request.header("authorization").substr(kBearer.size());
  return cookie(request, session_name());
}

std::optional<accounts::Role> role_for(Permission permission) {
  switch (permission) {
    case Permission::kView:
      return accounts::Role::kView;
    case Permission::kRun:
      return accounts::Role::kRun;
    case Permission::kEdit:
      return accounts::Role::kEdit;
    case Permission::kAdmin:
      return accounts::Role::kAdmin;
    case Permission::kPublic:
      break;
  }
  return std::nullopt;
}

net::Response gate_problem(const Error& error) {
  net::Response response = problem(error);
  if (response.status == 401) response.set("WWW-Authenticate", "Bearer");
  return response;
}

Result<void> require_role(const Exchange& exchange, accounts::Role role) {
  if (exchange.who.role >= role) return {};
  return fail(refusal(ErrorCode::kPermissionDenied,
                      fmt::format("this needs the role '{}', and you have '{}'",
                                  store::role_word(role), store::role_word(exchange.who.role)),
                      "ask somebody who is an admin"));
}

accounts::Origin origin_of(const Gate& gate, const net::Request& request) {
  return {request.remote_address, std::string(request.header("user-agent").substr(0, 200)),
          std::string(gate.device_of(request))};
}

}  // namespace rota::api
