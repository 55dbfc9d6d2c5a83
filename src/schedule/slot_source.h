// One link in the chain that makes slots. A cron, a period or a relative date stands at the end of
// the chain; a union, the working-day rule, bounds and jitter wrap what they are given. Inside the
// schedule core an instant is a plain count of microseconds since 1970 in UTC, and a local time is
// the same count read from the wall: the searches are arithmetic on both.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "rota/schedule.h"

namespace rota::schedule {

/// Microseconds since 1970-01-01T00:00:00Z, or the same reading of a local wall clock.
using Micros = std::int64_t;

/// "There is no such moment."
inline constexpr Micros kNever = std::numeric_limits<Micros>::max();

inline constexpr Micros kSecondUs = 1'000'000;
inline constexpr Micros kDayUs = 86'400 * kSecondUs;

/// 2199-12-31T23:59:59.999999Z: no slot lies behind it.
inline constexpr Micros kSearchEnd = 7'258'118'400'000'000 - 1;

/// Slots are counted one by one up to this many, where they cannot be calculated.
inline constexpr std::int64_t kCountedMax = 10'000;

/// Anything that has slots. Immutable, so that every method may be called from any thread.
class SlotSource {
 public:
  virtual ~SlotSource() = default;
  SlotSource() = default;
  SlotSource(const SlotSource&) = delete;
  SlotSource& operator=(const SlotSource&) = delete;

  /// The first slot with after < slot <= limit, or kNever. `after` lies between -1 and kSearchEnd,
  /// `limit` is at most kSearchEnd. Allocates nothing.
  virtual Micros next(Micros after, Micros limit) const = 0;

  /// How long next() may take: about this many times 5 ns. Searches that ask again and again use it
  /// to stop in time.
  virtual int weight() const = 0;

  /// Adds why this slot lies where it does, innermost rule first. `after` is the slot before it:
  /// what was passed over lies between the two.
  virtual void explain(Micros after, Micros slot, std::vector<std::string>& notes) const = 0;

  /// Adds hints about likely mistakes; of clock changes, the first after `from` that matters.
  virtual void pitfalls(Micros from, std::vector<std::string>& hints) const = 0;

  /// The slot before it was moved or delayed; itself where nothing does that.
  virtual Micros nominal_of(Micros slot) const { return slot; }

  /// How many slots lie in (after, limit]: exact, or walked up to kCountedMax.
  virtual std::int64_t count(Micros after, Micros limit) const {
    std::int64_t slots = 0;
    while (slots < kCountedMax && (after = next(after, limit)) != kNever) ++slots;
    return slots;
  }

  /// Adds the dates whose slots in (after, limit] a working-day rule leaves out, until `out` holds
  /// `most` of them.
  virtual void left_out(Micros /*after*/, Micros /*limit*/, std::size_t /*most*/,
                        std::vector<SkippedSlots>& /*out*/) const {}

  /// Plain English: "At 09:30, Monday to Friday, Europe/London, on working days only". The zone is
  /// named by the sources that it matters to; an empty one is never named.
  virtual std::string describe(std::string_view zone) const = 0;
};

}  // namespace rota::schedule
