#include "calendar/build.h"

#include <algorithm>
#include <map>

#include "calendar/uk_bank_holidays.h"
#include "calendar/weekend.h"

namespace rota::calendar {
namespace {

using Entry = EffectiveCalendar::Entry;

DaySource source_named(std::string_view name) {
  for (const DaySource source : {DaySource::kRule, DaySource::kFeed, DaySource::kImport}) {
    if (name == name_of(source)) return source;
  }
  return DaySource::kHand;
}

/// What one calendar of the chain says, without the others.
class Level {
 public:
  Level(const CalendarView& view, std::uint8_t level)
      : view_(view),
        level_(level),
        from_(view.calendar.valid_from.value_or(kFirstDate)),
        until_(view.calendar.valid_until.value_or(kLastDate)) {}

  void add_weekend(std::vector<EffectiveCalendar::Weekend>& weekends) const {
    if (!view_.calendar.weekend) return;
    if (const auto days = parse_weekend(*view_.calendar.weekend)) {
      weekends.push_back({*days, from_, until_, level_});
    }
  }

  // The weakest first: a later entry of a date stands instead of an earlier one.
  void add_days(std::vector<Entry>& entries) const {
    for (const Holiday& day : computed_days(view_.calendar.rule)) {
      if (!is_covered_by_feed(day.date)) add(day, DaySource::kRule, entries);
    }
    for (const bool by_feed : {true, false}) {
      std::size_t left = kHolidaysMax;
      for (const Holiday& day : view_.holidays) {
        if (left-- == 0) break;
        const DaySource source = source_named(day.source);
        if ((source == DaySource::kFeed) == by_feed) add(day, source, entries);
      }
    }
  }

 private:
  bool is_covered_by_feed(LocalDate date) const {
    const auto& feed = view_.feed;
    return feed && feed->covers_from && feed->covers_until && date >= *feed->covers_from &&
           date <= *feed->covers_until;
  }

  void add(const Holiday& day, DaySource source, std::vector<Entry>& entries) const {
    if (day.date < from_ || day.date > until_) return;
    entries.push_back({day.date, day.closed, level_, source, day.title});
  }

  const CalendarView& view_;
  std::uint8_t level_;
  LocalDate from_;
  LocalDate until_;
};

std::span<const CalendarView> bounded(std::span<const CalendarView> chain) {
  return chain.first(std::min(chain.size(), kCalendarDepthMax));
}

std::shared_ptr<const WorkingCalendar> of_rule(const std::string& rule) {
  CalendarView view;
  view.calendar.name = rule;
  view.calendar.rule = rule;
  return build({&view, 1});
}

}  // namespace

std::shared_ptr<const EffectiveCalendar> build(std::span<const CalendarView> chain) {
  std::vector<std::string> names;
  std::vector<EffectiveCalendar::Weekend> weekends;
  std::vector<Entry> entries;
  for (const CalendarView& view : bounded(chain)) names.push_back(view.calendar.name);
  for (std::size_t i = names.size(); i-- > 0;) {
    const Level level(chain[i], static_cast<std::uint8_t>(i));
    level.add_weekend(weekends);
    level.add_days(entries);
  }
  return std::make_shared<EffectiveCalendar>(std::move(names), std::move(weekends),
                                             std::move(entries));
}

std::vector<std::string> problems(std::span<const CalendarView> chain) {
  std::vector<std::string> found;
  for (const CalendarView& view : bounded(chain)) {
    const Calendar& one = view.calendar;
    const auto say = [&](const std::string& what) {
      found.push_back("calendar '" + one.name + "': " + what);
    };
    if (one.weekend) {
      if (const auto days = parse_weekend(*one.weekend); !days) say(days.error().message);
    }
    if (!one.rule.empty() && !find_uk_division(one.rule)) {
      say("no rule is named '" + one.rule + "'; known: england-and-wales, scotland, " +
          "northern-ireland");
    }
    if (one.valid_from && one.valid_until && *one.valid_until < *one.valid_from) {
      say("it ends before it begins, so it adds nothing to its parent");
    }
    if (view.holidays.size() > kHolidaysMax) {
      say("only the first " + std::to_string(kHolidaysMax) + " of its days count");
    }
  }
  if (chain.size() > kCalendarDepthMax) {
    found.push_back("more than " + std::to_string(kCalendarDepthMax) +
                    " calendars on top of one another: the lowest are left out");
  }
  return found;
}

std::shared_ptr<const WorkingCalendar> built_in(std::string_view name) {
  static const std::map<std::string, std::shared_ptr<const WorkingCalendar>, std::less<>> kAll = {
      {"england-and-wales", of_rule("england-and-wales")},
      {"scotland", of_rule("scotland")},
      {"northern-ireland", of_rule("northern-ireland")},
      {"weekdays", build({})},
  };
  const auto found = kAll.find(name);
  return found == kAll.end() ? nullptr : found->second;
}

}  // namespace rota::calendar
