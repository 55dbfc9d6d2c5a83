#include "config/checks.h"

#include <fmt/format.h>

namespace rota::config {
namespace {

bool is_loopback(const std::string& address) {
  return address == "localhost" || address == "::1" || address.starts_with("127.");
}

void check_tls(const Settings& settings, const AddFault& add_fault) {
  const api::ServerOptions& server = settings.server;
  if (server.tls_certificate_file.empty() != server.tls_key_file.empty()) {
    add_fault("server.tls_cert",
              "a certificate needs its key: give both server.tls_cert (--tls-cert) and "
              "server.tls_key (--tls-key), or neither");
  }
  if (!server.tls_certificate_file.empty() && server.behind_tls_proxy) {
    add_fault("server.behind_tls_proxy",
              "either the proxy speaks https (--behind-tls-proxy) or this server does "
              "(--tls-cert); leave out one");
  }
}

// Without sign-in the address alone must keep others out.
void check_reach(const Settings& settings, const AddFault& add_fault) {
  const api::ServerOptions& server = settings.server;
  if (is_loopback(server.bind)) return;
  if (settings.no_sign_in) {
    return add_fault("server.no_sign_in",
                     "--no-sign-in makes everybody an admin, so it only goes with this machine's "
                     "own address; leave out --bind, or leave out --no-sign-in");
  }
  if (server.tls_certificate_file.empty() && !server.behind_tls_proxy) {
    add_fault("server.bind",
              fmt::format("passwords would travel in plain text over {}; give --tls-cert and "
                          "--tls-key, or put a proxy with TLS before it and give "
                          "--behind-tls-proxy; or leave out --bind",
                          server.bind));
  }
}

void check_lease(const EngineOptions& engine, const AddFault& add_fault) {
  if (engine.heartbeat * 2 <= engine.lease - engine.lease_margin) return;
  add_fault("engine.lease",
            "a lease must outlast a heartbeat that is late: engine.lease less engine.lease_margin "
            "must be at least twice engine.heartbeat");
}

}  // namespace

void check_together(const Configuration& configuration, const AddFault& add_fault) {
  check_tls(configuration.settings, add_fault);
  check_reach(configuration.settings, add_fault);
  check_lease(configuration.settings.engine, add_fault);
}

}  // namespace rota::config
