#include "config/checks.h"

#include "config/reach.h"

namespace rota::config {
namespace {

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
