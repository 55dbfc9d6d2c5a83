// The sentences, and how dates and times of day are written in them.
#include "schedule/clock_notes.h"

#include <fmt/format.h>

namespace rota::schedule {

std::string format_date(Day day) {
  const Date date = date_of(day);
  return fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
}

std::string format_time_of_day(Micros local) {
  const Micros us = local - start_of(day_of(local));
  const Micros second = us / kSecondUs;
  std::string text = fmt::format("{:02}:{:02}", second / 3600, second / 60 % 60);
  if (us % (60 * kSecondUs) != 0) text += fmt::format(":{:02}", second % 60);
  if (us % kSecondUs != 0) text += fmt::format(".{:06}", us % kSecondUs);
  return text;
}

std::string format_local(Micros local) {
  const Micros second = floor_div(local, kSecondUs) % 86'400;
  return fmt::format("{} {:02}:{:02}:{:02}", format_date(day_of(local)), second / 3600,
                     second / 60 % 60, second % 60);
}

std::string note_moved_out_of_gap(Micros skipped, Micros slot_local) {
  return fmt::format(
      "{} on {} was skipped by a clock change; it runs at the first moment after, {}",
      format_time_of_day(skipped), format_date(day_of(skipped)), format_time_of_day(slot_local));
}

std::string note_left_out_in_gap(Micros skipped) {
  return fmt::format("{} on {} was skipped by a clock change and did not run",
                     format_time_of_day(skipped), format_date(day_of(skipped)));
}

std::string note_repeated(Micros local, bool first_pass, DstOverlap rule) {
  const std::string time = format_time_of_day(local);
  if (rule == DstOverlap::kBoth) {
    return fmt::format("{} comes twice because of a clock change; this is the {}", time,
                       first_pass ? "first" : "second");
  }
  return fmt::format("{} comes twice because of a clock change; it runs the {} time only", time,
                     first_pass ? "first" : "second");
}

std::string warn_repeated(Micros local, DstOverlap rule) {
  return fmt::format("{} on {} comes twice because of a clock change; it runs {}",
                     format_time_of_day(local), format_date(day_of(local)),
                     rule == DstOverlap::kBoth    ? "both times"
                     : rule == DstOverlap::kFirst ? "the first time only"
                                                  : "the second time only");
}

}  // namespace rota::schedule
