// A time zone as a table of spans with one UTC offset each, from 1970 to 2199, made once from the
// system's zone data and shared by every schedule. A table makes two things cheap that a library
// call makes dear: finding the span of an instant, and seeing each clock change on the way.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rota/result.h"
#include "schedule/slot_source.h"

namespace rota::schedule {

/// A stretch of time during which local time is UTC plus `offset`.
struct Span {
  Micros start;   ///< First instant.
  Micros end;     ///< First instant of the next span; kNever in the last.
  Micros offset;  ///< Local minus UTC.
  Micros seen;    ///< Local readings before this one were already shown in an earlier span.
  /// Local readings from here up to start + offset were skipped; equal to that when none were.
  Micros gap_from;

  Micros local_start() const { return start + offset; }
  Micros local_end() const { return end == kNever ? kNever : end + offset; }
  bool begins_with_gap() const { return gap_from < start + offset; }
  bool begins_with_repeat() const { return seen > start + offset; }
};

/// What the wall clock shows at an instant.
struct WallClock {
  Micros local;
  Micros offset;
  std::string abbreviation;
};

/// An immutable zone. Zones live as long as the program: hold them by plain pointer.
class Zone {
 public:
  /// The zone of an IANA name. Thread-safe; after the first use of a name this is a look-up.
  /// Errors: kInvalidArgument when there is no such zone.
  static Result<const Zone*> find(std::string_view name);

  const std::string& name() const { return name_; }

  /// The span that holds the instant. The spans of a zone are contiguous: ++ goes on to the next.
  const Span* span_at(Micros at) const {
    const Span* span = spans_.data() + first_in_bucket_[bucket_of(at)];
    while (at >= span->end) ++span;
    return span;
  }
  const Span* last_span() const { return &spans_.back(); }

  Micros to_local(Micros at) const { return at + span_at(at)->offset; }

  /// The first instant whose reading is `local`, or the end of the gap that skipped it.
  Micros first_instant(Micros local) const;

  /// The last instant whose reading is `local`; equal to first_instant() unless it is repeated.
  Micros last_instant(Micros local) const;

  /// The dates that a clock change left out as a whole, as days since 1970.
  const std::vector<std::int32_t>& lost_dates() const { return lost_dates_; }

  /// For people: also gives the abbreviation ("BST").
  WallClock show(Micros at) const;

 private:
  friend class ZoneBuilder;
  static constexpr int kBucketBits = 44;  // 2^44 us are 203 days
  static constexpr std::size_t kBuckets = (kSearchEnd >> kBucketBits) + 2;

  static std::size_t bucket_of(Micros at) {
    if (at < 0) return 0;
    const auto bucket = static_cast<std::size_t>(at >> kBucketBits);
    return bucket < kBuckets ? bucket : kBuckets - 1;
  }

  std::string name_;
  std::vector<Span> spans_;
  std::vector<std::int32_t> lost_dates_;
  std::array<std::uint16_t, kBuckets> first_in_bucket_{};
  std::vector<std::pair<Micros, std::string>> abbreviations_;
};

}  // namespace rota::schedule
