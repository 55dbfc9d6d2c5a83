// The slow and simple cron of naive_cron.h.
#include "schedule/testing/naive_cron.h"

#include <cctz/civil_time.h>

#include <chrono>

namespace rota::schedule {
namespace {

using Seconds = cctz::time_point<cctz::seconds>;

Seconds at(std::int64_t utc) { return Seconds{std::chrono::seconds{utc}}; }

// Sunday is 0.
int weekday_of(cctz::civil_day date) { return (static_cast<int>(cctz::get_weekday(date)) + 1) % 7; }

int last_day_of(cctz::civil_day date) {
  return (cctz::civil_day(cctz::civil_month(date) + 1) - 1).day();
}

void add(NaiveField& field, int value) { field.values[static_cast<std::size_t>(value)] = true; }

// One item of a list over [low, high], appended to the text.
void random_item(Random& random, NaiveField& field, int low, int high) {
  const int from = pick(random, low, high);
  const int to = pick(random, low, high);
  const int step = pick(random, 1, high - low + 3);
  const int size = high - low + 1;
  if (!field.text.empty()) field.text += ",";
  switch (pick(random, 0, 6)) {
    case 0:
    case 1:
    case 2:
      field.text += std::to_string(from);
      add(field, from);
      break;
    case 3: {  // a range, also through the end of the field
      field.text += std::to_string(from) + "-" + std::to_string(to);
      for (int v = from;; v = v == high ? low : v + 1) {
        add(field, v);
        if (v == to) break;
      }
      break;
    }
    case 4: {  // a stepped range
      field.text += std::to_string(from) + "-" + std::to_string(to) + "/" + std::to_string(step);
      const int length = to >= from ? to - from : to + size - from;
      for (int i = 0; i <= length; i += step) add(field, low + (from - low + i) % size);
      break;
    }
    case 5:
      field.text += std::to_string(from) + "/" + std::to_string(step);
      for (int v = from; v <= high; v += step) add(field, v);
      break;
    default:
      field.text += (pick(random, 0, 3) == 0 ? "?/" : "*/") + std::to_string(step);
      for (int v = low; v <= high; v += step) add(field, v);
  }
}

NaiveField star(int low, int high) {
  NaiveField field{"*"};
  for (int v = low; v <= high; ++v) add(field, v);
  return field;
}

NaiveField random_field(Random& random, int low, int high, int stars_of_ten) {
  if (pick(random, 1, 10) <= stars_of_ten) return star(low, high);
  NaiveField field;
  for (int items = pick(random, 0, 2); items >= 0; --items) random_item(random, field, low, high);
  return field;
}

int nearest_weekday(cctz::civil_day date, int wanted) {
  const int last = last_day_of(date);
  if (wanted > last) return 0;
  const auto on = [&](int day) {
    return weekday_of(cctz::civil_day(date.year(), date.month(), day));
  };
  for (const int off : {0, -1, 1, -2, 2}) {
    const int day = wanted + off;
    if (day < 1 || day > last || on(day) == 0 || on(day) == 6) continue;
    return day;
  }
  return 0;
}

void random_day_rule(Random& random, NaiveCron& cron) {
  cron.day = NaiveField{};
  const int n = pick(random, 0, 28);
  switch (pick(random, 0, 3)) {
    case 0:
      cron.day.text = "L";
      cron.day_rule = [](cctz::civil_day d) { return d.day() == last_day_of(d); };
      break;
    case 1:
      cron.day.text = "L-" + std::to_string(n);
      cron.day_rule = [n](cctz::civil_day d) { return d.day() == last_day_of(d) - n; };
      break;
    case 2:
      cron.day.text = "LW";
      cron.day_rule = [](cctz::civil_day d) {
        int day = last_day_of(d);
        while (true) {
          const int weekday = weekday_of(cctz::civil_day(d.year(), d.month(), day));
          if (weekday != 0 && weekday != 6) return d.day() == day;
          --day;
        }
      };
      break;
    default:
      cron.day.text = std::to_string(n + 1) + "W";
      cron.day_rule = [n](cctz::civil_day d) { return d.day() == nearest_weekday(d, n + 1); };
  }
}

void random_weekday_rule(Random& random, NaiveCron& cron) {
  cron.weekday = NaiveField{};
  const int weekday = pick(random, 0, 6);
  const int nth = pick(random, 1, 5);
  if (pick(random, 0, 1) == 0) {
    cron.weekday.text = std::to_string(weekday) + "L";
    cron.weekday_rule = [weekday](cctz::civil_day d) {
      return weekday_of(d) == weekday && d.day() + 7 > last_day_of(d);
    };
  } else {
    cron.weekday.text = std::to_string(weekday) + "#" + std::to_string(nth);
    cron.weekday_rule = [weekday, nth](cctz::civil_day d) {
      return weekday_of(d) == weekday && (d.day() + 6) / 7 == nth;
    };
  }
}

bool same_reading_was_shown_before(const cctz::time_zone& zone, Seconds now, const Civil& reading) {
  // No repetition since 1970 is longer than a day, so an earlier showing is at most that far back.
  for (std::int64_t back = 900; back <= 26LL * 3600; back += 900) {
    const Seconds earlier = now - std::chrono::seconds{back};
    if (cctz::convert(earlier, zone) == reading) return true;
  }
  return false;
}

}  // namespace

bool NaiveCron::matches_date(cctz::civil_day date) const {
  const auto in = [](const NaiveField& field, int value) {
    return field.values[static_cast<std::size_t>(value)];
  };
  if (!in(month, date.month())) return false;
  const bool by_day = in(day, date.day()) || (day_rule && day_rule(date));
  const bool by_weekday = in(weekday, weekday_of(date)) || (weekday_rule && weekday_rule(date));
  const bool either = !day.starred() && !weekday.starred();
  return either ? by_day || by_weekday : by_day && by_weekday;
}

bool NaiveCron::matches(const Civil& at) const {
  const auto in = [](const NaiveField& field, int value) {
    return field.values[static_cast<std::size_t>(value)];
  };
  return in(second, at.second()) && in(minute, at.minute()) && in(hour, at.hour()) &&
         matches_date(cctz::civil_day(at));
}

NaiveCron random_cron(Random& random, bool around_the_clock_change, int change_hour) {
  NaiveCron cron;
  cron.has_seconds = pick(random, 0, 9) == 0;
  cron.second = NaiveField{"0"};
  add(cron.second, 0);
  if (cron.has_seconds) cron.second = random_field(random, 0, 59, 2);
  cron.minute = random_field(random, 0, 59, 2);
  cron.hour = random_field(random, 0, 23, 3);
  if (around_the_clock_change && pick(random, 0, 3) != 0) {
    // Most expressions should have something to say in the hours that change.
    const int from = (change_hour + 23) % 24;
    const int to = (change_hour + pick(random, 0, 2)) % 24;
    cron.hour = NaiveField{std::to_string(from) + "-" + std::to_string(to)};
    for (int v = from;; v = v == 23 ? 0 : v + 1) {
      add(cron.hour, v);
      if (v == to) break;
    }
  }
  const int day_stars = around_the_clock_change ? 8 : 4;
  cron.day = random_field(random, 1, 31, day_stars);
  cron.month = random_field(random, 1, 12, day_stars);
  cron.weekday = random_field(random, 0, 6, day_stars);
  if (pick(random, 0, 9) == 0) random_day_rule(random, cron);
  if (pick(random, 0, 9) == 0) random_weekday_rule(random, cron);
  cron.text = (cron.has_seconds ? cron.second.text + " " : "") + cron.minute.text + " " +
              cron.hour.text + " " + cron.day.text + " " + cron.month.text + " " +
              cron.weekday.text;
  return cron;
}

std::vector<std::int64_t> naive_slots(const NaiveCron& cron, const cctz::time_zone& zone,
                                      std::int64_t from, std::int64_t until) {
  std::vector<std::int64_t> slots;
  for (std::int64_t utc = from; utc < until; ++utc) {
    const cctz::time_zone::absolute_lookup now = zone.lookup(at(utc));
    const cctz::time_zone::absolute_lookup before = zone.lookup(at(utc - 1));
    bool due = cron.matches(now.cs);
    if (due && cron.fixed_time() &&
        zone.lookup(now.cs).kind == cctz::time_zone::civil_lookup::REPEATED) {
      due = !same_reading_was_shown_before(zone, at(utc), now.cs);
    }
    if (!due && cron.fixed_time()) {
      // A jump forward: is any of the readings that were left out due?
      for (Civil left_out = before.cs + 1; left_out < now.cs && !due; ++left_out) {
        due = cron.matches(left_out);
      }
    }
    if (due) slots.push_back(utc);
    // Nothing between whole minutes can be due without a seconds field, unless the offset changes.
    const bool steady =
        now.offset == before.offset && zone.lookup(at(utc + 60)).offset == now.offset;
    if (!cron.has_seconds && steady && now.cs.second() == 0) utc += 59;
  }
  return slots;
}

}  // namespace rota::schedule
