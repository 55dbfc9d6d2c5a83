// The working-day rule over any schedule, by example and against a naive walk.
#include "schedule/working_days_trigger.h"

#include <random>
#include <set>

#include "schedule/holiday_list.h"
#include "schedule/testing/slots.h"

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
  EXPECT_THAT(skipping->explain(utc("2026-08-28T12:00:00Z"), 1)[0].notes,
              ElementsAre("did not run on 2026-08-31: Closed 2026-08-31"));
  const auto moving = Schedule::parse("0 9 1 8 *", working(NonWorkingDay::kNext));
  EXPECT_THAT(moving->explain(utc("2026-07-28T12:00:00Z"), 1)[0].notes,
              ElementsAre("moved from 2026-08-01: Saturday"));
  EXPECT_THAT(moving->describe(), HasSubstr("moved to the next working day when closed"));
}

// Moves every slot of the plain schedule one by one and sorts what comes out.
std::set<Instant> naive_moves(const Schedule& plain, const WorkingCalendar& calendar,
                              NonWorkingDay move, const Zone& zone, Instant from, Instant until) {
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
    const Day target = back ? earlier : later;
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
    const auto move = static_cast<NonWorkingDay>(pick(1, 3));
    std::vector<Holiday> closed;
    const auto start = *parse_local_date("2026-01-01");
    for (int i = pick(0, 40); i > 0; --i) {
      const LocalDate first = start + std::chrono::days{pick(0, 700)};
      for (int run = pick(1, 4); run > 0; --run)
        closed.push_back({first + std::chrono::days{run}, ""});
    }
    ScheduleOptions options{.timezone = zone_name, .anchor = utc("2025-12-01T03:07:00Z")};
    const auto plain = Schedule::parse(text, options);
    options.working_days_only = true;
    options.on_non_working_day = move;
    options.calendar = std::make_shared<HolidayList>(closed);
    const auto schedule = Schedule::parse(text, options);
    ASSERT_TRUE(plain && schedule);
    const Instant from = utc("2026-01-10T00:00:00Z");
    const Instant until = utc("2027-10-01T00:00:00Z");
    const auto margin = std::chrono::days{60};
    auto wanted = naive_moves(*plain, *options.calendar, move, **Zone::find(zone_name),
                              from - margin, until + margin);
    wanted.erase(wanted.begin(), wanted.upper_bound(from));
    Instant at = from;
    for (const Instant slot : wanted) {
      if (slot > until) break;
      const auto next = schedule->next(at);
      ASSERT_TRUE(next.has_value());
      ASSERT_EQ(format_utc(*next), format_utc(slot))
          << text << " in " << zone_name << " move " << static_cast<int>(move);
      at = *next;
    }
  }
}

}  // namespace
}  // namespace rota::schedule
