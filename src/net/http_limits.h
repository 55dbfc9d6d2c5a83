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
  std::chrono::milliseconds large_body_time{120'000};  ///< For a large one; 408.
  /// A body must bring so much in each body_window, or end in it; 408.
  std::size_t body_window_bytes_min = 10 * 1024;
  std::chrono::milliseconds body_window{5'000};
  std::chrono::milliseconds idle_time{60'000};  ///< Between requests; closed without a word.
  /// A client must take so much of an answer in each write_window, or all the rest; else it is
  /// closed. 16 KiB a second: below every line that a page can be used over.
  std::size_t write_window_bytes_min = 480 * 1024;
  std::chrono::milliseconds write_window{30'000};
  std::chrono::milliseconds linger_time{1'000};  ///< Reading on after a refusal, before closing.
  std::chrono::milliseconds stop_grace{2'000};   ///< For answers under way when stopping.
  /// How often deadlines are looked at; they are kept to this precision.
  std::chrono::milliseconds sweep_every{250};

  // One address is one IPv4 address or one IPv6 /64: client_of().
  std::size_t connections_max = 2048;  ///< In all; above it only reserved ones.
  /// From one address; above it only reserved. A trusted proxy's connections do not count: there
  /// it is how many requests at once come from one client; 429.
  std::size_t connections_per_address_max = 512;
  std::size_t reserved_max = 16;             ///< Beyond the limits, for the health probe alone.
  std::size_t reserved_per_address_max = 4;  ///< So that one address cannot take them all.
  /// A reserved connection that has not asked yet may be closed after this, to make room for one
  /// that comes; and is closed in any case after reserved_time.
  std::chrono::milliseconds reserved_patience{250};
  std::chrono::milliseconds reserved_time{2'000};

  std::size_t stream_pending_max = 256 * 1024;  ///< Unsent bytes of a stream; then it is dropped.

  /// Bytes of answers that were made and not yet taken, streams included: for one user (an address,
  /// where nobody signed in), and in all. Then an answer to GET is replaced by 429 or 503, and a
  /// stream is dropped. Answers up to unsent_small_max are counted, but always sent.
  std::size_t unsent_per_holder_max = 32 * 1024 * 1024;
  std::size_t unsent_max = 256 * 1024 * 1024;
  std::size_t unsent_small_max = 64 * 1024;
  /// One answer to GET: above it there is nothing to wait for, so it is 413.
  std::size_t answer_bytes_max = 24 * 1024 * 1024;
  /// Bytes of bodies that were received and whose requests wait for their answers: from one
  /// address, and in all; 429 or 503. The first bytes of each body are not counted.
  std::size_t received_per_address_max = 24 * 1024 * 1024;
  std::size_t received_max = 96 * 1024 * 1024;
  std::size_t received_free = 16 * 1024;
};

}  // namespace rota::net
