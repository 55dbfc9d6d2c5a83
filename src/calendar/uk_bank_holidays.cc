// One small function per kind of day; a year is their list, sorted. A substitute day is the first
// weekday behind a holiday that no other holiday has taken: that one sentence gives every
// combination of Christmas, New Year and 2 January that gov.uk has ever listed.
#include "calendar/uk_bank_holidays.h"

#include <algorithm>
#include <array>
#include <string>

#include "calendar/uk_history.h"

namespace rota::calendar {
namespace {

using std::chrono::days;
using std::chrono::weekday;

constexpr LocalDate date_of(int year, unsigned month, unsigned day) {
  return LocalDate{std::chrono::local_days{std::chrono::year_month_day{
      std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}}}};
}

bool is_weekend(LocalDate date) {
  const weekday day{date};
  return day == std::chrono::Saturday || day == std::chrono::Sunday;
}

LocalDate first_monday(int year, unsigned month) {
  const LocalDate first = date_of(year, month, 1);
  return first + (std::chrono::Monday - weekday{first});
}

LocalDate last_monday(int year, unsigned month) {
  const LocalDate last{std::chrono::local_days{std::chrono::year_month_day_last{
      std::chrono::year{year}, std::chrono::month_day_last{std::chrono::month{month}}}}};
  return last - (weekday{last} - std::chrono::Monday);
}

// The anonymous Gregorian algorithm (Nature, 20 April 1876).
LocalDate easter_sunday(int year) {
  const int a = year % 19;
  const int b = year / 100;
  const int c = year % 100;
  const int d = b / 4;
  const int e = b % 4;
  const int f = (b + 8) / 25;
  const int g = (b - f + 1) / 3;
  const int h = (19 * a + b - d - g + 15) % 30;
  const int i = c / 4;
  const int k = c % 4;
  const int l = (32 + 2 * e + 2 * i - h - k) % 7;
  const int m = (a + 11 * h + 22 * l) / 451;
  const int n = h + l - 7 * m + 114;
  return date_of(year, static_cast<unsigned>(n / 31), static_cast<unsigned>(n % 31 + 1));
}

class Year {
 public:
  Year(UkDivision division, int year) : division_(division), year_(year) {}

  std::vector<Holiday> list() {
    add_new_year();
    add_easter();
    add_may();
    add_summer();
    add_saints();
    add_christmas();
    for (const OneOff& day : one_off_days()) {
      if (day.year == year_ && is_in(day.where)) {
        add(date_of(day.year, day.month, day.day), day.title);
      }
    }
    std::ranges::sort(found_, {}, &Holiday::date);
    return std::move(found_);
  }

 private:
  bool is_scotland() const { return division_ == UkDivision::kScotland; }
  bool is_in(unsigned where) const { return (where >> static_cast<unsigned>(division_) & 1) != 0; }

  bool is_taken(LocalDate date) const {
    return std::ranges::find(found_, date, &Holiday::date) != found_.end();
  }

  void add(LocalDate date, std::string_view title) {
    found_.push_back({date, std::string(title), "rule", true});
  }

  // On its own date, or on the first weekday behind it that is free.
  void add_or_substitute(LocalDate date, std::string_view title) {
    if (!is_weekend(date) && !is_taken(date)) return add(date, title);
    while (is_weekend(date) || is_taken(date)) date += days{1};
    add(date, std::string(title) + " (substitute day)");
  }

  void add_or_move(LocalDate date, std::string_view title, MovedHoliday holiday) {
    for (const Move& move : moved_days()) {
      if (move.holiday == holiday && move.year == year_ && is_in(move.where)) {
        return add(date_of(year_, move.month, move.day), move.title);
      }
    }
    add(date, title);
  }

  // A bank holiday in Scotland since 1871, elsewhere since 1974; 2 January since 1973.
  void add_new_year() {
    if (is_scotland() || year_ >= 1974) add_or_substitute(date_of(year_, 1, 1), "New Year’s Day");
    if (is_scotland() && year_ >= 1973) add_or_substitute(date_of(year_, 1, 2), "2nd January");
  }

  void add_easter() {
    const LocalDate easter = easter_sunday(year_);
    add(easter - days{2}, "Good Friday");
    if (!is_scotland()) add(easter + days{1}, "Easter Monday");
  }

  // The first Monday has been a Scottish bank holiday since 1871; it came to the others in 1978,
  // and the last Monday to Scotland in the same year.
  void add_may() {
    if (is_scotland() || year_ >= 1978) {
      add_or_move(first_monday(year_, 5), "Early May bank holiday", MovedHoliday::kEarlyMay);
    }
    if (!is_scotland() || year_ >= 1978) {
      add_or_move(last_monday(year_, 5), "Spring bank holiday", MovedHoliday::kSpring);
    }
  }

  void add_summer() {
    add(is_scotland() ? first_monday(year_, 8) : last_monday(year_, 8), "Summer bank holiday");
  }

  void add_saints() {
    if (division_ == UkDivision::kNorthernIreland) {
      add_or_substitute(date_of(year_, 3, 17), "St Patrick’s Day");
      add_or_substitute(date_of(year_, 7, 12), "Battle of the Boyne (Orangemen’s Day)");
    }
    // St Andrew's Day Bank Holiday (Scotland) Act 2007.
    if (is_scotland() && year_ >= 2007)
      add_or_substitute(date_of(year_, 11, 30), "St Andrew’s Day");
  }

  // Where Christmas Day is a Sunday, Boxing Day keeps its Monday and Christmas Day goes behind it.
  void add_christmas() {
    const LocalDate christmas = date_of(year_, 12, 25);
    const LocalDate boxing = date_of(year_, 12, 26);
    const bool has_boxing_day = !is_scotland() || year_ >= 1974;
    const bool boxing_first = has_boxing_day && weekday{christmas} == std::chrono::Sunday;
    if (boxing_first) add(boxing, "Boxing Day");
    add_or_substitute(christmas, "Christmas Day");
    if (!has_boxing_day || boxing_first) return;
    // "On the traditional days, 25th and 26th December" (HC Deb 11 November 1970 vol 806 c212W).
    if (year_ == 1970) return add(boxing, "Boxing Day");
    add_or_substitute(boxing, "Boxing Day");
  }

  UkDivision division_;
  int year_;
  std::vector<Holiday> found_;
};

constexpr std::array<std::string_view, 3> kDivisions = {"england-and-wales", "scotland",
                                                        "northern-ireland"};

std::vector<Holiday> all_years(UkDivision division) {
  std::vector<Holiday> found;
  for (int year = kRuleFirstYear; year <= kRuleLastYear; ++year) {
    for (Holiday& day : Year(division, year).list()) found.push_back(std::move(day));
  }
  return found;
}

}  // namespace

std::optional<UkDivision> find_uk_division(std::string_view name) {
  const auto found = std::ranges::find(kDivisions, name);
  if (found == kDivisions.end()) return std::nullopt;
  return static_cast<UkDivision>(found - kDivisions.begin());
}

std::vector<Holiday> uk_bank_holidays(UkDivision division, int year) {
  if (year < kRuleFirstYear || year > kRuleLastYear) return {};
  return Year(division, year).list();
}

std::span<const Holiday> computed_days(std::string_view rule) {
  static const std::array<std::vector<Holiday>, 3> kAll = {all_years(UkDivision::kEnglandAndWales),
                                                           all_years(UkDivision::kScotland),
                                                           all_years(UkDivision::kNorthernIreland)};
  const auto division = find_uk_division(rule);
  if (!division) return {};
  return kAll[static_cast<std::size_t>(*division)];
}

}  // namespace rota::calendar
