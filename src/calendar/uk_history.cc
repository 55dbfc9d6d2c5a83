// Two tables. A proclaimed day is added here when its proclamation can be named; until a release
// brings it, the gov.uk feed or a day made by hand does.
#include "calendar/uk_history.h"

namespace rota::calendar {
namespace {

constexpr unsigned kNotScotland = kInEnglandAndWales | kInNorthernIreland;

constexpr Move kMoves[] = {
    // HC Deb 19 January 1977 vol 924 c191W: "the Spring Bank Holiday will be changed to 6th June".
    {MovedHoliday::kSpring, 1977, 6, 6, kNotScotland, "Spring bank holiday"},
    // Fifty years since the end of the war in Europe.
    {MovedHoliday::kEarlyMay, 1995, 5, 8, kEverywhere, "Early May bank holiday (VE day)"},
    // The Queen's jubilees: golden, diamond, platinum.
    {MovedHoliday::kSpring, 2002, 6, 4, kEverywhere, "Spring bank holiday"},
    {MovedHoliday::kSpring, 2012, 6, 4, kEverywhere, "Spring bank holiday"},
    // gov.uk, 7 June 2019: "May bank holiday 2020 will be moved to mark the 75th anniversary".
    {MovedHoliday::kEarlyMay, 2020, 5, 8, kEverywhere, "Early May bank holiday (VE day)"},
    // gov.uk, 12 November 2020: "Extra bank holiday to mark the Queen's Platinum Jubilee".
    {MovedHoliday::kSpring, 2022, 6, 2, kEverywhere, "Spring bank holiday"},
};

constexpr OneOff kOneOffs[] = {
    {1973, 11, 14, kEverywhere, "Wedding of Princess Anne"},
    // HC Deb 19 January 1977 vol 924 c191W; Scotland's day was left to its district councils.
    {1977, 6, 7, kNotScotland, "Silver Jubilee bank holiday"},
    {1981, 7, 29, kEverywhere, "Wedding of the Prince of Wales"},
    {1999, 12, 31, kEverywhere, "Millennium bank holiday"},
    {2002, 6, 3, kEverywhere, "Golden Jubilee bank holiday"},
    {2011, 4, 29, kEverywhere, "Wedding of Prince William"},
    {2012, 6, 5, kEverywhere, "Queen’s Diamond Jubilee"},
    {2022, 6, 3, kEverywhere, "Platinum Jubilee bank holiday"},
    {2022, 9, 19, kEverywhere, "Bank Holiday for the State Funeral of Queen Elizabeth II"},
    {2023, 5, 8, kEverywhere, "Bank holiday for the coronation of King Charles III"},
    // Royal proclamation of 3 February 2026; gov.scot/news/world-cup-bank-holiday-confirmed.
    {2026, 6, 15, kInScotland, "World Cup bank holiday"},
};

}  // namespace

std::span<const Move> moved_days() { return kMoves; }
std::span<const OneOff> one_off_days() { return kOneOffs; }

}  // namespace rota::calendar
