// IP addresses and networks as values, and what counts as one client. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rota/result.h"

namespace rota::net {

/// Any address in the form of IPv6; 10.0.0.1 is ::ffff:10.0.0.1.
struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};

  bool is_v4() const;
  /// As people write it: "10.0.0.1", "2001:db8::1".
  std::string text() const;
  friend bool operator==(const IpAddress&, const IpAddress&) = default;
};

/// An address without port, brackets or zone; none when it is no such text.
std::optional<IpAddress> parse_ip_address(std::string_view text);

/// All addresses that begin with the same bits.
class Network {
 public:
  /// "10.0.0.0/8", "2001:db8::/32", or one address. Bits behind the prefix must be zero: a network
  /// that was mistyped trusts the wrong ones. Errors: kInvalidArgument.
  static Result<Network> parse(std::string_view text);

  bool contains(const IpAddress& address) const;

 private:
  IpAddress first_;
  unsigned bits_ = 128;
};

/// What counts as one client: an IPv4 address, or the first half of an IPv6 one, since a home or an
/// office has all the rest of it. "::ffff:10.0.0.1" is 10.0.0.1. What is no address counts as it
/// is.
std::string client_of(std::string_view address);

}  // namespace rota::net
