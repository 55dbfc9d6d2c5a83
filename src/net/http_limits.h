// Every bound of the HTTP server, by name. What is answered at each stands in
// docs/api.md; none of them can be switched off.
#pragma once

#include <chrono>
#include <cstddef>

namespace rota::net {

struct HttpLimits {
  std::size_t target_bytes_max = 8 * 1024;              ///< 414 above it.
  std::size_t header_bytes_max = 32 * 1024;             ///< Request line and headers together; 431.
  std::size_t headers_max = 100;                        ///< 431.
  std::size_t body_bytes_max = 1024 * 1024;             ///< 413.
  std::size_t large_body_bytes_max = 10 * 1024 * 1024;  ///< With a length, where it is taken; 413.
  std::size_t large_bodies_max = 4;                     ///< Received at once; 503.
  std::size_t method_bytes_max = 16;                    ///< 501.

  std::chrono::milliseconds header_time{10'000};  ///< From the first byte to the empty line; 408.
  std::chrono::milliseconds body_time{30'000};    ///< For the whole body; 408.
  std::chrono::milliseconds idle_time{60'000};    ///< Between requests; closed without a word.
  std::chrono::milliseconds write_time{30'000};   ///< Without any progress of an answer; closed.
  std::chrono::milliseconds linger_time{1'000};   ///< Reading on after a refusal, before closing.
  std::chrono::milliseconds stop_grace{2'000};    ///< For answers under way when stopping.
  /// How often deadlines are looked at; they are kept to this precision.
  std::chrono::milliseconds sweep_every{250};

  std::size_t connections_max = 2048;             ///< In all; above it only reserved ones.
  std::size_t connections_per_address_max = 512;  ///< From one address; above it only reserved.
  std::size_t reserved_max = 16;                  ///< Beyond the limits, for GET /healthz alone.
  std::size_t reserved_per_address_max = 4;       ///< So that one address cannot take them all.

  std::size_t stream_pending_max = 256 * 1024;  ///< Unsent bytes of a stream; then it is dropped.
};

}  // namespace rota::net
