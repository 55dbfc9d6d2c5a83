// Who may connect: a bound for all, a bound for each client (client_of() an address), and a few
// places kept free so that a health probe gets through when the bounds are reached. A trusted proxy
// brings many clients over its own address, so there each client's requests count instead. One
// thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

#include "net/http_limits.h"

namespace rota::net {

class Admission {
 public:
  enum class Place { kFull, kReserved, kRefused };

  explicit Admission(const HttpLimits& limits) : limits_(limits) {}

  /// Takes a place for a connection from that address. kReserved: only the health probe may be
  /// answered. kRefused: no place was taken; close it.
  Place admit(std::string_view address, bool is_trusted_proxy = false);

  /// Gives back what admit() has taken.
  void release(std::string_view address, Place place);

  /// Takes a place for a request that a trusted proxy brings from that address. False: it has as
  /// many under way as it may.
  bool begin_proxied(std::string_view address);
  void end_proxied(std::string_view address);

  std::size_t connections() const { return full_ + reserved_; }
  /// Whether the address's own bound is what keeps it from a reserved place.
  bool has_all_its_reserved(std::string_view address) const;

 private:
  struct Count {
    std::size_t full = 0;
    std::size_t reserved = 0;
  };
  const HttpLimits limits_;
  std::size_t full_ = 0;
  std::size_t reserved_ = 0;
  std::unordered_map<std::string, Count> by_client_;
  std::unordered_map<std::string, std::size_t> proxied_;
};

}  // namespace rota::net
