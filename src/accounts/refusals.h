// Refusals on their way to the audit. One kind from one address is one row with a count: the first
// is written at once, those that follow are counted and written together, after a minute, then
// after twice as long each time. What is remembered is bounded: further addresses are counted as
// one.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rota/time.h"
#include "store/audit.h"

namespace rota::accounts {

struct RefusalRule {
  Duration first_pause = std::chrono::minutes{1};  ///< Until what follows is written.
  Duration pause_max = std::chrono::hours{1};
  /// An address keeps its place so long at least, so that new ones cannot fill the audit.
  Duration keep_for = std::chrono::minutes{10};
  std::size_t addresses_max = 64;
};

/// Bytes of a path or name that are kept.
inline constexpr std::size_t kRefusedTextMax = 200;

/// Thread rule: any thread. Never waits for anything.
class Refusals {
 public:
  explicit Refusals(RefusalRule rule = {}) : rule_(rule) {}

  /// Remembers one: action, address, and of the first also who and object.
  void add(store::AuditNote refusal, Instant now);
  /// The rows to be written now; all that is counted at kAll.
  enum class Which { kDue, kAll };
  std::vector<store::AuditNote> take(Instant now, Which which);
  std::size_t size() const;

 private:
  struct Counted {
    store::AuditNote first;
    bool first_written = false;
    std::int64_t more = 0;           ///< Since the last row.
    std::vector<std::string> names;  ///< Of those, the first few.
    Instant made_at{};
    Instant since{};
    Instant last{};
    Instant due_at{};
    Duration pause{0};
  };
  Counted& find(const store::AuditNote& refusal, Instant now);
  static store::AuditNote summary_of(const Counted& counted);

  const RefusalRule rule_;
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, Counted> counted_;  ///< By action and address.
};

}  // namespace rota::accounts
