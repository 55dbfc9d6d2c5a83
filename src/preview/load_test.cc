#include "preview/load.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <numeric>

#include "schedule/holiday_list.h"
#include "store/sqlite/sqlite_store.h"

namespace rota::preview {
namespace {

class LoadTest : public testing::Test {
 protected:
  LoadTest() {
    char folder[] = "/tmp/rota-load-test-XXXXXX";
    folder_ = mkdtemp(folder);
    store_ = store::open_sqlite_store({.path = folder_ + "/rota.db"}, clock_).value();
  }
  ~LoadTest() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  Task add_task(std::string schedule, std::string timezone = "UTC") {
    Task task;
    task.name = "task " + std::to_string(++count_);
    task.type = "null";
    task.schedule = std::move(schedule);
    task.timezone = std::move(timezone);
    return store_->add_task(task, "test").value();
  }
  static LoadWindow on(std::string_view date, int days, std::string timezone = "UTC") {
    return {schedule::parse_local_date(date).value(), days, std::move(timezone)};
  }
  Load load(const LoadWindow& window, const LoadLimits& limits = {}) {
    return count_load(*store_, window, limits).value();
  }
  static std::uint32_t sum(const LoadDay& day) {
    return std::accumulate(day.hours.begin(), day.hours.end(), 0U);
  }

  ManualClock clock_{parse_instant("2026-11-23T09:00:00Z").value()};
  std::string folder_;
  int count_ = 0;
  std::unique_ptr<store::Store> store_;
};

TEST_F(LoadTest, CountsSlotsInTheHourOfTheZoneThatIsAskedFor) {
  add_task("30 9 * * 1-5", "Europe/London");
  add_task("0 9 * * *", "Asia/Tokyo");  // midnight in London, in winter
  const Load week = load(on("2026-11-23", 7, "Europe/London"));
  ASSERT_EQ(week.days.size(), 7U);
  EXPECT_EQ(week.tasks, 2U);
  EXPECT_FALSE(week.shortened);
  EXPECT_EQ(week.days[0].hours[9], 1U);
  EXPECT_EQ(week.days[0].hours[0], 1U);
  EXPECT_EQ(sum(week.days[5]), 1U) << "Saturday 28 November: Tokyo's alone";
}

TEST_F(LoadTest, MidnightItselfBelongsToItsDate) {
  add_task("0 0 * * *");
  const Load days = load(on("2026-11-23", 2));
  EXPECT_EQ(days.days[0].hours[0], 1U);
  EXPECT_EQ(days.days[1].hours[0], 1U);
}

TEST_F(LoadTest, AnHourThatIsRepeatedOrSkippedIsCountedAsItIs) {
  add_task("*/15 * * * *", "Europe/London");
  EXPECT_EQ(sum(load(on("2026-10-25", 1, "Europe/London")).days[0]), 100U) << "25 hours";
  const Load spring = load(on("2027-03-28", 1, "Europe/London"));
  EXPECT_EQ(sum(spring.days[0]), 92U) << "23 hours";
  EXPECT_EQ(spring.days[0].hours[1], 0U);
}

TEST_F(LoadTest, WhatIsPausedOrSwitchedOffIsNotDue) {
  Task off = add_task("0 * * * *");
  off.active = false;
  ASSERT_TRUE(store_->update_task(off, "test"));
  Task paused = add_task("0 * * * *");
  paused.paused_until = parse_instant("2026-11-23T12:00:00Z").value();
  ASSERT_TRUE(store_->update_task(paused, "test"));
  const Load day = load(on("2026-11-23", 1));
  EXPECT_EQ(day.days[0].hours[11], 0U);
  EXPECT_EQ(day.days[0].hours[12], 1U);
  EXPECT_EQ(day.tasks, 1U);
}

TEST_F(LoadTest, SaysWhenABoundCutItShort) {
  add_task("* * * * *");
  LoadLimits each;
  each.slots_each_max = 100;
  EXPECT_TRUE(load(on("2026-11-23", 1), each).shortened);
  LoadLimits none;
  none.is_time_up = [] { return true; };
  const Load nothing = load(on("2026-11-23", 1), none);
  EXPECT_TRUE(nothing.shortened);
  EXPECT_EQ(nothing.tasks, 0U);
}

TEST_F(LoadTest, ListsADateInOrderAndPageByPage) {
  add_task("0 */2 * * *");
  add_task("0 */3 * * *");
  const LoadWindow day = on("2026-11-23", 1);
  const auto all = list_due(*store_, day, std::nullopt, 100).value();
  EXPECT_EQ(all.total, 20U);
  ASSERT_EQ(all.slots.size(), 20U);
  EXPECT_FALSE(all.more);
  EXPECT_TRUE(std::is_sorted(all.slots.begin(), all.slots.end()));
  std::vector<DueSlot> paged;
  std::optional<DueSlot> last;
  for (bool more = true; more;) {
    const auto page = list_due(*store_, day, last, 3).value();
    EXPECT_EQ(page.total, 20U);
    paged.insert(paged.end(), page.slots.begin(), page.slots.end());
    last = paged.back();
    more = page.more;
  }
  ASSERT_EQ(paged.size(), 20U);
  for (std::size_t i = 0; i < paged.size(); ++i) EXPECT_EQ(paged[i].at, all.slots[i].at);
}

TEST_F(LoadTest, ShowsAMomentAsTheZonesClockDoes) {
  const Instant at = parse_instant("2026-07-01T08:30:00Z").value();
  EXPECT_EQ(local_text(at, "Europe/London"), "2026-07-01 09:30:00");
}

TEST_F(LoadTest, AZoneThatThereIsNotIsAnError) {
  EXPECT_EQ(count_load(*store_, on("2026-11-23", 1, "Mars/Base")).error().code,
            ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace rota::preview
