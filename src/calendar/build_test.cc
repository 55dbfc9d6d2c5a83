#include "calendar/build.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "calendar/calendar_test_dates.h"
#include "calendar/weekend.h"
#include "rota/schedule.h"

namespace rota::calendar {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::shared_ptr<const EffectiveCalendar> acme_on_england(CalendarView acme) {
  const std::vector<CalendarView> chain = {
      std::move(acme), calendar_named("england-and-wales", "england-and-wales")};
  return build(chain);
}

TEST(BuiltInCalendarTest, ClosesTheSummerBankHolidayInEnglandOnly) {
  EXPECT_FALSE(built_in("england-and-wales")->is_working_day(on("2026-08-31")));
  EXPECT_FALSE(built_in("northern-ireland")->is_working_day(on("2026-08-31")));
  EXPECT_TRUE(built_in("scotland")->is_working_day(on("2026-08-31")));
  EXPECT_TRUE(built_in("weekdays")->is_working_day(on("2026-08-31")));
  EXPECT_FALSE(built_in("weekdays")->is_working_day(on("2026-08-30")));
  EXPECT_EQ(built_in("france"), nullptr);
}

TEST(BuiltInCalendarTest, SaysWhyADateIsClosed) {
  const auto england = built_in("england-and-wales");
  EXPECT_EQ(england->closed_because(on("2026-04-06")), "Easter Monday");
  EXPECT_EQ(england->closed_because(on("2026-04-04")), "Saturday");
  EXPECT_EQ(england->closed_because(on("2026-04-07")), "");
}

// The original lost the first run after a closed day: it asked for the next run after the closed
// one's midnight, and came out a day late.
TEST(BuiltInCalendarTest, WeekdayTaskAfterFriday28August2026RunsOnTuesday1September) {
  const auto schedule =
      Schedule::parse("30 9 * * 1-5", {.timezone = "Europe/London",
                                       .working_days_only = true,
                                       .calendar = built_in("england-and-wales")});
  ASSERT_TRUE(schedule);
  const Instant friday = parse_instant("2026-08-28T09:30:00+01:00").value();
  EXPECT_EQ(format_utc(schedule->next(friday).value()), "2026-09-01T08:30:00Z");
}

TEST(BuildTest, PutsHandAboveRuleAndRuleAboveWeekend) {
  const auto calendar = acme_on_england(
      calendar_named("Acme", "",
                     {closed("2026-12-24", "Company holiday"), open("2026-08-31", "Stocktaking"),
                      open("2026-12-19", "Saturday shift")}));
  EXPECT_EQ(calendar->closed_because(on("2026-12-24")), "Company holiday");
  EXPECT_TRUE(calendar->is_working_day(on("2026-08-31")));
  EXPECT_TRUE(calendar->is_working_day(on("2026-12-19")));
  EXPECT_FALSE(calendar->is_working_day(on("2026-12-20")));
  EXPECT_EQ(calendar->view(on("2026-08-31")).title, "Stocktaking");
  EXPECT_EQ(calendar->view(on("2026-08-31")).source, DaySource::kHand);
}

TEST(BuildTest, NamesTheParentThatAHolidayComesFrom) {
  const auto calendar = acme_on_england(calendar_named("Acme"));
  EXPECT_EQ(calendar->closed_because(on("2026-12-25")), "Christmas Day (england-and-wales)");
  EXPECT_EQ(calendar->view(on("2026-12-25")).calendar, "england-and-wales");
}

TEST(BuildTest, LetsAFeedStandInsteadOfTheRuleWithinWhatItCovers) {
  CalendarView england = calendar_named("england-and-wales", "england-and-wales",
                                        {closed("2026-05-08", "Moved", "feed")});
  england.feed.emplace();
  england.feed->covers_from = on("2026-01-01");
  england.feed->covers_until = on("2026-12-31");
  const auto calendar = build({&england, 1});
  EXPECT_EQ(calendar->closed_because(on("2026-05-08")), "Moved");
  EXPECT_TRUE(calendar->is_working_day(on("2026-05-04")));   // The rule's day is not in the feed.
  EXPECT_FALSE(calendar->is_working_day(on("2027-05-03")));  // Behind the feed the rule goes on.
}

TEST(BuildTest, PutsADayByHandAboveAFeedOfTheSameCalendar) {
  CalendarView view = calendar_named("Acme", "", {closed("2026-03-03", "From feed", "feed")});
  EXPECT_FALSE(build({&view, 1})->is_working_day(on("2026-03-03")));
  view.holidays.insert(view.holidays.begin(), open("2026-03-03", "By hand"));
  EXPECT_TRUE(build({&view, 1})->is_working_day(on("2026-03-03")));
}

TEST(BuildTest, TakesTheWeekendOfTheFirstThatHasOne) {
  CalendarView child = calendar_named("Shop");
  child.calendar.weekend = "sun";
  EXPECT_TRUE(acme_on_england(child)->is_working_day(on("2026-11-28")));
  EXPECT_FALSE(acme_on_england(child)->is_working_day(on("2026-11-29")));
  child.calendar.weekend = "";
  EXPECT_TRUE(acme_on_england(child)->is_working_day(on("2026-11-29")));
  child.calendar.weekend = "Friday, sat";
  EXPECT_EQ(acme_on_england(child)->closed_because(on("2026-11-27")), "Friday");
  EXPECT_TRUE(acme_on_england(child)->is_working_day(on("2026-11-29")));
}

TEST(BuildTest, LeavesOutWhatIsNotValidYetOrAnyMore) {
  CalendarView child =
      calendar_named("Project", "",
                     {closed("2026-03-03", "Before"), closed("2026-06-03", "Within"),
                      closed("2026-09-03", "After")});
  child.calendar.weekend = "sun";
  child.calendar.valid_from = on("2026-04-01");
  child.calendar.valid_until = on("2026-08-31");
  const auto calendar = acme_on_england(child);
  EXPECT_TRUE(calendar->is_working_day(on("2026-03-03")));
  EXPECT_FALSE(calendar->is_working_day(on("2026-06-03")));
  EXPECT_TRUE(calendar->is_working_day(on("2026-09-03")));
  EXPECT_TRUE(calendar->is_working_day(on("2026-06-06")));   // A Saturday within.
  EXPECT_FALSE(calendar->is_working_day(on("2026-10-03")));  // A Saturday after.
}

TEST(BuildTest, CanCloseEveryDayAndATaskThenNeverRuns) {
  CalendarView view = calendar_named("Shut");
  view.calendar.weekend = "mon,tue,wed,thu,fri,sat,sun";
  const auto schedule =
      Schedule::parse("0 9 * * *", {.working_days_only = true, .calendar = build({&view, 1})});
  EXPECT_EQ(schedule->next(parse_instant("2026-01-01T00:00:00Z").value()), std::nullopt);
}

TEST(BuildTest, AnswersOutsideItsBitmapByTheWeekendAlone) {
  const auto england = built_in("england-and-wales");
  EXPECT_TRUE(england->is_working_day(on("1969-12-25")));
  EXPECT_FALSE(england->is_working_day(on("2200-01-04")));  // A Saturday.
  EXPECT_TRUE(england->is_working_day(kLastDate));
  EXPECT_TRUE(england->is_working_day(kFirstDate));
}

TEST(BuildTest, ListsTheNamedDaysOfAYearInOrder) {
  const auto calendar =
      acme_on_england(calendar_named("Acme", "", {closed("2026-12-24", "Company holiday")}));
  std::vector<std::string> titles;
  for (const DayView& day : calendar->named_days(on("2026-12-01"), on("2026-12-31"))) {
    titles.push_back(day.title);
  }
  EXPECT_THAT(titles,
              ElementsAre("Company holiday", "Christmas Day", "Boxing Day (substitute day)"));
}

TEST(BuildTest, UsesWhatItCanOfARowWrittenWronglyAndSaysTheRest) {
  CalendarView wrong = calendar_named("Wrong", "atlantis");
  wrong.calendar.weekend = "sat,holiday";
  EXPECT_FALSE(build({&wrong, 1})->is_working_day(on("2026-11-28")));
  EXPECT_THAT(problems({&wrong, 1}), ElementsAre(HasSubstr("'holiday'"), HasSubstr("'atlantis'")));
  const CalendarView right = calendar_named("Right");
  EXPECT_THAT(problems({&right, 1}), IsEmpty());
}

TEST(WeekendTest, ReadsNamesOfDays) {
  EXPECT_EQ(parse_weekend("sat,sun").value(), 0b1000001);
  EXPECT_EQ(parse_weekend(" Friday  SAT ").value(), 0b1100000);
  EXPECT_EQ(parse_weekend("").value(), 0);
  EXPECT_EQ(format_weekend(parse_weekend("sun,sat").value()), "sat,sun");
  const auto wrong = parse_weekend("sat,funday");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().column, 5U);
}

}  // namespace
}  // namespace rota::calendar
