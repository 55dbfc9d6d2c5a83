// Who may connect: a bound for all, a bound for each address, and a few places kept free so that a
// health probe gets through when the bounds are reached. One thread.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>

#include "net/http_limits.h"

namespace rota::net {

class Admission {
 public:
  enum class Place { kFull, kReserved, kRefused };

  explicit Admission(const HttpLimits& limits) : limits_(limits) {}

  /// Takes a place for a connection from that address. kReserved: only the health probe may be
  /// answered. kRefused: no place was taken; close it.
  Place admit(const std::string& address);

  /// Gives back what admit() has taken.
  void release(const std::string& address, Place place);

  std::size_t connections() const { return full_ + reserved_; }

 private:
  struct Count {
    std::size_t full = 0;
    std::size_t reserved = 0;
  };
  const HttpLimits limits_;
  std::size_t full_ = 0;
  std::size_t reserved_ = 0;
  std::unordered_map<std::string, Count> by_address_;
};

}  // namespace rota::net
