#include "net/byte_shares.h"

#include <algorithm>
#include <utility>

namespace rota::net {

ByteShares::Share& ByteShares::Share::operator=(Share&& other) noexcept {
  if (this == &other) return *this;
  shrink(bytes_);
  shares_ = std::move(other.shares_);
  holder_ = std::move(other.holder_);
  bytes_ = other.bytes_.exchange(0);
  return *this;
}

ByteShares::Verdict ByteShares::Share::try_grow(std::size_t bytes) {
  if (shares_ == nullptr) return Verdict::kTaken;
  const Verdict verdict = shares_->take(holder_, bytes, false);
  if (verdict == Verdict::kTaken) bytes_ += bytes;
  return verdict;
}

void ByteShares::Share::grow(std::size_t bytes) {
  if (shares_ == nullptr) return;
  (void)shares_->take(holder_, bytes, true);
  bytes_ += bytes;
}

void ByteShares::Share::shrink(std::size_t bytes) {
  bytes = std::min(bytes, bytes_.load());
  if (bytes == 0) return;
  bytes_ -= bytes;
  shares_->give_back(holder_, bytes);
}

ByteShares::Share ByteShares::share_of(std::string holder) {
  Share share;
  share.shares_ = shared_from_this();
  share.holder_ = std::move(holder);
  return share;
}

std::size_t ByteShares::held() const {
  const std::lock_guard lock(mutex_);
  return all_;
}

std::size_t ByteShares::held_for(std::string_view holder) const {
  const std::lock_guard lock(mutex_);
  const auto found = by_holder_.find(std::string(holder));
  return found == by_holder_.end() ? 0 : found->second;
}

ByteShares::Verdict ByteShares::take(const std::string& holder, std::size_t bytes, bool whatever) {
  if (bytes == 0) return Verdict::kTaken;
  const std::lock_guard lock(mutex_);
  const auto found = by_holder_.find(holder);
  const std::size_t held = found == by_holder_.end() ? 0 : found->second;
  if (!whatever && held + bytes > limits_.per_holder_max) return Verdict::kHolderFull;
  if (!whatever && all_ + bytes > limits_.all_max) return Verdict::kFull;
  if (found == by_holder_.end()) {
    by_holder_.emplace(holder, bytes);
  } else {
    found->second += bytes;
  }
  all_ += bytes;
  return Verdict::kTaken;
}

void ByteShares::give_back(const std::string& holder, std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  const auto found = by_holder_.find(holder);
  all_ -= bytes;
  found->second -= bytes;
  if (found->second == 0) by_holder_.erase(found);
}

}  // namespace rota::net
