// What a calendar and those below it come to: one answer for every date. The engine's search asks
// it some million times a second, so the answers lie in a bitmap made once.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rota/calendar.h"
#include "rota/schedule.h"

namespace rota::calendar {

/// Where the word on a date comes from.
enum class DaySource : std::uint8_t { kNone, kWeekend, kRule, kFeed, kImport, kHand };

/// "weekend", "rule", "feed", "import", "hand"; empty for kNone.
std::string_view name_of(DaySource source);

/// The answer for one date, with its origin.
struct DayView {
  LocalDate date{};
  bool working = true;
  std::string title;     ///< Of the holiday or the opened date; the weekday's name on a weekend.
  std::string calendar;  ///< Name of the calendar that says so; empty when none speaks.
  DaySource source = DaySource::kNone;
};

/// Dates with answers of their own; outside them only the weekend counts.
inline constexpr LocalDate kFirstDate{std::chrono::days{0}};      // 1970-01-01
inline constexpr LocalDate kLastDate{std::chrono::days{84'005}};  // 2199-12-31

/// Immutable, so thread-safe.
class EffectiveCalendar final : public WorkingCalendar {
 public:
  /// One date of one of the calendars of the chain (0 is the calendar itself).
  struct Entry {
    LocalDate date;
    bool closed = true;
    std::uint8_t level = 0;
    DaySource source = DaySource::kNone;
    std::string title;
  };
  struct Weekend {
    std::uint8_t days = 0;  ///< Bit 0 is Sunday.
    LocalDate from = kFirstDate;
    LocalDate until = kLastDate;
    std::uint8_t level = 0;
  };

  /// `names` of the calendars, the asked one first; `weekends` and `entries` with the strongest
  /// last: a later one stands instead of an earlier one of the same date.
  EffectiveCalendar(std::vector<std::string> names, std::vector<Weekend> weekends,
                    std::vector<Entry> entries);

  /// A few nanoseconds.
  bool is_working_day(LocalDate date) const override {
    const auto day = date.time_since_epoch().count();
    if (day < 0 || day >= kDays) return is_plain_working_day(date);
    const auto index = static_cast<std::size_t>(day);
    return (closed_[index / 64] >> (index % 64) & 1) == 0;
  }
  /// "Easter Monday" of the calendar itself, "Easter Monday (england-and-wales)" of one below.
  std::string closed_because(LocalDate date) const override;

  DayView view(LocalDate date) const;
  /// The dates from `from` to `until` that have a word of their own (no plain weekends), by date.
  std::vector<DayView> named_days(LocalDate from, LocalDate until) const;
  /// Bit 0 is Sunday: the weekend that counts on a date.
  std::uint8_t weekend_on(LocalDate date) const;

 private:
  static constexpr std::int64_t kDays = 84'006;

  void close_weekends(const Weekend& weekend);
  void set_closed(LocalDate date, bool closed);
  bool is_plain_working_day(LocalDate date) const;
  const Weekend* weekend_of(LocalDate date) const;
  const Entry* find(LocalDate date) const;
  DayView view_of(const Entry& entry) const;

  std::vector<std::string> names_;
  std::vector<Weekend> weekends_;
  std::vector<Entry> entries_;  // by date
  std::vector<std::uint64_t> closed_;
};

}  // namespace rota::calendar
