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
  explicit Reader(std::string_view text) : lines_(text) {}

  Result<std::vector<IcsEvent>> read() {
    while (true) {
      const auto line = lines_.next();
      if (!line) return fail(line.error());
      if (!*line) break;
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

bool is_replaced(const IcsEvent& event, LocalDate start, const Replaced& replaced) {
  if (event.replaces || event.rule.empty() || replaced.empty()) return false;
  const auto found = replaced.find(event.uid);
  return found != replaced.end() && std::ranges::binary_search(found->second, start);
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

Result<void> add_event(const IcsEvent& event, const TimeIsUp& is_time_up, const Replaced& replaced,
                       DayCollector& days, LeftOut& left_out) {
  const auto length = event.length();
  if (!length) return fail(length.error());
  const auto starts = starts_of(event, is_time_up);
  if (!starts) return fail(starts.error());
  for (const LocalDate start : *starts) {
    if (is_replaced(event, start, replaced)) continue;
    for (int day = 0; day < *length && !days.is_full(); ++day) {
      const LocalDate date = start + std::chrono::days{day};
      if (DayCollector::is_in_range(date)) {
        days.add(date, event.summary);
      } else {
        ++left_out.out_of_range;
      }
    }
  }
  return {};
}

}  // namespace

Result<ParsedDays> parse_icalendar(std::string_view text, const TimeIsUp& is_time_up) {
  if (auto checked = check_text(text, kKind, kIcsBytesMax); !checked) return fail(checked.error());
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  auto events = Reader(text).read();
  if (!events) return fail(events.error());
  const Replaced replaced = replaced_dates(*events);
  DayCollector days;
  LeftOut left_out;
  std::size_t rules = 0;
  for (const IcsEvent& event : *events) {
    if (event.has_time || event.cancelled || !event.start) {
      ++(event.cancelled  ? left_out.cancelled
         : event.has_time ? left_out.with_time
                          : left_out.without_date);
      continue;
    }
    if (!event.rule.empty() && ++rules > kRulesMax) {
      return fail(ErrorCode::kLimitExceeded,
                  fmt::format("the calendar has more than {} rules (RRULE)", kRulesMax));
    }
    if (auto added = add_event(event, is_time_up, replaced, days, left_out); !added) {
      return fail(added.error());
    }
    if (days.is_full()) break;
  }
  left_out.tell(days);
  return days.finish("the calendar");
}

}  // namespace rota::calendar
