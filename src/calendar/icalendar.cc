// Two passes: read all events, then work out their dates; an event that replaces one repetition of
// another (RECURRENCE-ID) may stand before it.
#include "calendar/icalendar.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "schedule/clock_notes.h"
#include "schedule/words.h"

namespace rota::calendar {
namespace {

constexpr std::string_view kKind = "an iCalendar file";

class Reader {
 public:
  Reader(std::string_view text, IcsEffort& effort) : lines_(text), effort_(effort) {}

  Result<std::vector<IcsEvent>> read() {
    while (true) {
      const auto line = lines_.next();
      if (!line) return fail(line.error());
      if (!*line) break;
      if (effort_.is_up_after_step()) {
        IcsEvent here;
        here.line = (*line)->number;
        return ics_time_is_up(here, effort_);
      }
      if (auto read = read_line(**line); !read) return fail(read.error());
    }
    if (!was_closed_ || !open_.empty()) {
      return fail(ErrorCode::kInvalidArgument,
                  "the calendar ends in the middle: its END:VCALENDAR is missing",
                  "it was cut off on its way; fetch or save it again");
    }
    return std::move(events_);
  }

 private:
  static constexpr std::size_t kDepthMax = 8;

  Result<void> read_line(const IcsLine& line) {
    if (line.name == "BEGIN") return begin(line);
    if (open_.empty()) {
      return ics_error(line.number,
                       fmt::format("expected BEGIN:VCALENDAR, so it is not {}", kKind));
    }
    if (line.name == "END") return end(line);
    const bool in_event = open_.size() == 2 && schedule::same_word(open_.back(), "vevent");
    return in_event ? read_event_line(line, events_.back()) : Result<void>{};
  }

  Result<void> begin(const IcsLine& line) {
    if (open_.empty() && !schedule::same_word(line.value, "vcalendar")) {
      return ics_error(line.number,
                       fmt::format("expected BEGIN:VCALENDAR, so it is not {}", kKind));
    }
    if (open_.size() == kDepthMax) {
      return ics_error(line.number, fmt::format("more than {} levels of BEGIN", kDepthMax));
    }
    open_.push_back(line.value);
    if (open_.size() == 2 && schedule::same_word(line.value, "vevent")) {
      if (events_.size() == kEventsMax) {
        return fail(ErrorCode::kLimitExceeded,
                    fmt::format("the calendar has more than {} events", kEventsMax),
                    "cut off years that nobody needs");
      }
      events_.emplace_back().line = line.number;
    }
    return {};
  }

  Result<void> end(const IcsLine& line) {
    if (line.value != open_.back()) {
      return ics_error(line.number, fmt::format("END:{} where END:{} was expected",
                                                schedule::trim(line.value).substr(0, 40),
                                                std::string_view(open_.back()).substr(0, 40)));
    }
    open_.pop_back();
    was_closed_ = open_.empty();
    return {};
  }

  IcsLines lines_;
  IcsEffort& effort_;
  std::vector<std::string> open_;
  std::vector<IcsEvent> events_;
  bool was_closed_ = false;
};

// Repetitions that another event replaces are no dates of the first one: by UID, sorted.
using Replaced = std::map<std::string, std::vector<LocalDate>, std::less<>>;

Replaced replaced_dates(const std::vector<IcsEvent>& events) {
  Replaced replaced;
  for (const IcsEvent& event : events) {
    if (event.replaces && !event.uid.empty()) replaced[event.uid].push_back(*event.replaces);
  }
  for (auto& [uid, dates] : replaced) std::ranges::sort(dates);
  return replaced;
}

// Looked up once for an event: its UID may be long, and it may have thousands of dates.
const std::vector<LocalDate>* replaced_dates_of(const IcsEvent& event, const Replaced& replaced) {
  if (event.replaces || event.rule.empty()) return nullptr;
  const auto found = replaced.find(event.uid);
  return found == replaced.end() ? nullptr : &found->second;
}

/// Counts what is left out, to say it in one sentence each.
struct LeftOut {
  std::size_t with_time = 0;
  std::size_t cancelled = 0;
  std::size_t without_date = 0;
  std::size_t out_of_range = 0;

  void tell(DayCollector& days) const {
    const auto say = [&](std::size_t count, std::string_view what) {
      if (count > 0) days.note(fmt::format("{} {} left out", count, what));
    };
    say(with_time, "events with a time of day were");
    say(cancelled, "cancelled events were");
    say(without_date, "events without a beginning were");
    say(out_of_range, "days before 1970 or after 2099 were");
  }
};

// Those of `length` days from `start` that a calendar knows; the others are only counted.
std::pair<LocalDate, LocalDate> days_in_range(LocalDate start, int length, LeftOut& left_out) {
  const auto [first, last] = DayCollector::range();
  const LocalDate end = start + std::chrono::days{length};
  const LocalDate from = std::clamp(start, first, last + std::chrono::days{1});
  const LocalDate until = std::clamp(end, from, last + std::chrono::days{1});
  left_out.out_of_range += static_cast<std::size_t>(length - (until - from).count());
  return {from, until};
}

Result<void> add_event(const IcsEvent& event, IcsEffort& effort, const Replaced& replaced,
                       DayCollector& days, LeftOut& left_out) {
  if (effort.is_up_after_step()) return ics_time_is_up(event, effort);
  const auto length = event.length();
  if (!length) return fail(length.error());
  const auto starts = starts_of(event, effort);
  if (!starts) return fail(starts.error());
  const std::vector<LocalDate>* const others = replaced_dates_of(event, replaced);
  for (const LocalDate start : *starts) {
    if (others != nullptr && std::ranges::binary_search(*others, start)) continue;
    const auto [from, until] = days_in_range(start, *length, left_out);
    for (LocalDate date = from; date < until && !days.is_full(); date += std::chrono::days{1}) {
      if (effort.is_up_after_step()) return ics_time_is_up(event, effort);
      days.add(date, event.summary);
    }
  }
  return {};
}

}  // namespace

Result<ParsedDays> parse_icalendar(std::string_view text, const TimeIsUp& is_time_up) {
  if (auto checked = check_text(text, kKind, kIcsBytesMax); !checked) return fail(checked.error());
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  IcsEffort effort(is_time_up);
  auto events = Reader(text, effort).read();
  if (!events) return fail(events.error());
  const Replaced replaced = replaced_dates(*events);
  DayCollector days;
  LeftOut left_out;
  for (const IcsEvent& event : *events) {
    if (event.has_time || event.cancelled || !event.start) {
      ++(event.cancelled  ? left_out.cancelled
         : event.has_time ? left_out.with_time
                          : left_out.without_date);
      continue;
    }
    if (!event.rule.empty() && effort.rules() == kRulesMax) {
      return fail(ErrorCode::kLimitExceeded,
                  fmt::format("the calendar has more than {} rules (RRULE)", kRulesMax));
    }
    if (auto added = add_event(event, effort, replaced, days, left_out); !added) {
      return fail(added.error());
    }
    if (days.is_full()) break;
  }
  left_out.tell(days);
  return days.finish("the calendar");
}

}  // namespace rota::calendar
