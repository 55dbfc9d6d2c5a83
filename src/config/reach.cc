#include "config/reach.h"

#include <fmt/format.h>

#include <algorithm>

#include "net/ip_address.h"

namespace rota::config {
namespace {

bool is_loopback(const std::string& address) {
  return address == "localhost" || address == "::1" || address.starts_with("127.");
}

// A name that leads to this machine wherever it is looked up (RFC 6761 section 6.3).
bool is_own_name(std::string name) {
  for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return name == "localhost" || name == "[::1]" || name.ends_with(".localhost") ||
         (name.starts_with("127.") && net::parse_ip_address(name));
}

// Without sign-in everybody who gets through is an admin: then nothing may lead in from elsewhere.
void check_no_sign_in(const api::ServerOptions& server, const AddFault& add_fault) {
  if (!is_loopback(server.bind)) {
    return add_fault("server.no_sign_in",
                     "--no-sign-in makes everybody an admin, so it only goes with this machine's "
                     "own address; leave out --bind, or leave out --no-sign-in");
  }
  const auto refuse = [&](std::string_view option) {
    add_fault("server.no_sign_in", fmt::format("--no-sign-in makes everybody an admin, so it does "
                                               "not go with {}; leave out one of them",
                                               option));
  };
  if (server.behind_tls_proxy) refuse("--behind-tls-proxy");
  if (!server.trusted_proxies.empty()) refuse("--trusted-proxy");
  const auto foreign = std::ranges::find_if_not(server.allowed_hosts, is_own_name);
  if (foreign != server.allowed_hosts.end()) refuse("--allow-host " + *foreign);
}

void check_proxies(const api::ServerOptions& server, const AddFault& add_fault) {
  for (const std::string& text : server.trusted_proxies) {
    if (const auto network = net::Network::parse(text); !network) {
      add_fault("server.trusted_proxy",
                fmt::format("{}; {}", network.error().message, network.error().hint));
    } else if (text.ends_with("/0")) {
      add_fault("server.trusted_proxy",
                fmt::format("{} believes everybody, whoever they say they are; name the addresses "
                            "of the proxies alone",
                            text));
    }
  }
}

}  // namespace

void check_reach(const Settings& settings, const AddFault& add_fault) {
  const api::ServerOptions& server = settings.server;
  check_proxies(server, add_fault);
  if (settings.no_sign_in) return check_no_sign_in(server, add_fault);
  if (is_loopback(server.bind) || !server.tls_certificate_file.empty()) return;
  if (!server.behind_tls_proxy) {
    add_fault("server.bind",
              fmt::format("passwords would travel in plain text over {}; give --tls-cert and "
                          "--tls-key, or put a proxy with TLS before it and give "
                          "--behind-tls-proxy; or leave out --bind",
                          server.bind));
  } else if (server.trusted_proxies.empty()) {
    add_fault("server.behind_tls_proxy",
              fmt::format("on {} it needs the address of the proxy: give --trusted-proxy ADDRESS; "
                          "the proxy must set X-Forwarded-For or Forwarded",
                          server.bind));
  }
}

std::vector<std::string> reach_warnings(const Settings& settings) {
  if (!settings.server.behind_tls_proxy || !settings.server.trusted_proxies.empty()) return {};
  return {
      "behind the proxy all requests seem to come from one address, in the audit and for limits: "
      "if it sets X-Forwarded-For or Forwarded, give --trusted-proxy 127.0.0.1"};
}

}  // namespace rota::config
