// Memory that is held for others, counted by whom it is held for: so many bytes for one holder (a
// user, or an address), so many in all. What is taken is given back by the Share's destructor.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace rota::net {

struct ByteLimits {
  std::size_t per_holder_max;
  std::size_t all_max;
};

/// Thread rule: any thread.
class ByteShares : public std::enable_shared_from_this<ByteShares> {
 public:
  enum class Verdict { kTaken, kHolderFull, kFull };

  /// What is held for one holder at one place. One thread may grow it while another shrinks it.
  class Share {
   public:
    Share() = default;
    Share(Share&& other) noexcept { *this = std::move(other); }
    Share& operator=(Share&& other) noexcept;
    ~Share() { shrink(bytes_); }
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;

    /// Takes more unless a bound is in the way; then nothing is taken.
    Verdict try_grow(std::size_t bytes);
    /// Takes more, whatever the bounds say.
    void grow(std::size_t bytes);
    /// Gives back; at most what was taken.
    void shrink(std::size_t bytes);
    std::size_t bytes() const { return bytes_; }

   private:
    friend class ByteShares;
    std::shared_ptr<ByteShares> shares_;
    std::string holder_;
    std::atomic<std::size_t> bytes_ = 0;
  };

  explicit ByteShares(ByteLimits limits) : limits_(limits) {}

  /// An empty share of that holder.
  Share share_of(std::string holder);

  std::size_t held() const;
  std::size_t held_for(std::string_view holder) const;

 private:
  Verdict take(const std::string& holder, std::size_t bytes, bool whatever);
  void give_back(const std::string& holder, std::size_t bytes);

  const ByteLimits limits_;
  mutable std::mutex mutex_;
  std::size_t all_ = 0;
  std::unordered_map<std::string, std::size_t> by_holder_;
};

}  // namespace rota::net
