// What a year of history costs, that a bound on bytes holds the file, that an older database moves
// on well, and that none of the questions looks at every row.
#include <gtest/gtest.h>

#include <filesystem>

#include "model/slot_pack.h"
#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/test_database.h"

namespace rota::store {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

class HistorySizeTest : public testing::Test {
 protected:
  HistorySizeTest() : store_(open_sqlite_store({.path = path_}, clock_).value()) {
    node_ = store_->open_node({"host", 1, "test", 4}, hours{24 * 999})->node_id;
  }

  Task add(const std::string& name, Instant next) {
    Task task;
    task.name = name;
    task.type = "null";
    task.schedule = "1 minute";
    task = store_->add_task(task, "test").value();
    const PlanUpdate plan{task.id, task.version, next, {}};
    EXPECT_TRUE(store_->save_plans({&plan, 1}));
    return task;
  }
  /// Minutely slots of a task that ran well, each with a result of so many bytes.
  void run(const Task& task, Instant first, int slots, std::size_t bytes = 10) {
    SlotClaim claim{task.id, task.version, first, first + minutes{slots}, kPriorityDefault, {}};
    for (int i = 0; i < slots; ++i) claim.slots.push_back({.at = first + minutes{i}});
    const auto claimed = store_->claim_slots(node_, {&claim, 1}).value();
    ASSERT_EQ(claimed.size(), static_cast<std::size_t>(slots));
    std::vector<RunResult> results;
    for (const ClaimedRun& one : claimed) {
      RunResult result;
      result.key = {one.run.id, one.run.fence};
      result.task_id = task.id;
      result.status = RunStatus::kSucceeded;
      result.started_at = one.run.scheduled_for + milliseconds{2};
      result.finished_at = *result.started_at + milliseconds{1840};
      result.elapsed = milliseconds{1840};
      result.result = std::string(bytes, 'x');
      results.push_back(std::move(result));
    }
    ASSERT_TRUE(store_->record(node_, results));
  }
  void prune_all(const Retention& retention) {
    for (std::size_t gone = 1; gone > 0;) gone = store_->prune(retention).value();
  }
  std::int64_t number(const std::string& sql) {
    PlainDatabase plain(path_);
    return std::stoll(plain.lines(sql));
  }

  ManualClock clock_{Instant{std::chrono::seconds{1'795'000'000}}};
  TemporaryFolder folder_;
  std::string path_ = (folder_ / "rota.db").string();
  std::unique_ptr<Store> store_;
  NodeId node_;
};

TEST_F(HistorySizeTest, AMinutelyTasksPackedSlotTakesLessThanTwelveBytesAllIn) {
  const Instant first = clock_.now() - hours{24 * 20};
  const Task one = add("One", first);
  const Task two = add("Two", first);
  for (int day = 0; day < 12; ++day) {
    run(one, first + hours{24 * day}, 1440);
    run(two, first + hours{24 * day}, 1440);
  }
  prune_all({.finished_before = clock_.now(), .limit = 5000});
  EXPECT_EQ(number("SELECT count(*) FROM run"), 0);
  EXPECT_EQ(number("SELECT sum(slots) FROM slot_history"), 2 * 12 * 1440);
  const std::int64_t bytes = number("SELECT sum(length(packed)) + 60 * count(*) FROM slot_history");
  EXPECT_LT(static_cast<double>(bytes) / (2 * 12 * 1440), 12.0);
  EXPECT_EQ(store_->list_decisions({.task_id = one.id, .limit = 1000}).value().rows.size(), 1000u);
}

TEST_F(HistorySizeTest, ABoundOnBytesHoldsTheFileHoweverLongItRuns) {
  const Instant first = clock_.now();
  const Task task = add("Chatty", first);
  const Retention retention{.finished_before = first - hours{1},
                            .decided_before = first - hours{1},
                            .limit = 5000,
                            .bytes_max = 24 << 20};
  std::uintmax_t largest_early = 0;
  std::uintmax_t largest = 0;
  for (int round = 0; round < 16; ++round) {
    run(task, first + minutes{round * 5000}, 5000, 1200);
    prune_all(retention);
    largest = std::max(largest, std::filesystem::file_size(path_));
    if (round == 7) largest_early = largest;
  }
  EXPECT_GE(number("SELECT count(*) FROM run"), kRunsKeptMin);
  EXPECT_LT(largest, std::uintmax_t{48} << 20);
  EXPECT_LE(largest, largest_early + (1 << 20)) << "it has stopped growing";
  EXPECT_GT(number("SELECT sum(slots) FROM slot_history"), 50'000) << "what became of them stays";
}

TEST_F(HistorySizeTest, TheLatestRunsStayWhateverTheBound) {
  const Task task = add("Few", clock_.now());
  run(task, clock_.now(), 500, 3000);
  prune_all({.limit = 5000, .bytes_max = 1});
  EXPECT_EQ(number("SELECT count(*) FROM run"), 500);
}

TEST_F(HistorySizeTest, QuestionsAboutHistoryFollowAnIndex) {
  PlainDatabase plain(path_);
  const auto plan = [&](const std::string& sql) {
    return plain.lines("EXPLAIN QUERY PLAN " + sql, 3);
  };
  for (const std::string& sql : std::vector<std::string>{
           "SELECT packed FROM slot_history WHERE task_id = 1 AND first_slot <= 5 AND last_slot >= "
           "0"
           " ORDER BY first_slot DESC",
           "SELECT packed FROM slot_history INDEXED BY slot_history_by_time WHERE last_slot <= 5"
           " AND last_slot >= 1 AND first_slot <= 3 ORDER BY last_slot DESC",
           "SELECT max(scheduled_for) FROM run INDEXED BY run_left_out"
           " WHERE skip_kind IN ('overlap', 'backlog') AND task_id = 1",
           "SELECT name FROM removed_task WHERE name = 'x' ORDER BY removed_at DESC"}) {
    const std::string steps = plan(sql);
    EXPECT_NE(steps.find("SEARCH"), std::string::npos) << sql << '\n' << steps;
    EXPECT_EQ(steps.find("SCAN"), std::string::npos) << sql << '\n' << steps;
  }
}

}  // namespace
}  // namespace rota::store
