#include "net/rate_limit.h"

#include <algorithm>

#include "net/ip_address.h"

namespace rota::net {
namespace {

constexpr std::chrono::seconds kCleanEvery{1};

bool is_own_machine(std::string_view client) {
  return client.starts_with("127.") || client == "::1";
}

}  // namespace

std::optional<std::chrono::milliseconds> RateLimit::take(std::string_view address, Time now) {
  const std::string client = client_of(address);
  if (!limits_.limits_own_machine && is_own_machine(client)) return std::nullopt;
  using Seconds = std::chrono::duration<double>;
  const auto in_time = [](double seconds) {
    return std::chrono::duration_cast<Time::duration>(Seconds(seconds));
  };
  Time& full_at = bucket_of(client, now);
  const Time next = std::max(full_at, now) + in_time(1.0 / limits_.per_second);
  const auto over = next - now - in_time(limits_.burst / limits_.per_second);
  if (over > Time::duration::zero()) {
    return std::chrono::ceil<std::chrono::milliseconds>(over);
  }
  full_at = next;
  return std::nullopt;
}

RateLimit::Time& RateLimit::bucket_of(std::string_view address, Time now) {
  const std::string key(address);
  if (const auto known = full_at_.find(key); known != full_at_.end()) return known->second;
  if (full_at_.size() >= limits_.addresses_max) forget_full_ones(now);
  if (full_at_.size() >= limits_.addresses_max) return shared_;
  return full_at_.emplace(key, now).first->second;
}

// Not for every new address, or an attacker with many would make each request dear.
void RateLimit::forget_full_ones(Time now) {
  if (now - cleaned_ < kCleanEvery) return;
  cleaned_ = now;
  std::erase_if(full_at_, [&](const auto& entry) { return entry.second <= now; });
}

}  // namespace rota::net
