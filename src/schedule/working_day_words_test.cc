// The words of payroll, by example and against a naive count.
#include "schedule/working_day_words.h"

#include <fmt/format.h>

#include <functional>
#include <random>

#include "schedule/civil.h"
#include "schedule/holiday_list.h"
#include "schedule/testing/slots.h"
#include "schedule/zone.h"

namespace rota::schedule {
namespace {

std::shared_ptr<const HolidayList> england() {
  std::vector<Holiday> list;
  for (const auto& [date, title] : std::initializer_list<std::pair<const char*, const char*>>{
           {"2026-04-03", "Good Friday"},
           {"2026-04-06", "Easter Monday"},
           {"2026-08-31", "Summer bank holiday"},
           {"2026-12-25", "Christmas Day"},
           {"2026-12-28", "Boxing Day (substitute day)"},
           {"2027-01-01", "New Year's Day"}}) {
    list.push_back({*parse_local_date(date), title});
  }
  return std::make_shared<HolidayList>(std::move(list));
}

ScheduleOptions london() { return {.timezone = "Europe/London", .calendar = england()}; }

std::vector<std::string> from_november(std::string_view text, std::size_t count = 2) {
  return slots(text, "2026-11-23T12:00:00Z", count, london());
}

std::string described(std::string_view text) {
  const auto schedule = Schedule::parse(text, london());
  return schedule ? schedule->describe() : schedule.error().message;
}

TEST(WorkingDayWordsTest, CountFromTheStartAndTheEndOfTheMonth) {
  EXPECT_THAT(from_november("WD1"), ElementsAre("2026-12-01T00:00:00Z", "2027-01-04T00:00:00Z"));
  EXPECT_THAT(from_november("WD3 09:30"),
              ElementsAre("2026-12-03T09:30:00Z", "2027-01-06T09:30:00Z"));
  EXPECT_THAT(from_november("WD-1 16:00"),
              ElementsAre("2026-11-30T16:00:00Z", "2026-12-31T16:00:00Z"));
  EXPECT_THAT(from_november("LWD at 16:00"),
              ElementsAre("2026-11-30T16:00:00Z", "2026-12-31T16:00:00Z"));
  EXPECT_THAT(from_november("LWD-2", 1), ElementsAre("2026-11-26T00:00:00Z"));
  EXPECT_THAT(from_november("9:30am wd+2", 1), ElementsAre("2026-12-02T09:30:00Z"));
}

TEST(WorkingDayWordsTest, MayBeSpelledOut) {
  const std::string first = "2026-12-01T09:30:00Z";
  for (const char* text :
       {"first working day 09:30", "1st working day of the month at 09:30",
        "On the first business day of every month at 9:30am", "working day 1 09:30",
        "the first workday of each month 09:30", "every first working day of the month 09:30",
        "WD 1 09:30", "1wd 09:30", "first working day of next month 09:30",
        "first working day of december 09:30"}) {
    EXPECT_THAT(from_november(text, 1), ElementsAre(first)) << text;
  }
  for (const char* text : {"last working day 16:00", "last working day of the month at 16:00",
                           "last business day of november and december 16:00"}) {
    EXPECT_THAT(from_november(text, 1), ElementsAre("2026-11-30T16:00:00Z")) << text;
  }
  EXPECT_THAT(from_november("second last working day noon", 1),
              ElementsAre("2026-11-27T12:00:00Z"));
  EXPECT_THAT(from_november("penultimate working day noon", 1),
              ElementsAre("2026-11-27T12:00:00Z"));
}

TEST(WorkingDayWordsTest, CountWithinWeeksQuartersAndYears) {
  EXPECT_THAT(from_november("last working day of the week 16:00"),
              ElementsAre("2026-11-27T16:00:00Z", "2026-12-04T16:00:00Z"));
  EXPECT_THAT(from_november("first working day of the quarter 09:00"),
              ElementsAre("2027-01-04T09:00:00Z", "2027-04-01T08:00:00Z"));
  EXPECT_THAT(from_november("first working day of the year"),
              ElementsAre("2027-01-04T00:00:00Z", "2028-01-03T00:00:00Z"));
  EXPECT_THAT(from_november("every working day at 09:00", 3),
              ElementsAre("2026-11-24T09:00:00Z", "2026-11-25T09:00:00Z", "2026-11-26T09:00:00Z"));
  EXPECT_THAT(slots("next working day 09:00", "2026-12-24T12:00:00Z", 1, london()),
              ElementsAre("2026-12-29T09:00:00Z"));
}

TEST(WorkingDayWordsTest, CountFromADayOfTheMonth) {
  EXPECT_THAT(from_november("3 working days before the 25th 17:00"),
              ElementsAre("2026-12-22T17:00:00Z", "2027-01-20T17:00:00Z"));
  EXPECT_THAT(from_november("3 working days after the 25th 17:00"),
              ElementsAre("2026-11-30T17:00:00Z", "2026-12-31T17:00:00Z"));
  EXPECT_THAT(from_november("two business days before the last day of the month", 1),
              ElementsAre("2026-11-26T00:00:00Z"));
  EXPECT_THAT(from_november("the working day before the 1st of january 09:00", 1),
              ElementsAre("2026-12-31T09:00:00Z"));
  EXPECT_THAT(from_november("last working day on or before the 25th", 2),
              ElementsAre("2026-11-25T00:00:00Z", "2026-12-24T00:00:00Z"));
  EXPECT_THAT(from_november("first working day on or after the 25th", 2),
              ElementsAre("2026-11-25T00:00:00Z", "2026-12-29T00:00:00Z"));
  EXPECT_THAT(from_november("1 working day before the 31st", 2),
              ElementsAre("2026-12-30T00:00:00Z", "2027-01-29T00:00:00Z"))
      << "November has no 31st";
}

TEST(WorkingDayWordsTest, StandInCronsDayOfMonth) {
  EXPECT_THAT(from_november("30 9 3WD * *"),
              ElementsAre("2026-12-03T09:30:00Z", "2027-01-06T09:30:00Z"));
  EXPECT_THAT(from_november("0 16 LWD * *"),
              ElementsAre("2026-11-30T16:00:00Z", "2026-12-31T16:00:00Z"));
  EXPECT_THAT(from_november("0 9 1wd,15,lwd-1,WD2,WD-1 12 ?", 5),
              ElementsAre("2026-12-01T09:00:00Z", "2026-12-02T09:00:00Z", "2026-12-15T09:00:00Z",
                          "2026-12-30T09:00:00Z", "2026-12-31T09:00:00Z"));
  EXPECT_THAT(from_november("0 9 LW 12 *", 1), ElementsAre("2026-12-31T09:00:00Z"));
  EXPECT_THAT(slots("0 9 28W 12 *", "2026-11-23T12:00:00Z", 1, london()),
              ElementsAre("2026-12-28T09:00:00Z"))
      << "W knows no holidays";
  EXPECT_THAT(from_november("0 0 9 1WD 1 ? 2028", 1), ElementsAre("2028-01-03T09:00:00Z"));
  EXPECT_THAT(error_of("0 9 32WD * *"), HasSubstr("does not exist"));
  EXPECT_THAT(error_of("0 9 0WD * *"), HasSubstr("does not exist"));
  EXPECT_THAT(error_of("0 9 WD * *"), HasSubstr("expected a number"));
  EXPECT_THAT(error_of("0 9 LWD-31 * *"), HasSubstr("expected 0 to 30"));
  EXPECT_THAT(error_of("0 9 * * 1WD"), HasSubstr("day of week"));
}

TEST(WorkingDayWordsTest, AreDescribed) {
  EXPECT_EQ(described("WD3 09:30"),
            "On the third working day of the month at 09:30, Europe/London");
  EXPECT_EQ(described("WD-2"),
            "On the second last working day of the month at 00:00, Europe/London");
  EXPECT_EQ(described("3 working days before the 25th 17:00"),
            "3 working days before the 25th of the month at 17:00, Europe/London");
  EXPECT_EQ(described("last working day on or before the last day of march and june 17:00"),
            "On the last working day on or before the last day of March and June at 17:00, "
            "Europe/London");
  EXPECT_EQ(described("0 9 1WD,LWD * *"),
            "At 09:00, on the first and last working day of the month, Europe/London");
}

TEST(WorkingDayWordsTest, SayWhyADateIsTheirs) {
  const auto notes = [](std::string_view text) {
    return Schedule::parse(text, london())->explain(utc("2026-12-31T20:00:00Z"), 1).at(0).notes;
  };
  const char* wanted =
      "the first working day of the month; closed before: 2027-01-01 New Year's Day, 2027-01-02 "
      "Saturday, 2027-01-03 Sunday";
  EXPECT_THAT(notes("WD1"), ElementsAre(wanted));
  EXPECT_THAT(notes("0 9 1WD * *"), ElementsAre(wanted));
  EXPECT_THAT(notes("2 working days after the 31st of december 09:00"),
              ElementsAre("2 working days after 2026-12-31; closed in between: 2027-01-01 New "
                          "Year's Day, 2027-01-02 Saturday, 2027-01-03 Sunday"));
}

TEST(WorkingDayWordsTest, ComplainWithTheColumn) {
  EXPECT_THAT(error_of("WD0"), HasSubstr("no such working day"));
  EXPECT_THAT(error_of("WD32"), HasSubstr("no such working day"));
  EXPECT_THAT(error_of("WD1 25:00"), HasSubstr("column 5"));
  EXPECT_THAT(error_of("WD1 WD2"), HasSubstr("column 5"));
  EXPECT_THAT(error_of("first working day of the moon"), HasSubstr("'moon'"));
  EXPECT_THAT(error_of("3 working days"), HasSubstr("not complete"));
  EXPECT_THAT(error_of("3 working days before christmas"), HasSubstr("'christmas'"));
  EXPECT_THAT(error_of("61 working days before the 25th"), HasSubstr("1 to 60"));
  EXPECT_THAT(error_of("3 working days before the 32nd"), HasSubstr("'32nd'"));
  EXPECT_THAT(error_of("8th working day of the week"), HasSubstr("no such working day"));
}

TEST(WorkingDayWordsTest, NeverWhereTheCalendarHasNoSuchDay) {
  class AlwaysClosed final : public WorkingCalendar {
    bool is_working_day(LocalDate) const override { return false; }
    std::string closed_because(LocalDate) const override { return "for ever"; }
  };
  for (const char* text :
       {"WD1", "WD-1", "every working day", "3 working days before the 25th",
        "2 working days after the 25th", "working day on or before the 3rd", "0 9 1WD * *",
        "first working day of the year", "0 0 LWD * * | WD25 | 0 9 27WD * *"}) {
    ScheduleOptions options = london();
    options.calendar = std::make_shared<AlwaysClosed>();
    EXPECT_THAT(slots(text, "2026-11-23T12:00:00Z", 1, options), IsEmpty()) << text;
    EXPECT_THAT(Schedule::parse(text, options)->describe(), HasSubstr("closes every day"));
  }
  EXPECT_THAT(from_november("WD27"), IsEmpty());
  EXPECT_THAT(Schedule::parse("WD27", london())->pitfalls(), ElementsAre(HasSubstr("never runs")));
}

// What the words mean, day by day over all dates.
struct NaiveWords {
  std::string text;
  std::function<bool(Day, const std::function<bool(Day)>&)> matches;
};

int month_of(Day day) { return date_of(day).year * 12 + static_cast<int>(date_of(day).month); }

int position_in_month(Day day, int step, const std::function<bool(Day)>& working) {
  int position = 1;
  for (Day other = day - step; month_of(other) == month_of(day); other -= step) {
    position += working(other) ? 1 : 0;
  }
  return position;
}

NaiveWords random_words(std::mt19937_64& random) {
  const auto pick = [&](int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random);
  };
  const int kind = pick(0, 4);
  if (kind < 3) {
    const int nth = pick(0, 3) == 0 ? pick(1, 23) : pick(1, 4);
    const bool end = pick(0, 1) == 1;
    const std::string text = kind == 0   ? fmt::format("WD{}{}", end ? "-" : "", nth)
                             : kind == 1 ? fmt::format("0 0 {}{} * *", end ? "WD-" : "WD", nth)
                             : end       ? fmt::format("0 0 LWD-{} * *", nth - 1)
                                         : fmt::format("0 0 {}WD * *", nth);
    return {text, [=](Day day, const auto& working) {
              return working(day) && position_in_month(day, end ? -1 : 1, working) == nth;
            }};
  }
  const int days = pick(0, 5) == 0 ? pick(1, 60) : pick(1, 5);
  const auto of_month = static_cast<unsigned>(pick(1, 31));
  const bool before = kind == 3;
  return {fmt::format("{} working days {} the {}th", days, before ? "before" : "after", of_month),
          [=](Day day, const auto& working) {
            if (!working(day)) return false;
            // Any reference from which exactly so many working days lead here.
            const Day step = before ? 1 : -1;
            int passed = 0;
            for (Day at = day; passed <= days; at += step) {
              if (passed == days && at != day && date_of(at).day == of_month) return true;
              if (working(at)) ++passed;
              if (passed == days && date_of(at + step).day == of_month) return true;
            }
            return false;
          }};
}

TEST(WorkingDayWordsTest, AgreeWithCountingDayByDay) {
  const std::uint64_t seed = std::random_device{}();
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  constexpr const char* kZones[] = {"UTC", "Europe/London", "Australia/Lord_Howe"};
  for (int round = 0; round < 120; ++round) {
    std::vector<Holiday> closed;
    const LocalDate start = *parse_local_date("2025-06-01");
    for (int i = std::uniform_int_distribution<int>(0, 120)(random); i > 0; --i) {
      closed.push_back(
          {start + std::chrono::days{std::uniform_int_distribution<int>(0, 1'100)(random)}, ""});
    }
    const auto weekend =
        static_cast<std::uint8_t>(std::uniform_int_distribution<int>(0, 126)(random));
    const auto calendar = std::make_shared<HolidayList>(closed, weekend);
    const auto working = [&](Day day) {
      return calendar->is_working_day(LocalDate{std::chrono::days{day}});
    };
    const NaiveWords words = random_words(random);
    const char* zone_name = kZones[static_cast<std::size_t>(round) % std::size(kZones)];
    const Zone& zone = **Zone::find(zone_name);
    const auto schedule =
        Schedule::parse(words.text, {.timezone = zone_name, .calendar = calendar});
    ASSERT_TRUE(schedule.has_value()) << words.text << schedule.error().message;
    const Day first = day_from(2026, 1, 1);
    Instant at{Duration{zone.first_instant(start_of(first)) - 1}};
    for (Day day = first; day < first + 730; ++day) {
      if (!words.matches(day, working)) continue;
      const auto next = schedule->next(at);
      ASSERT_EQ(next, Instant{Duration{zone.first_instant(start_of(day))}})
          << words.text << " weekend " << int{weekend} << " wanted day " << day;
      at = *next;
    }
  }
}

}  // namespace
}  // namespace rota::schedule
