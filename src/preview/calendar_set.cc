#include "preview/calendar_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "calendar/build.h"

namespace rota::preview {
namespace {

int rank_of(std::string_view source) { return source == "hand" ? 2 : source == "import" ? 1 : 0; }

std::optional<CalendarId> as_id(std::string_view text) {
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, value);
  if (failure != std::errc{} || stop != end || value <= 0) return std::nullopt;
  return CalendarId{value};
}

}  // namespace

Result<CalendarSet> CalendarSet::load(store::Store& store) {
  CalendarSet set;
  const auto calendars = store.list_calendars();
  if (!calendars) return fail(calendars.error());
  for (const Calendar& one : *calendars) {
    auto view = store.load_calendar(one.id);
    if (!view) return fail(view.error());
    set.views_.push_back(std::move(*view));
  }
  const auto followed = store.default_calendar();
  if (!followed) return fail(followed.error());
  set.default_ = followed->id;
  return set;
}

CalendarSet CalendarSet::shipped() {
  CalendarSet set;
  const auto add = [&](const char* name, const char* rule, const char* description) {
    CalendarView view;
    view.calendar.name = name;
    view.calendar.rule = rule;
    view.calendar.description = description;
    return set.add(std::move(view)).calendar.id;
  };
  set.default_ = add(kDefaultCalendar, kDefaultCalendar, "Bank holidays of England and Wales");
  add("northern-ireland", "northern-ireland", "Bank holidays of Northern Ireland");
  add("scotland", "scotland", "Bank holidays of Scotland");
  add("weekdays", "", "Monday to Friday, no holidays");
  return set;
}

const CalendarView* CalendarSet::find(CalendarId id) const {
  const auto has_id = [&](const CalendarView& view) { return view.calendar.id == id; };
  const auto found = std::ranges::find_if(views_, has_id);
  return found == views_.end() ? nullptr : &*found;
}

CalendarView* CalendarSet::find(CalendarId id) {
  return const_cast<CalendarView*>(std::as_const(*this).find(id));
}

Result<CalendarView*> CalendarSet::find(std::string_view name_or_id) {
  for (CalendarView& view : views_) {
    if (view.calendar.name == name_or_id) return &view;
  }
  if (const auto id = as_id(name_or_id)) {
    if (CalendarView* view = find(*id)) return view;
  }
  std::string names;
  for (const CalendarView& view : views_) {
    constexpr std::size_t kNamesMax = 300;
    if (names.size() > kNamesMax) break;
    names += (names.empty() ? "" : ", ") + view.calendar.name;
  }
  return fail(ErrorCode::kNotFound,
              fmt::format("there is no calendar '{}'", name_or_id.substr(0, kCalendarNameMax)),
              "there are: " + names);
}

CalendarView& CalendarSet::add(CalendarView view) {
  std::int64_t lowest = 0;
  for (const CalendarView& other : views_) lowest = std::min(lowest, other.calendar.id.value);
  view.calendar.id = CalendarId{lowest - 1};
  return views_.emplace_back(std::move(view));
}

void CalendarSet::remove(CalendarId id) {
  std::erase_if(views_, [&](const CalendarView& view) { return view.calendar.id == id; });
}

std::vector<CalendarView> CalendarSet::chain(std::optional<CalendarId> id) const {
  std::vector<CalendarView> found;
  std::optional<CalendarId> next = id.value_or(default_);
  while (next && found.size() < kCalendarDepthMax) {
    const CalendarView* view = find(*next);
    if (view == nullptr) break;
    found.push_back(*view);
    next = view->calendar.parent_id;
  }
  return found;
}

std::shared_ptr<const calendar::EffectiveCalendar> CalendarSet::effective(
    std::optional<CalendarId> id) const {
  return calendar::build(chain(id));
}

void put_day(CalendarView& view, const Holiday& day) {
  std::erase_if(view.holidays, [&](const Holiday& other) { return other.date == day.date; });
  const auto place = std::ranges::lower_bound(view.holidays, day.date, {}, &Holiday::date);
  view.holidays.insert(place, day);
}

void replace_days(CalendarView& view, std::string_view source, std::vector<Holiday> days) {
  std::erase_if(view.holidays, [&](const Holiday& day) { return day.source == source; });
  for (Holiday& day : days) {
    day.source = source;
    const auto stands = std::ranges::find(view.holidays, day.date, &Holiday::date);
    if (stands != view.holidays.end() && rank_of(stands->source) > rank_of(source)) continue;
    put_day(view, day);
  }
}

}  // namespace rota::preview
