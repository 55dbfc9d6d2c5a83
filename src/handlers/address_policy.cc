// The lists are IANA's special-purpose address registries (RFC 6890 and its updates).
#include "handlers/address_policy.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <cstdint>
#include <cstring>

namespace rota::handlers {
namespace {

struct Range4 {
  std::uint32_t network;
  int bits;
};

constexpr std::uint32_t v4(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  return a << 24 | b << 16 | c << 8 | d;
}

constexpr Range4 kNotPublic4[] = {
    {v4(0, 0, 0, 0), 8},        // this network
    {v4(10, 0, 0, 0), 8},       // private
    {v4(100, 64, 0, 0), 10},    // shared by carriers
    {v4(127, 0, 0, 0), 8},      // loopback
    {v4(169, 254, 0, 0), 16},   // link-local, cloud metadata
    {v4(172, 16, 0, 0), 12},    // private
    {v4(192, 0, 0, 0), 24},     // protocol assignments
    {v4(192, 0, 2, 0), 24},     // documentation
    {v4(192, 88, 99, 0), 24},   // 6to4 relays
    {v4(192, 168, 0, 0), 16},   // private
    {v4(198, 18, 0, 0), 15},    // benchmarks
    {v4(198, 51, 100, 0), 24},  // documentation
    {v4(203, 0, 113, 0), 24},   // documentation
    {v4(224, 0, 0, 0), 3},      // multicast, reserved, broadcast
};

bool is_public4(std::uint32_t address) {
  for (const auto& [network, bits] : kNotPublic4) {
    if ((address ^ network) >> (32 - bits) == 0) return false;
  }
  return true;
}

using Bytes6 = std::array<std::uint8_t, 16>;

struct Range6 {
  Bytes6 network;
  int bits;
};

// Global unicast is 2000::/3; these lie inside it and are not public.
constexpr Range6 kNotPublic6[] = {
    {{0x20, 0x01, 0x00, 0x00}, 23},  // protocol assignments: Teredo, ORCHID, benchmarks
    {{0x20, 0x01, 0x0d, 0xb8}, 32},  // documentation
    {{0x3f, 0xff}, 20},              // documentation
};

bool begins_with(const Bytes6& address, const Bytes6& network, int bits) {
  for (int bit = 0; bit < bits; ++bit) {
    const auto at = static_cast<std::size_t>(bit / 8);
    if (((address[at] ^ network[at]) >> (7 - bit % 8) & 1) != 0) return false;
  }
  return true;
}

std::uint32_t v4_at(const Bytes6& address, std::size_t at) {
  return v4(address[at], address[at + 1], address[at + 2], address[at + 3]);
}

bool is_public6(const Bytes6& address) {
  constexpr Bytes6 kNat64{0x00, 0x64, 0xff, 0x9b};
  constexpr Bytes6 k6to4{0x20, 0x02};
  constexpr Bytes6 kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (begins_with(address, kMapped, 96) || begins_with(address, kNat64, 96)) {
    return is_public4(v4_at(address, 12));
  }
  if (begins_with(address, k6to4, 16)) return is_public4(v4_at(address, 2));
  if (!begins_with(address, Bytes6{0x20}, 3)) return false;
  for (const auto& [network, bits] : kNotPublic6) {
    if (begins_with(address, network, bits)) return false;
  }
  return true;
}

Bytes6 bytes_of(const sockaddr& address) {
  sockaddr_in6 six{};
  std::memcpy(&six, &address, sizeof six);
  Bytes6 bytes{};
  std::memcpy(bytes.data(), &six.sin6_addr, bytes.size());
  return bytes;
}

std::uint32_t number_of(const sockaddr& address) {
  sockaddr_in four{};
  std::memcpy(&four, &address, sizeof four);
  return ntohl(four.sin_addr.s_addr);
}

}  // namespace

bool is_public_address(const sockaddr& address) {
  if (address.sa_family == AF_INET) return is_public4(number_of(address));
  if (address.sa_family == AF_INET6) return is_public6(bytes_of(address));
  return false;
}

std::string address_text(const sockaddr& address) {
  char text[INET6_ADDRSTRLEN] = "?";
  if (address.sa_family == AF_INET) {
    const std::uint32_t four = htonl(number_of(address));
    ::inet_ntop(AF_INET, &four, text, sizeof text);
  } else if (address.sa_family == AF_INET6) {
    const Bytes6 six = bytes_of(address);
    ::inet_ntop(AF_INET6, six.data(), text, sizeof text);
  }
  return text;
}

}  // namespace rota::handlers
