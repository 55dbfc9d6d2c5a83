#include "calendar/parsed_days.h"

#include <fmt/format.h>

#include <map>

#include "base/utf8.h"
#include "schedule/clock_notes.h"

namespace rota::calendar {
namespace {

using std::chrono::year_month_day;

LocalDate date_of(int year, unsigned month, unsigned day) {
  return LocalDate{std::chrono::local_days{
      year_month_day{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}}}};
}

std::string written(LocalDate date) {
  return schedule::format_date(static_cast<schedule::Day>(date.time_since_epoch().count()));
}

bool begins_like_a_web_page(std::string_view text) {
  const std::size_t at = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  return at != std::string_view::npos && text[at] == '<';
}

}  // namespace

std::pair<LocalDate, LocalDate> covered_by(const ParsedDays& parsed) {
  constexpr unsigned kNewYearLatest = 7;
  LocalDate from = parsed.days.front().date;
  LocalDate until = parsed.days.back().date;
  const year_month_day first{from};
  const year_month_day last{until};
  if (first.month() == std::chrono::January && unsigned{first.day()} <= kNewYearLatest) {
    from = date_of(int{first.year()}, 1, 1);
  }
  if (last.month() == std::chrono::December) until = date_of(int{last.year()}, 12, 31);
  return {from, until};
}

Result<void> check_text(std::string_view text, std::string_view kind, std::size_t bytes_max) {
  if (text.size() > bytes_max) {
    return fail(
        ErrorCode::kLimitExceeded,
        fmt::format("{} bytes are more than the {} that {} may have", text.size(), bytes_max, kind),
        "cut old years off, or split it");
  }
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("it is empty, so not {}", kind));
  }
  if (begins_like_a_web_page(text)) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("it is a web page (HTML), not {}", kind),
                "check the address: it may lead to a sign-in page or to an error page");
  }
  return {};
}

std::pair<LocalDate, LocalDate> DayCollector::range() {
  static const LocalDate kFirst = date_of(kFirstYear, 1, 1);
  static const LocalDate kLast = date_of(kLastYear, 12, 31);
  return {kFirst, kLast};
}

bool DayCollector::is_in_range(LocalDate date) {
  const auto [first, last] = range();
  return date >= first && date <= last;
}

void DayCollector::add(LocalDate date, std::string_view title) {
  if (is_full()) return;
  std::string line = base::one_line(title, kHolidayTitleMax);
  const std::size_t begin = line.find_first_not_of(' ');
  line = begin == std::string::npos ? "holiday" : line.substr(begin);
  line.erase(line.find_last_not_of(' ') + 1);
  days_.push_back(Holiday{date, std::move(line), "import", true});
}

void DayCollector::note(std::string sentence) {
  if (notes_.size() < kNotesMax) notes_.push_back(std::move(sentence));
  if (notes_.size() == kNotesMax) notes_.emplace_back("more of the same is not listed");
}

Result<ParsedDays> DayCollector::finish(std::string_view source) {
  std::map<LocalDate, Holiday> by_date;
  for (Holiday& day : days_) {
    const auto [kept, is_new] = by_date.try_emplace(day.date, day);
    if (is_new || kept->second.title == day.title) continue;
    note(fmt::format("{} has two titles: '{}' is kept, '{}' is left out", written(day.date),
                     kept->second.title, day.title));
  }
  std::vector<Holiday> kept;
  for (auto& [date, day] : by_date) kept.push_back(std::move(day));
  if (is_full() || kept.size() > kHolidaysMax) {
    return fail(ErrorCode::kLimitExceeded,
                fmt::format("{} gives more than {} days", source, kHolidaysMax),
                "a calendar holds closed days only; cut off years that nobody needs");
  }
  if (kept.empty()) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("{} holds no day between {} and {}", source, kFirstYear, kLastYear));
  }
  return ParsedDays{std::move(kept), std::move(notes_)};
}

}  // namespace rota::calendar
