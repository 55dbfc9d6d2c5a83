// Calendars at work: a change of theirs replans just their tasks, closed days leave decisions, and
// handlers learn which business date they work for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/testing/engine_rig.h"
#include "schedule/holiday_list.h"

namespace rota::engine {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::EngineRig;
using testing::work_task;

const Instant kFriday = *parse_instant("2026-08-28T08:00:00Z");  // before a bank holiday weekend

class CalendarTest : public ::testing::Test {
 protected:
  CalendarTest() : rig(kFriday) { rig.start(); }

  static Task london_task(std::string name, std::string schedule) {
    Task task = work_task(std::move(name), std::move(schedule));
    task.timezone = "Europe/London";
    return task;
  }
  Task working_days_task() {
    Task task = london_task("payroll", "30 9 * * 1-5");
    task.working_days_only = true;
    return rig.add(task);
  }
  void close(const char* date, const char* title) {
    const auto calendar = rig.database().load_calendar_by_name(kDefaultCalendar).value();
    const Holiday day{schedule::parse_local_date(date).value(), title, "hand", true};
    ASSERT_TRUE(rig.database().put_holidays(calendar.calendar.id, {&day, 1}, "test"));
    if (rig.running()) rig.engine().note_change();
    rig.settle();
  }
  std::string next_of(const Task& task) {
    const auto next = rig.execution_of(task.id).next_scheduled_at;
    return next ? format_utc(*next) : "never";
  }
  std::vector<Decision> decisions_of(const Task& task) {
    DecisionQuery query;
    query.task_id = task.id;
    return rig.database().list_decisions(query).value().rows;
  }

  EngineRig rig;
};

TEST_F(CalendarTest, TheFirstRunAfterABankHolidayWeekendIsNotLost) {
  const Task task = working_days_task();
  rig.run_for(days{5});
  const auto starts = rig.starts_of(task.id);
  ASSERT_EQ(starts.size(), 2u);
  EXPECT_EQ(format_utc(starts[0].slot), "2026-08-28T08:30:00Z");
  EXPECT_EQ(format_utc(starts[1].slot), "2026-09-01T08:30:00Z") << "Tuesday";
}

TEST_F(CalendarTest, EachClosedSlotLeavesADecisionWithItsReason) {
  const Task task = working_days_task();
  rig.run_for(days{3} + hours{2});  // Monday, 11:00 in London
  const auto decisions = decisions_of(task);
  ASSERT_EQ(decisions.size(), 2u) << "Friday ran; Monday was closed; no slot fell on the weekend";
  EXPECT_EQ(decisions[0].verdict, Verdict::kSkipped);
  EXPECT_EQ(decisions[0].reason, "Summer bank holiday");
  EXPECT_EQ(format_utc(decisions[0].first_slot), "2026-08-31T08:30:00Z");
  EXPECT_EQ(decisions[1].verdict, Verdict::kRan);
}

TEST_F(CalendarTest, ADayThatIsClosedByHandMovesTheTasksOfThatCalendarAlone) {
  const Task payroll = working_days_task();
  const Task other = rig.add(london_task("other", "30 9 * * 1-5"));
  close("2026-08-28", "Founders' day");
  EXPECT_EQ(next_of(payroll), "2026-09-01T08:30:00Z");
  EXPECT_EQ(next_of(other), "2026-08-28T08:30:00Z");
  rig.run_for(hours{1});
  ASSERT_EQ(decisions_of(payroll).size(), 1u);
  EXPECT_EQ(decisions_of(payroll)[0].reason, "Founders' day");
}

TEST_F(CalendarTest, ARunThatWasClaimedAlreadyIsWithdrawnWhenItsDayCloses) {
  const Task task = working_days_task();
  rig.run_for(minutes{29} + milliseconds{59'500});
  ASSERT_EQ(rig.runs_of(task.id).size(), 1u) << "claimed ahead";
  close("2026-08-28", "Founders' day");
  rig.run_for(seconds{10});
  EXPECT_TRUE(rig.starts_of(task.id).empty());
}

TEST_F(CalendarTest, AServerThatWasAwayFollowsWhatCalendarsBecame) {
  const Task task = working_days_task();
  rig.kill();
  close("2026-08-28", "Founders' day");
  rig.start();
  EXPECT_EQ(next_of(task), "2026-09-01T08:30:00Z");
}

TEST_F(CalendarTest, HandlersLearnTheMomentThatWasNamedAndTheBusinessDates) {
  Task task = london_task("month begin", "0 9 30 8 *");  // a Sunday
  task.working_days_only = true;
  task.on_non_working_day = NonWorkingDay::kNext;
  task = rig.add(task);
  BusinessDates seen;
  rig.behave_by([&](const TaskContext& context) {
    seen = context.business_dates();
    return testing::Behaviour{};
  });
  rig.run_for(days{5});
  ASSERT_EQ(rig.starts_of(task.id).size(), 1u);
  EXPECT_EQ(format_utc(seen.nominal), "2026-08-30T08:00:00Z");
  EXPECT_EQ(seen.business, schedule::parse_local_date("2026-09-01").value());
  EXPECT_EQ(seen.previous, schedule::parse_local_date("2026-08-28").value());
}

}  // namespace
}  // namespace rota::engine
