#include "api/security_headers.h"

#include <algorithm>

namespace rota::api {

void add_security_headers(net::Response& response, Transport transport) {
  const bool has_policy =
      std::any_of(response.headers.begin(), response.headers.end(),
                  [](const net::Header& h) { return h.name == "Content-Security-Policy"; });
  if (!has_policy) response.set("Content-Security-Policy", kContentSecurityPolicy);
  if (transport == Transport::kTls) {
    response.set("Strict-Transport-Security", "max-age=31536000");
  }
  response.set("X-Content-Type-Options", "nosniff");
  response.set("X-Frame-Options", "DENY");
  response.set("Referrer-Policy", "no-referrer");
  response.set("Cross-Origin-Opener-Policy", "same-origin");
  response.set("Cross-Origin-Resource-Policy", "same-origin");
  response.set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()");
}

}  // namespace rota::api
