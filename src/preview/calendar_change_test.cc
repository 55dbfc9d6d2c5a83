#include "preview/calendar_change.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "schedule/holiday_list.h"
#include "store/sqlite/sqlite_store.h"

namespace rota::preview {
namespace {

class CalendarChangeTest : public testing::Test {
 protected:
  CalendarChangeTest() {
    char folder[] = "/tmp/rota-preview-test-XXXXXX";
    folder_ = mkdtemp(folder);
    store_ = store::open_sqlite_store({.path = folder_ + "/rota.db"}, clock_).value();
  }
  ~CalendarChangeTest() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  void add_task(std::string name, std::string calendar = {}, bool working_days_only = true) {
    Task task;
    task.name = std::move(name);
    task.type = "null";
    task.schedule = "30 9 * * 1-5";
    task.timezone = "Europe/London";
    task.working_days_only = working_days_only;
    if (!calendar.empty()) {
      task.calendar_id = store_->load_calendar_by_name(calendar).value().calendar.id;
    }
    const auto added = store_->add_task(task, "test");
    ASSERT_TRUE(added) << added.error().message;
  }

  /// What closing 24 December 2026 in a calendar does.
  CalendarPreview closing_christmas_eve_in(std::string_view name) {
    const CalendarSet before = CalendarSet::load(*store_).value();
    CalendarSet after = before;
    put_day(**after.find(name),
            {schedule::parse_local_date("2026-12-24").value(), "Company holiday", "hand", true});
    return preview_calendar_change(*store_, before, after, clock_.now()).value();
  }

  ManualClock clock_{parse_instant("2026-11-23T09:00:00Z").value()};
  std::string folder_;
  std::unique_ptr<store::Store> store_;
};

TEST_F(CalendarChangeTest, NamesOnlyTheTasksThatFollowTheCalendar) {
  add_task("english");
  add_task("scottish", "scotland");
  add_task("always", {}, false);
  const CalendarPreview preview = closing_christmas_eve_in("england-and-wales");
  EXPECT_EQ(preview.looked_at, 3U);
  ASSERT_EQ(preview.tasks.size(), 1U);
  EXPECT_EQ(preview.tasks[0].name, "english");
  EXPECT_EQ(preview.vanish, 1U);
  EXPECT_EQ(preview.tasks[0].difference.changes[0].why, "Company holiday");
}

TEST_F(CalendarChangeTest, ReachesTasksThroughInheritance) {
  Calendar acme;
  acme.name = "Acme";
  acme.parent_id = store_->load_calendar_by_name("england-and-wales").value().calendar.id;
  ASSERT_TRUE(store_->add_calendar(acme, "test"));
  add_task("of acme", "Acme");
  const CalendarPreview preview = closing_christmas_eve_in("england-and-wales");
  ASSERT_EQ(preview.tasks.size(), 1U);
  EXPECT_EQ(preview.tasks[0].difference.changes[0].why, "Company holiday (england-and-wales)");
}

TEST_F(CalendarChangeTest, FollowsAnotherDefault) {
  add_task("by default");
  const CalendarSet before = CalendarSet::load(*store_).value();
  CalendarSet after = before;
  after.set_default((*after.find("scotland"))->calendar.id);
  const auto preview = preview_calendar_change(*store_, before, after, clock_.now()).value();
  EXPECT_EQ(preview.vanish, 2U);  // St Andrew's Day and 4 January ... 2 January is a Saturday.
  EXPECT_EQ(preview.changed, 1U);
}

TEST_F(CalendarChangeTest, SaysNothingWhenNothingChanges) {
  add_task("english");
  const CalendarSet before = CalendarSet::load(*store_).value();
  const auto preview = preview_calendar_change(*store_, before, before, clock_.now()).value();
  EXPECT_TRUE(preview.tasks.empty());
  EXPECT_EQ(preview.changed, 0U);
}

TEST_F(CalendarChangeTest, StopsComparingWhenItsBoundIsReached) {
  for (int i = 0; i < 5; ++i) add_task("task " + std::to_string(i));
  const CalendarSet before = CalendarSet::load(*store_).value();
  CalendarSet after = before;
  put_day(**after.find("england-and-wales"),
          {schedule::parse_local_date("2026-12-24").value(), "Day", "hand", true});
  PreviewLimits limits;
  limits.slots_total_max = 60;
  limits.tasks_listed_max = 1;
  const auto preview =
      preview_calendar_change(*store_, before, after, clock_.now(), limits).value();
  EXPECT_EQ(preview.tasks.size(), 1U);
  EXPECT_EQ(preview.changed, 2U);
  EXPECT_EQ(preview.not_compared, 3U);
}

TEST_F(CalendarChangeTest, ReplacedDaysKeepThePrecedenceOfTheStore) {
  CalendarView view;
  const auto date = schedule::parse_local_date("2026-12-24").value();
  put_day(view, {date, "By hand", "hand", true});
  replace_days(view, "import", {{date, "Imported", "import", true}});
  ASSERT_EQ(view.holidays.size(), 1U);
  EXPECT_EQ(view.holidays[0].title, "By hand");
}

TEST_F(CalendarChangeTest, AnUnknownNameNamesThoseThatThereAre) {
  CalendarSet set = CalendarSet::load(*store_).value();
  const auto found = set.find("englnad");
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().hint, testing::HasSubstr("england-and-wales"));
}

}  // namespace
}  // namespace rota::preview
