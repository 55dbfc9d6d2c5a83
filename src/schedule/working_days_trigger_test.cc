// The working-day rule over any schedule, by example and against a naive walk.
#include "schedule/working_days_trigger.h"

#include <random>
#include <set>

#include "schedule/holiday_list.h"
#include "schedule/testing/slots.h"
#include "schedule/working_dates.h"

namespace rota::schedule {
namespace {

std::shared_ptr<const HolidayList> holidays(std::vector<std::string> dates) {
  std::vector<Holiday> list;
  for (const std::string& date : dates) list.push_back({*parse_local_date(date), "Closed " + date});
  return std::make_shared<HolidayList>(std::move(list));
}

ScheduleOptions working(NonWorkingDay move, std::vector<std::string> dates = {},
                        const char* zone = "Europe/London") {
  ScheduleOptions options{.timezone = zone, .working_days_only = true, .on_non_working_day = move};
  options.calendar = holidays(std::move(dates));
  return options;
}

// The original lost the first run after a closed day.
TEST(WorkingDaysTriggerTest, RunsOnTheFirstWorkingDayAfterTheAugustBankHoliday) {
  EXPECT_THAT(slots("30 9 * * 1-5", "2026-08-28T12:00:00Z", 2,
                    working(NonWorkingDay::kSkip, {"2026-08-31"})),
              ElementsAre("2026-09-01T08:30:00Z", "2026-09-02T08:30:00Z"));
}

TEST(WorkingDaysTriggerTest, MovesAClosedSlotForwardAtTheSameTimeOfDay) {
  EXPECT_THAT(slots("0 9 1 * *", "2026-07-15T00:00:00Z", 2, working(NonWorkingDay::kNext)),
              ElementsAre("2026-08-03T08:00:00Z", "2026-09-01T08:00:00Z"));
}

TEST(WorkingDaysTriggerTest, MovesAClosedSlotBack) {
  EXPECT_THAT(slots("0 9 1 * *", "2026-07-15T00:00:00Z", 2, working(NonWorkingDay::kPrevious)),
              ElementsAre("2026-07-31T08:00:00Z", "2026-09-01T08:00:00Z"));
}

TEST(WorkingDaysTriggerTest, MovesToTheNearestAndForwardWhenBothAreAsNear) {
  EXPECT_THAT(slots("0 9 * * 6,0", "2026-11-23T12:00:00Z", 3, working(NonWorkingDay::kNearest)),
              ElementsAre("2026-11-27T09:00:00Z", "2026-11-30T09:00:00Z", "2026-12-04T09:00:00Z"));
  EXPECT_THAT(slots("0 9 25 11 *", "2026-11-01T00:00:00Z", 1,
                    working(NonWorkingDay::kNearest, {"2026-11-25"})),
              ElementsAre("2026-11-26T09:00:00Z"));
}

TEST(WorkingDaysTriggerTest, TwoSlotsThatLandOnOneMomentRunOnce) {
  EXPECT_THAT(slots("0 9 * * *", "2026-11-27T12:00:00Z", 2, working(NonWorkingDay::kNext)),
              ElementsAre("2026-11-30T09:00:00Z", "2026-12-01T09:00:00Z"));
}

TEST(WorkingDaysTriggerTest, RunsAnywayWhenTold) {
  EXPECT_THAT(slots("0 9 * * *", "2026-11-27T12:00:00Z", 1, working(NonWorkingDay::kRun)),
              ElementsAre("2026-11-28T09:00:00Z"));
}

class AlwaysClosed final : public WorkingCalendar {
  bool is_working_day(LocalDate) const override { return false; }
  std::string closed_because(LocalDate) const override { return "for ever"; }
};

TEST(WorkingDaysTriggerTest, NeverRunsWhereEveryDayIsClosed) {
  for (const NonWorkingDay move : {NonWorkingDay::kSkip, NonWorkingDay::kNext,
                                   NonWorkingDay::kPrevious, NonWorkingDay::kNearest}) {
    ScheduleOptions options = working(move);
    options.calendar = std::make_shared<AlwaysClosed>();
    EXPECT_THAT(slots("* * * * * *", "2026-11-27T12:00:00Z", 1, options), IsEmpty());
    EXPECT_THAT(slots("0 9 * * 6", "2026-11-27T12:00:00Z", 1, options), IsEmpty());
  }
  EXPECT_THAT(slots("0 9 * * 6", "2026-11-27T12:00:00Z", 1, working(NonWorkingDay::kSkip)),
              IsEmpty());
}

TEST(WorkingDaysTriggerTest, SaysWhichDaysWereLeftOutOrMovedAndWhy) {
  const auto skipping =
      Schedule::parse("0 9 * * 1-5", working(NonWorkingDay::kSkip, {"2026-08-31"}));
  const auto entries = skipping->explain(utc("2026-08-28T12:00:00Z"), 1);
  ASSERT_EQ(entries.size(), 2u) << "one that does not run, then the one asked for";
  EXPECT_FALSE(entries[0].runs);
  EXPECT_EQ(entries[0].local, "2026-08-31 09:00:00");
  EXPECT_EQ(entries[0].reason, "Closed 2026-08-31");
  EXPECT_TRUE(entries[1].runs);
  EXPECT_EQ(entries[1].local, "2026-09-01 09:00:00");
  EXPECT_THAT(entries[1].notes, IsEmpty());
  const auto moving = Schedule::parse("0 9 1 8 *", working(NonWorkingDay::kNext));
  EXPECT_THAT(moving->explain(utc("2026-07-28T12:00:00Z"), 1)[0].notes,
              ElementsAre("moved from 2026-08-01: Saturday"));
  EXPECT_THAT(moving->describe(), HasSubstr("moved to the next working day when closed"));
}

TEST(WorkingDaysTriggerTest, MovesEverySlotByWorkingDaysAfterTheMove) {
  ScheduleOptions options = working(NonWorkingDay::kPrevious, {"2026-12-25", "2026-12-28"});
  options.working_day_offset = -2;
  // The 25th is closed, so the 24th; two working days before that is the 22nd.
  EXPECT_THAT(slots("0 17 25 * *", "2026-12-01T00:00:00Z", 1, options),
              ElementsAre("2026-12-22T17:00:00Z"));
  const auto schedule = Schedule::parse("0 17 25 * *", options);
  const auto entry = schedule->explain(utc("2026-12-01T00:00:00Z"), 1).at(0);
  EXPECT_THAT(entry.notes, ElementsAre("moved from 2026-12-25: Closed 2026-12-25",
                                       "2 working days before 2026-12-24"));
  EXPECT_EQ(entry.nominal, utc("2026-12-25T17:00:00Z"));
  EXPECT_THAT(schedule->describe(), HasSubstr("then 2 working days earlier"));
  options.on_non_working_day = NonWorkingDay::kRun;
  options.working_day_offset = 1;
  EXPECT_THAT(slots("0 17 25 12 *", "2026-12-01T00:00:00Z", 1, options),
              ElementsAre("2026-12-29T17:00:00Z"));
}

TEST(WorkingDaysTriggerTest, AnOffsetNeedsWorkingDaysAndHasABound) {
  EXPECT_THAT(error_of("@daily", {.working_day_offset = 1}), HasSubstr("working days only"));
  EXPECT_THAT(error_of("@daily", {.working_days_only = true, .working_day_offset = 61}),
              HasSubstr("between -60 and 60"));
  EXPECT_THAT(error_of("@daily", {.working_days_only = true,
                                  .working_day_offset = std::numeric_limits<int>::min()}),
              HasSubstr("between -60 and 60"));
}

TEST(WorkingDaysTriggerTest, ListsWhatIsLeftOutBetweenTwoMomentsByDate) {
  const auto schedule = Schedule::parse(
      "*/10 9-16 * * *", working(NonWorkingDay::kSkip, {"2026-04-03", "2026-04-06"}));
  const auto dates =
      schedule->skipped_between(utc("2026-04-02T20:00:00Z"), utc("2026-04-06T09:30:00Z"));
  ASSERT_EQ(dates.size(), 4u);
  EXPECT_EQ(dates[0].reason, "Closed 2026-04-03");
  EXPECT_EQ(dates[0].slots, 48);
  EXPECT_EQ(format_utc(dates[0].first), "2026-04-03T08:00:00Z");
  EXPECT_EQ(format_utc(dates[0].last), "2026-04-03T15:50:00Z");
  EXPECT_EQ(dates[1].reason, "Saturday");
  EXPECT_EQ(dates[3].date, *parse_local_date("2026-04-06"));
  EXPECT_EQ(dates[3].slots, 9) << "from 09:00 to 10:20 local: 09:30 UTC itself is not between";
  const auto years =
      schedule->skipped_between(utc("2026-01-01T00:00:00Z"), utc("2036-01-01T00:00:00Z"));
  ASSERT_EQ(years.size(), kSkippedDatesMax);
  EXPECT_THAT(years.back().reason, HasSubstr("more closed days"));
  EXPECT_EQ(format_utc(years.back().last), "2035-12-30T16:50:00Z");
  EXPECT_THAT(Schedule::parse("0 9 * * *", working(NonWorkingDay::kNext))
                  ->skipped_between(utc("2026-01-01T00:00:00Z"), utc("2026-02-01T00:00:00Z")),
              IsEmpty())
      << "moved is not left out";
}

TEST(WorkingDaysTriggerTest, CountsTheSlotsOfAClosedDateExactly) {
  for (const char* text : {"* * * * * *", "7-33/5 */7 1,5,22 * * *", "10 seconds"}) {
    const auto plain = Schedule::parse(text, {.timezone = "Europe/London"});
    const auto schedule = Schedule::parse(text, working(NonWorkingDay::kSkip));
    // A Sunday on which clocks go forward and a plain Saturday before it.
    for (const auto& date :
         schedule->skipped_between(utc("2026-03-28T05:11:12Z"), utc("2026-03-29T20:01:02Z"))) {
      std::int64_t slots = 0;
      for (auto at = plain->next(date.first - Duration{1}); at && *at <= date.last;
           at = plain->next(*at)) {
        ++slots;
      }
      EXPECT_EQ(date.slots, slots) << text;
    }
  }
}

TEST(WorkingDaysTriggerTest, SaysThatACalendarClosesEveryDay) {
  ScheduleOptions options = working(NonWorkingDay::kSkip);
  options.calendar = std::make_shared<AlwaysClosed>();
  const auto schedule = Schedule::parse("0 9 * * *", options);
  EXPECT_THAT(schedule->describe(), HasSubstr("never, because its calendar closes every day"));
  EXPECT_THAT(schedule->pitfalls(), testing::Contains(HasSubstr("it never runs")));
  const auto entries = schedule->explain(utc("2026-03-28T00:00:00Z"), 5);
  ASSERT_EQ(entries.size(), 5u);
  for (const auto& entry : entries) EXPECT_EQ(entry.reason, "for ever");
  const auto weekends = Schedule::parse("0 9 * * 6,0", working(NonWorkingDay::kSkip));
  EXPECT_THAT(weekends->pitfalls(), testing::Contains(HasSubstr("it never runs")));
}

TEST(BusinessDatesTest, AreTheWorkingDateOfASlotAndTheOneBefore) {
  const auto schedule = Schedule::parse("0 9 * * *", working(NonWorkingDay::kRun, {"2026-04-06"}));
  const auto dates = schedule->business_dates(utc("2026-04-07T08:00:00Z"));
  EXPECT_EQ(dates.business, *parse_local_date("2026-04-07"));
  EXPECT_EQ(dates.previous, *parse_local_date("2026-04-03"));
  EXPECT_EQ(dates.nominal, utc("2026-04-07T08:00:00Z"));
  const auto closed = schedule->business_dates(utc("2026-04-05T23:30:00Z"));
  EXPECT_EQ(closed.business, *parse_local_date("2026-04-03")) << "it is the 6th in London";
  EXPECT_EQ(closed.previous, *parse_local_date("2026-04-02"));
}

TEST(BusinessDatesTest, NominalIsTheMomentBeforeMoveAndJitter) {
  ScheduleOptions options = working(NonWorkingDay::kNext);
  options.jitter = std::chrono::minutes{20};
  options.hash_seed = 7;
  const auto schedule = Schedule::parse("0 9 * * *", options);
  const auto monday = schedule->next(utc("2026-11-30T00:00:00Z"));
  EXPECT_EQ(schedule->nominal_of(*monday), utc("2026-11-30T09:00:00Z")) << "its own date's";
  const auto moved = Schedule::parse("0 9 28,29 * *", options);
  const auto slot = moved->next(utc("2026-11-30T00:00:00Z"));
  EXPECT_EQ(moved->nominal_of(*slot), utc("2026-11-28T09:00:00Z")) << "the earliest";
}

// Pacific/Apia had no 30 December 2011, a Friday.
TEST(WorkingDaysTriggerTest, MovesToNoDateThatTheZoneLeftOut) {
  EXPECT_THAT(slots("0 9 31 12 *", "2011-12-01T00:00:00Z", 1,
                    working(NonWorkingDay::kPrevious, {}, "Pacific/Apia")),
              ElementsAre("2011-12-29T19:00:00Z"));
}

// Moves every slot of the plain schedule one by one and sorts what comes out.
std::set<Instant> naive_moves(const Schedule& plain, const WorkingCalendar& calendar,
                              NonWorkingDay move, int offset, const Zone& zone, Instant from,
                              Instant until) {
  std::set<Instant> moved;
  const auto working = [&](Day day) {
    return calendar.is_working_day(LocalDate{std::chrono::days{day}});
  };
  for (auto at = plain.next(from); at && *at < until; at = plain.next(*at)) {
    const Micros local = zone.to_local(at->time_since_epoch().count());
    const Day day = day_of(local);
    Day later = day;
    Day earlier = day;
    while (!working(later)) ++later;
    while (!working(earlier)) --earlier;
    const bool back = move == NonWorkingDay::kPrevious ||
                      (move == NonWorkingDay::kNearest && day - earlier < later - day);
    if (move == NonWorkingDay::kSkip && later != day) continue;
    Day target = move == NonWorkingDay::kRun ? day : back ? earlier : later;
    for (int left = offset; left > 0; --left) {
      do ++target;
      while (!working(target));
    }
    for (int left = offset; left < 0; ++left) {
      do --target;
      while (!working(target));
    }
    const Micros wanted = local - start_of(day) + start_of(target);
    moved.insert(target == day ? *at : Instant{Duration{zone.first_instant(wanted)}});
  }
  return moved;
}

TEST(WorkingDaysTriggerTest, AgreesWithMovingEverySlotOneByOne) {
  const std::uint64_t seed = std::random_device{}();
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  const auto pick = [&](int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random);
  };
  constexpr const char* kTexts[] = {"0 9 * * *",     "30 */7 * * *", "15 2,14 * * *",
                                    "0 9 1,15 * *",  "7 hours",      "*/20 1-2 * * 6,0",
                                    "0 9 L * *",     "0 17 * * 5L",  "30 1 * * 0",
                                    "0 */5 * * 6-1", "100 minutes",  "0 0 * * * | 5 0 1 * *"};
  constexpr const char* kZones[] = {"UTC", "Europe/London", "America/Havana",
                                    "Australia/Lord_Howe"};
  for (int round = 0; round < 150; ++round) {
    const char* text = kTexts[pick(0, static_cast<int>(std::size(kTexts)) - 1)];
    const char* zone_name = kZones[pick(0, static_cast<int>(std::size(kZones)) - 1)];
    const auto move = static_cast<NonWorkingDay>(pick(0, 4));
    const int offset = pick(0, 2) == 0 ? 0 : pick(0, 3) == 0 ? pick(-60, 60) : pick(-3, 3);
    std::vector<Holiday> closed;
    const auto start = *parse_local_date("2026-01-01");
    for (int i = pick(0, 40); i > 0; --i) {
      const LocalDate first = start + std::chrono::days{pick(0, 700)};
      for (int run = pick(1, 4); run > 0; --run)
        closed.push_back({first + std::chrono::days{run}, ""});
    }
    ScheduleOptions options{.timezone = zone_name, .anchor = utc("2025-06-01T03:07:00Z")};
    const auto plain = Schedule::parse(text, options);
    options.working_days_only = true;
    options.on_non_working_day = move;
    options.working_day_offset = offset;
    options.calendar = std::make_shared<HolidayList>(closed);
    const auto schedule = Schedule::parse(text, options);
    ASSERT_TRUE(plain && schedule);
    const Instant from = utc("2026-01-10T00:00:00Z");
    const Instant until = utc("2027-10-01T00:00:00Z");
    const auto margin = std::chrono::days{150};
    auto wanted = naive_moves(*plain, *options.calendar, move, offset, **Zone::find(zone_name),
                              from - margin, until + margin);
    wanted.erase(wanted.begin(), wanted.upper_bound(from));
    Instant at = from;
    for (const Instant slot : wanted) {
      if (slot > until) break;
      const auto next = schedule->next(at);
      ASSERT_TRUE(next.has_value());
      ASSERT_EQ(format_utc(*next), format_utc(slot))
          << text << " in " << zone_name << " move " << static_cast<int>(move) << " offset "
          << offset;
      const auto dates = schedule->business_dates(slot);
      ASSERT_LE(dates.previous, dates.business);
      const auto nominal = plain->next(dates.nominal - Duration{1});
      ASSERT_EQ(nominal, dates.nominal) << "a nominal moment is a slot of the plain schedule";
      at = *next;
    }
  }
}

}  // namespace
}  // namespace rota::schedule
