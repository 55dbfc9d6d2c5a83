// Passwords: what a good one is, and argon2id. A hash takes 64 MiB and a tenth of a second on
// purpose, so only a few are made at once: many sign-ins wait instead of eating all memory.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>

#include "rota/result.h"

namespace rota::accounts {

inline constexpr std::size_t kPasswordLeast = 12;   // characters
inline constexpr std::size_t kPasswordMost = 1024;  // bytes

struct PasswordCost {
  unsigned long long passes = 3;
  std::size_t bytes = 64u << 20;
  std::size_t at_once = 2;
};

/// kInvalidArgument with a sentence beside the field `password`: too short, too long, the user's
/// own name, or one that everybody tries first.
Result<void> check_password(std::string_view password, std::string_view user_name);

/// Thread rule: any thread; a call may wait for others to finish.
class Passwords {
 public:
  explicit Passwords(PasswordCost cost = {}) : cost_(cost) {}

  /// "$argon2id$v=19$m=65536,t=3,p=1$...". kUnavailable: no memory for it.
  Result<std::string> hash(std::string_view password);
  /// False as well for a text that is no hash; takes as long as for one that is.
  bool matches(std::string_view password, std::string_view hash);
  /// The hash was made with another cost than today's.
  bool is_outdated(std::string_view hash) const;

 private:
  class Turn;
  std::string_view dummy();

  const PasswordCost cost_;
  std::mutex mutex_;
  std::condition_variable freed_;
  std::size_t busy_ = 0;
  std::once_flag dummy_made_;
  std::string dummy_;
};

}  // namespace rota::accounts
