#include "net/ip_address.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace rota::net {
namespace {

constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr unsigned kBitsMax = 128;
constexpr unsigned kMappedBits = 96;

std::string shown(int family, const std::uint8_t* bytes) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(family, bytes, text.data(), text.size());
  return text.data();
}

// Whether the bits from `from` on are all zero.
bool is_zero_from(const IpAddress& address, unsigned from) {
  for (unsigned bit = from; bit < kBitsMax; ++bit) {
    if ((address.bytes[bit / 8] & (0x80u >> (bit % 8))) != 0) return false;
  }
  return true;
}

tl::unexpected<Error> wrong_network(std::string_view text, std::string_view why) {
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("'{}' {}", text.substr(0, INET6_ADDRSTRLEN), why),
              "write an address like 10.0.0.7, or a network like 10.0.0.0/8 or 2001:db8::/32");
}

}  // namespace

bool IpAddress::is_v4() const { return std::equal(kMapped.begin(), kMapped.end(), bytes.begin()); }

std::string IpAddress::text() const {
  return is_v4() ? shown(AF_INET, bytes.data() + kMapped.size()) : shown(AF_INET6, bytes.data());
}

std::optional<IpAddress> parse_ip_address(std::string_view text) {
  if (text.size() >= INET6_ADDRSTRLEN) return std::nullopt;
  const std::string terminated(text);
  if (terminated.size() != std::char_traits<char>::length(terminated.c_str())) return std::nullopt;
  IpAddress address;
  if (inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) == 1) return address;
  std::ranges::copy(kMapped, address.bytes.begin());
  if (inet_pton(AF_INET, terminated.c_str(), address.bytes.data() + kMapped.size()) == 1) {
    return address;
  }
  return std::nullopt;
}

Result<Network> Network::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = parse_ip_address(text.substr(0, slash));
  if (!address) return wrong_network(text, "is no IP address or network");
  Network network;
  network.first_ = *address;
  if (slash == std::string_view::npos) return network;
  const std::string_view digits = text.substr(slash + 1);
  const bool v4 = address->is_v4() && text.find(':') == std::string_view::npos;
  const unsigned most = v4 ? kBitsMax - kMappedBits : kBitsMax;
  unsigned bits = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  if (error != std::errc{} || end != digits.data() + digits.size() || bits > most) {
    return wrong_network(text, fmt::format("needs a prefix length of 0 to {}", most));
  }
  network.bits_ = v4 ? bits + kMappedBits : bits;
  if (!is_zero_from(network.first_, network.bits_)) {
    return wrong_network(text, "has bits set behind its prefix length");
  }
  return network;
}

bool Network::contains(const IpAddress& address) const {
  IpAddress masked = address;
  for (unsigned bit = bits_; bit < kBitsMax; ++bit) {
    masked.bytes[bit / 8] &= static_cast<std::uint8_t>(~(0x80u >> (bit % 8)));
  }
  return masked == first_;
}

std::string client_of(std::string_view address) {
  const auto parsed = parse_ip_address(address.substr(0, address.find('%')));
  if (!parsed) return std::string(address);
  if (parsed->is_v4()) return parsed->text();
  if (parsed->text() == "::1") return "::1";
  IpAddress network = *parsed;
  std::fill(network.bytes.begin() + 8, network.bytes.end(), std::uint8_t{0});
  return network.text() + "/64";
}

}  // namespace rota::net
