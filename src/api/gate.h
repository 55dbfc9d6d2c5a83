// Who may come in: one place that every request passes before its route is run. It asks what the
// request must look like to be ours (same origin, JSON, the session's own token), who sends it, and
// whether that one may do what the route table demands.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "accounts/accounts.h"
#include "api/router.h"
#include "net/http_message.h"

namespace rota::api {

struct GateOptions {
  bool sign_in_required = true;
  bool tls = false;
};

class Gate {
 public:
  /// `accounts` may be null only when nobody needs to sign in; it outlives the gate.
  Gate(accounts::Accounts* accounts, GateOptions options)
      : accounts_(accounts), options_(options) {}

  /// Quick, without the database: what is wrong with the request whoever sends it; none: nothing.
  std::optional<net::Response> refuse_form(const Route& route, const net::Request& request) const;

  /// Where everybody is an admin: what came through a proxy comes from elsewhere; none: it did not,
  /// or people sign in.
  std::optional<net::Response> refuse_proxied(const net::Request& request) const;

  /// Who sends it; may ask the database. kUnauthenticated.
  Result<accounts::Identity> identify(
      const net::Request& request,
      accounts::Accounts::Use use = accounts::Accounts::Use::kUse) const;

  /// Whether that one may; with a session, a change must also bring the session's own token.
  Result<void> check_rights(const Route& route, const net::Request& request,
                            const accounts::Identity& who) const;

  bool sign_in_required() const { return options_.sign_in_required; }
  accounts::Accounts* accounts() const { return accounts_; }

  /// Name and value of the cookies that a session lives in; an empty secret ends them.
  net::Header session_cookie(std::string_view secret, long long seconds) const;
  net::Header device_cookie(std::string_view mark) const;
  std::string_view device_of(const net::Request& request) const;
  /// The token or session that the request shows, whether it is good or not; empty: none.
  std::string_view credential_of(const net::Request& request) const;

 private:
  std::string_view session_name() const;

  accounts::Accounts* const accounts_;
  const GateOptions options_;
};

/// The role that a permission asks for; none for what is public.
std::optional<accounts::Role> role_for(Permission permission);

/// 401, 403 and the like as answers; a 401 says how to do better.
net::Response gate_problem(const Error& error);

/// kPermissionDenied unless who asks has at least that role.
Result<void> require_role(const Exchange& exchange, accounts::Role role);

/// Where the request came from, for the audit and for throttling.
accounts::Origin origin_of(const Gate& gate, const net::Request& request);

}  // namespace rota::api
