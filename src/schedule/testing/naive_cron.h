// For tests: cron by the book, slowly. Expressions are made as sets together with their text, so
// that nothing here shares code with the parser; instants are found by walking every second or
// minute of UTC, asking the time zone library what the wall shows, and applying the rule as the
// documentation states it.
#pragma once

#include <cctz/time_zone.h>

#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <vector>

namespace rota::schedule {

using Random = std::mt19937_64;

inline int pick(Random& random, int low, int high) {
  return std::uniform_int_distribution<int>(low, high)(random);
}

/// One field: its text and which values it means.
struct NaiveField {
  std::string text;
  std::vector<bool> values = std::vector<bool>(64, false);
  bool starred() const { return text[0] == '*' || text[0] == '?'; }
};

/// Reading of a wall clock.
using Civil = cctz::civil_second;

/// A random expression with its meaning.
struct NaiveCron {
  std::string text;
  NaiveField second, minute, hour, month;
  NaiveField day, weekday;
  std::function<bool(cctz::civil_day)> day_rule;      // what a special day of month means
  std::function<bool(cctz::civil_day)> weekday_rule;  // what 5L or 5#2 means
  bool has_seconds = false;

  bool fixed_time() const { return !hour.starred() && !minute.starred(); }
  bool matches_date(cctz::civil_day date) const;
  bool matches(const Civil& at) const;
};

NaiveCron random_cron(Random& random, bool around_the_clock_change, int change_hour);

/// Every instant (UTC seconds) in [from, until) at which the expression is due.
std::vector<std::int64_t> naive_slots(const NaiveCron& cron, const cctz::time_zone& zone,
                                      std::int64_t from, std::int64_t until);

}  // namespace rota::schedule
