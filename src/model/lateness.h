// How late runs start: the last 10,000 exactly, for percentiles, and all since start in buckets,
// for a histogram that metrics can add up over nodes.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "rota/time.h"

namespace rota::model {

struct LatenessPercentiles {
  Duration p50{0};
  Duration p99{0};
  Duration max{0};
};

class Lateness {
 public:
  static constexpr std::size_t kWindow = 10'000;
  /// Upper bounds of the buckets; one more takes what is later still.
  static constexpr std::array<std::int64_t, 14> kBucketsUs{
      50,     100,     250,       500,       1'000,      2'500,      5'000,
      10'000, 100'000, 1'000'000, 5'000'000, 10'000'000, 60'000'000, 3'600'000'000};

  /// A start before its time counts as zero.
  void add(Duration late);
  LatenessPercentiles percentiles() const;
  /// How many starts fell into each bucket since start, not cumulative.
  const std::array<std::uint64_t, kBucketsUs.size() + 1>& buckets() const { return buckets_; }

 private:
  std::vector<std::int64_t> window_;
  std::size_t at_ = 0;
  std::array<std::uint64_t, kBucketsUs.size() + 1> buckets_{};
};

}  // namespace rota::model
