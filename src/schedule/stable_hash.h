// A hash that never changes: H fields and jitter must fall on the same moment after an upgrade, on
// another machine and with another compiler. The mixing step is splitmix64's (Steele, Lea, Flood).
#pragma once

#include <cstdint>

namespace rota::schedule {

constexpr std::uint64_t mix64(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15ULL;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
  return value ^ (value >> 31);
}

constexpr std::uint64_t stable_hash(std::uint64_t seed, std::uint64_t value) {
  return mix64(mix64(seed) ^ value);
}

}  // namespace rota::schedule
