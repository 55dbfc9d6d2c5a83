#include "model/lateness.h"

#include <algorithm>

namespace rota::model {

void Lateness::add(Duration late) {
  const std::int64_t us = std::max<std::int64_t>(late.count(), 0);
  if (window_.size() < kWindow) {
    window_.push_back(us);
  } else {
    window_[at_] = us;
    at_ = (at_ + 1) % kWindow;
  }
  const auto* bucket = std::lower_bound(kBucketsUs.begin(), kBucketsUs.end(), us);
  ++buckets_[static_cast<std::size_t>(bucket - kBucketsUs.begin())];
}

LatenessPercentiles Lateness::percentiles() const {
  if (window_.empty()) return {};
  std::vector<std::int64_t> sorted = window_;
  std::sort(sorted.begin(), sorted.end());
  const auto at = [&](std::size_t percent) {
    return Duration{sorted[(sorted.size() - 1) * percent / 100]};
  };
  return {at(50), at(99), at(100)};
}

}  // namespace rota::model
