#include "accounts/throttle.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace rota::accounts {

Duration Throttle::pause_after(int failures) const {
  const int over = failures - rule_.free;
  if (over <= 0) return Duration{0};
  Duration pause = rule_.first;
  for (int i = 1; i < over && pause < rule_.most; ++i) pause *= 2;
  return std::min(pause, rule_.most);
}

Duration Throttle::wait(std::string_view key, Instant now) const {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(key);
  if (found == entries_.end()) return Duration{0};
  const Instant free_at = found->second.last + pause_after(found->second.failures);
  return std::clamp(free_at - now, Duration{0}, rule_.most);
}

void Throttle::count(std::string_view key, Instant now) {
  const std::lock_guard lock(mutex_);
  auto found = entries_.find(key);
  if (found == entries_.end()) {
    make_room(now);
    found = entries_.emplace(std::string(key), Entry{}).first;
  }
  Entry& entry = found->second;
  if (now - entry.last > rule_.forget_after) entry.failures = 0;
  ++entry.failures;
  entry.before_last = entry.last;
  entry.last = now;
}

void Throttle::take_back(std::string_view key) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(key);
  if (found == entries_.end()) return;
  Entry& entry = found->second;
  entry.last = entry.before_last;
  if (--entry.failures <= 0) entries_.erase(found);
}

std::size_t Throttle::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

void Throttle::make_room(Instant now) {
  if (entries_.size() < rule_.keys_max) return;
  std::erase_if(entries_,
                [&](const auto& item) { return now - item.second.last > rule_.forget_after; });
  if (entries_.size() < rule_.keys_max) return;
  const auto oldest =
      std::min_element(entries_.begin(), entries_.end(),
                       [](const auto& a, const auto& b) { return a.second.last < b.second.last; });
  entries_.erase(oldest);
}

std::string address_key(std::string_view address) {
  std::array<unsigned char, 16> bytes{};
  if (inet_pton(AF_INET6, std::string(address).c_str(), bytes.data()) != 1) {
    return std::string(address);
  }
  std::string key;
  for (std::size_t i = 0; i < 8; ++i) key += fmt::format("{:02x}", bytes[i]);
  return key + "/64";
}

}  // namespace rota::accounts
