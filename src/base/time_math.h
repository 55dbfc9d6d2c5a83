// Sums of time that cannot overflow: "never" plus a delay is still never. Moments come with
// sentinels (the latest and the earliest there is), from options of embedding programs and from
// rows that anybody may have written, so every sum with one of these goes through here.
#pragma once

#include <cstdint>
#include <limits>

#include "rota/time.h"

namespace rota::base {

namespace internal {

constexpr std::int64_t add(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return b < 0 ? std::numeric_limits<std::int64_t>::min()
               : std::numeric_limits<std::int64_t>::max();
}

constexpr std::int64_t subtract(std::int64_t a, std::int64_t b) {
  std::int64_t difference = 0;
  if (!__builtin_sub_overflow(a, b, &difference)) return difference;
  return b < 0 ? std::numeric_limits<std::int64_t>::max()
               : std::numeric_limits<std::int64_t>::min();
}

}  // namespace internal

/// `at` is an Instant or a SteadyTime; what lies beyond the latest one is the latest one.
template <class Time>
constexpr Time later(Time at, Duration by) {
  return Time{Duration{internal::add(at.time_since_epoch().count(), by.count())}};
}

template <class Time>
constexpr Time earlier(Time at, Duration by) {
  return Time{Duration{internal::subtract(at.time_since_epoch().count(), by.count())}};
}

/// How long it is from one to the other; negative when `to` comes first.
template <class Time>
constexpr Duration between(Time from, Time to) {
  return Duration{
      internal::subtract(to.time_since_epoch().count(), from.time_since_epoch().count())};
}

}  // namespace rota::base
