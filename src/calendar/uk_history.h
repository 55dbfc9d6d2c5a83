// What history did to the bank holidays of the United Kingdom: days that were moved, and days that
// were given once. Each line names where it was said.
#pragma once

#include <span>
#include <string_view>

namespace rota::calendar {

/// Bits of a mask, by UkDivision.
inline constexpr unsigned kInEnglandAndWales = 1;
inline constexpr unsigned kInScotland = 2;
inline constexpr unsigned kInNorthernIreland = 4;
inline constexpr unsigned kEverywhere = 7;

enum class MovedHoliday { kEarlyMay, kSpring };

/// In this year the holiday was on this date instead of its Monday.
struct Move {
  MovedHoliday holiday;
  int year;
  unsigned month;
  unsigned day;
  unsigned where;
  std::string_view title;
};

struct OneOff {
  int year;
  unsigned month;
  unsigned day;
  unsigned where;
  std::string_view title;
};

std::span<const Move> moved_days();
std::span<const OneOff> one_off_days();

}  // namespace rota::calendar
