// The HTTP face of a scheduler: page, API, events, health and metrics on one port. This is all that
// the composition root sees of src/api and src/net.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "accounts/accounts.h"
#include "base/log.h"
#include "rota/result.h"
#include "rota/scheduler.h"

namespace rota::api {

/// R-O-T-A on a telephone's keys.
inline constexpr std::uint16_t kDefaultPort = 7682;

struct ServerOptions {
  /// Who may come in; must outlive the server. None: only with sign_in_required false.
  accounts::Accounts* accounts = nullptr;
  /// False: everybody who reaches the server is an admin. For trials on one's own machine.
  bool sign_in_required = false;
  std::string bind = "127.0.0.1";     ///< An IP address; "localhost" is understood.
  std::uint16_t port = kDefaultPort;  ///< 0: any free port; ask port() for it.
  /// Host names that requests may come in under, beside localhost, 127.0.0.1, [::1] and `bind`.
  /// Others are refused with 421, so that a foreign web page cannot reach in by DNS rebinding.
  std::vector<std::string> allowed_hosts;
  /// PEM files to serve TLS with; both or none.
  std::string tls_certificate_file;
  std::string tls_key_file;
  /// A proxy speaks TLS with the browsers: cookies and headers are those of TLS.
  bool behind_tls_proxy = false;
  /// Addresses and networks of proxies that say truly whom a request comes from; see
  /// net/client_address.h. Audit, limits and throttling see that client then.
  std::vector<std::string> trusted_proxies;
  /// Whether addresses of calendars may be on private networks and on this machine.
  bool allow_private_feeds = false;
  /// Of one client's address, beyond a burst; 429 above it. A page never comes near. Not counted:
  /// this machine's own addresses, and everything behind a TLS proxy that is not trusted to say
  /// who asks.
  double requests_per_second = 200;
  double requests_burst = 2000;
  bool limit_own_machine = false;
  /// Of one client's address; for a trusted proxy its clients' requests at once count instead.
  std::size_t connections_per_address_max = 512;
};

/// A running server. Thread rule: every method may be called from any thread but the server's own.
class ApiServer {
 public:
  virtual ~ApiServer() = default;  ///< Stops it.
  /// The port that it listens on.
  virtual std::uint16_t port() const = 0;
  /// "http://127.0.0.1:7682", for people to click on.
  virtual std::string url() const = 0;
  /// Reads the certificate and its key again; connections to come are served with them. When that
  /// fails the old ones stay. Nothing to do without TLS.
  virtual Result<void> reload_certificate() = 0;
  /// When the certificate ends; none without TLS.
  virtual std::optional<Instant> certificate_expires_at() const = 0;
  /// Stops accepting, lets answers under way finish (two seconds at most), ends event streams.
  /// Idempotent. Call it before the scheduler is destroyed.
  virtual void stop() = 0;
};

/// Starts to serve. The scheduler must outlive the server. Errors: kUnavailable when the port is
/// taken, kInvalidArgument for an address that is none, kPermissionDenied for a reserved port.
Result<std::unique_ptr<ApiServer>> start_api_server(Scheduler& scheduler,
                                                    const ServerOptions& options,
                                                    base::Logger log = {});

}  // namespace rota::api
