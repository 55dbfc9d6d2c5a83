// The HTTP client: libcurl's multi interface on a thread of its own. Only http and https, no proxy
// or password from the environment, every connection judged by its address, everything bounded.
#pragma once

#include <memory>

#include "handlers/http_client.h"

namespace rota::net {

struct CurlHttpClientOptions {
  bool allow_private = false;  ///< Loopback, private and link-local addresses too.
  long connections_max = 256;  ///< Further requests wait for one.
};

/// Destroying it cancels every request on its way.
std::unique_ptr<handlers::HttpClient> make_curl_http_client(
    const CurlHttpClientOptions& options = {});

}  // namespace rota::net
