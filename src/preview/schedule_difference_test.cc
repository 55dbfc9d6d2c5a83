#include "preview/schedule_difference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "calendar/build.h"
#include "schedule/holiday_list.h"

namespace rota::preview {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const Instant kNow = parse_instant("2026-11-23T09:00:00Z").value();

std::shared_ptr<const calendar::EffectiveCalendar> england_with(
    std::initializer_list<std::pair<std::string_view, std::string_view>> closed) {
  CalendarView view;
  view.calendar.name = "england-and-wales";
  view.calendar.rule = "england-and-wales";
  for (const auto& [date, title] : closed) {
    view.holidays.push_back(
        {schedule::parse_local_date(date).value(), std::string(title), "hand", true});
  }
  return calendar::build({&view, 1});
}

Schedule schedule_of(std::string_view text, std::shared_ptr<const WorkingCalendar> days = {},
                     NonWorkingDay move = NonWorkingDay::kSkip) {
  ScheduleOptions options;
  options.timezone = "Europe/London";
  options.working_days_only = days != nullptr;
  options.on_non_working_day = move;
  options.calendar = std::move(days);
  return Schedule::parse(text, options).value();
}

std::vector<std::string> written(const ScheduleDifference& difference) {
  std::vector<std::string> lines;
  for (const SlotChange& change : difference.changes) {
    lines.push_back(
        std::string(name_of(change.kind)) + " " + (change.from ? format_utc(*change.from) : "") +
        (change.from && change.to ? " to " : "") + (change.to ? format_utc(*change.to) : "") +
        (change.why.empty() ? "" : ": " + change.why));
  }
  return lines;
}

/// What closing 24 December by hand does to a schedule.
std::vector<std::string> closing_christmas_eve(std::string_view text, NonWorkingDay move) {
  const auto before = england_with({});
  const auto after = england_with({{"2026-12-24", "Company holiday"}});
  const Schedule old_one = schedule_of(text, before, move);
  const Schedule new_one = schedule_of(text, after, move);
  return written(compare({&old_one, before.get()}, {&new_one, after.get()}, kNow));
}

TEST(ScheduleDifferenceTest, ASkippedDayVanishesWithItsReason) {
  EXPECT_THAT(closing_christmas_eve("30 9 * * 1-5", NonWorkingDay::kSkip),
              ElementsAre("vanishes 2026-12-24T09:30:00Z: Company holiday"));
}

TEST(ScheduleDifferenceTest, AMonthlyTaskMovesToTheNextWorkingDay) {
  EXPECT_THAT(closing_christmas_eve("30 9 24 * *", NonWorkingDay::kNext),
              ElementsAre("moves 2026-12-24T09:30:00Z to 2026-12-29T09:30:00Z: Company holiday"));
  EXPECT_THAT(closing_christmas_eve("30 9 24 * *", NonWorkingDay::kPrevious),
              ElementsAre("moves 2026-12-24T09:30:00Z to 2026-12-23T09:30:00Z: Company holiday"));
}

TEST(ScheduleDifferenceTest, TheLastWorkingDayOfTheMonthMoves) {
  const auto before = england_with({});
  const auto after = england_with({{"2026-12-31", "Stocktaking"}});
  const Schedule old_one = schedule_of("last working day 16:00", before);
  const Schedule new_one = schedule_of("last working day 16:00", after);
  EXPECT_THAT(written(compare({&old_one, before.get()}, {&new_one, after.get()}, kNow)),
              ElementsAre("moves 2026-12-31T16:00:00Z to 2026-12-30T16:00:00Z: Stocktaking"));
}

TEST(ScheduleDifferenceTest, ADailyTaskThatFoldsIntoTheNextDayOnlyVanishes) {
  EXPECT_THAT(closing_christmas_eve("30 9 * * 1-5", NonWorkingDay::kNext),
              ElementsAre("vanishes 2026-12-24T09:30:00Z: Company holiday"));
}

TEST(ScheduleDifferenceTest, ADayThatOpensAppears) {
  const auto before = england_with({{"2026-12-24", "Company holiday"}});
  const auto after = england_with({});
  const Schedule old_one = schedule_of("30 9 * * 1-5", before);
  const Schedule new_one = schedule_of("30 9 * * 1-5", after);
  EXPECT_THAT(written(compare({&old_one, before.get()}, {&new_one, after.get()}, kNow)),
              ElementsAre("appears 2026-12-24T09:30:00Z: no longer closed: Company holiday"));
}

TEST(ScheduleDifferenceTest, AnotherTimeOfDayMovesEverySlot) {
  const Schedule old_one = schedule_of("0 9 * * *");
  const Schedule new_one = schedule_of("0 10 * * *");
  const auto found = compare({&old_one}, {&new_one}, kNow);
  EXPECT_EQ(found.move, 59U);
  EXPECT_EQ(found.vanish, 1U);  // At the edges of the window.
  EXPECT_EQ(found.appear, 1U);
}

TEST(ScheduleDifferenceTest, ASideWithoutAScheduleHasNoSlots) {
  const Schedule weekly = schedule_of("0 9 * * 1");
  EXPECT_EQ(compare({}, {&weekly}, kNow).appear, 8U);
  EXPECT_EQ(compare({&weekly}, {}, kNow).vanish, 8U);
  EXPECT_THAT(compare({}, {}, kNow).changes, IsEmpty());
}

TEST(ScheduleDifferenceTest, TheSameScheduleHasNoDifference) {
  const Schedule one = schedule_of("*/5 * * * *");
  EXPECT_THAT(compare({&one}, {&one}, kNow).changes, IsEmpty());
}

TEST(ScheduleDifferenceTest, IsBoundedAndSaysHowFarItCame) {
  const Schedule old_one = schedule_of("* * * * * *");
  const Schedule new_one = schedule_of("*/2 * * * * *");
  const auto found = compare({&old_one}, {&new_one}, kNow);
  EXPECT_EQ(found.changes.size(), 500U);
  EXPECT_EQ(found.vanish, 10'000U);
  EXPECT_EQ(found.until, kNow + std::chrono::seconds{20'001} - Duration{1});
}

}  // namespace
}  // namespace rota::preview
