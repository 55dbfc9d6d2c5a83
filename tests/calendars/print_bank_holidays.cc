// Prints every computed bank holiday, "scotland 2026-01-02 2nd January", for comparison with
// others.
#include <fmt/format.h>

#include "calendar/uk_bank_holidays.h"
#include "schedule/clock_notes.h"

int main() {
  for (const char* division : {"england-and-wales", "scotland", "northern-ireland"}) {
    for (const rota::Holiday& day : rota::calendar::computed_days(division)) {
      fmt::print("{} {} {}\n", division,
                 rota::schedule::format_date(
                     static_cast<rota::schedule::Day>(day.date.time_since_epoch().count())),
                 day.title);
    }
  }
  return 0;
}
