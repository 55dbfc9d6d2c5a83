// What the engine does when its database is not in its place, and what it says and hears about the
// lease of programs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/outcome.h"
#include "engine/testing/engine_rig.h"

namespace rota::engine {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::EngineRig;
using ::testing::HasSubstr;
using testing::MemoryStore;
using testing::work_task;

constexpr Instant kStart{std::chrono::sys_days{std::chrono::year{2026} / 11 / 24}};

TEST(OwnershipTest, NothingIsStartedWhileTheDatabaseIsOutOfPlaceAndThenItGoesOn) {
  EngineRig rig(kStart);
  rig.start();
  const Task task = rig.add(work_task("a", "* * * * * *"));
  const Task slow = rig.add(work_task("slow", "@reboot"));
  rig.behave(slow.id, {.takes = seconds{8}});
  const rota::Run begun = rig.run_now(slow.id);
  rig.run_for(seconds{5});
  ASSERT_GE(rig.starts_of(task.id).size(), 4u);
  rig.store.move_away(true);
  rig.run_for(seconds{2});  // noticed with the next heartbeat
  const std::size_t count = rig.starts_of(task.id).size();
  rig.run_for(seconds{10});
  EXPECT_EQ(rig.starts_of(task.id).size(), count);
  EXPECT_EQ(rig.database().load_run(begun.id)->status, RunStatus::kSucceeded)
      << "what had begun is recorded where it belongs";
  rig.store.move_away(false);
  rig.run_for(seconds{5});
  EXPECT_GT(rig.starts_of(task.id).size(), count + 2);
}

class NoHandlers final : public HandlerCatalog {
 public:
  std::shared_ptr<TaskHandler> find(std::string_view) const override { return nullptr; }
  std::vector<std::string> types() const override { return {}; }
};

TEST(OwnershipTest, LeaseThatOthersCanTakeEndsForProgramsBeforeItEndsInTheDatabase) {
  ManualClock clock(kStart);
  MemoryStore store(clock);
  const NoHandlers handlers;
  std::vector<std::pair<SteadyTime, bool>> heard;
  const auto listen = [&](SteadyTime until, bool shared) { heard.emplace_back(until, shared); };
  Engine engine({store, handlers, clock, nullptr, listen}, {}, {"host", 1, "0", 1}, {});
  ASSERT_TRUE(engine.open());
  ASSERT_EQ(heard.size(), 1u);
  EXPECT_EQ(heard[0], std::pair(clock.steady_now() + seconds{4}, true)) << "5 s less the margin";
  const NodeId other = store.open_node({"other", 2, "0", 1}, seconds{600})->node_id;
  clock.advance(seconds{7});
  ASSERT_TRUE(store.rescue(other, seconds{1}, 3));
  engine.step();
  EXPECT_THAT(heard, ::testing::Contains(std::pair(SteadyTime::min(), true)))
      << "declared dead: programs end at once";
  EXPECT_GT(heard.back().first, clock.steady_now()) << "and a new session has a lease of its own";
}

store::RunResult end_lost(Delivery delivery) {
  Task task = work_task("a", "* * * * *");
  task.id = TaskId{1};
  task.delivery = delivery;
  task.attempts_max = 1;
  Run run;
  run.id = RunId{7};
  run.task_id = task.id;
  HandlerOutcome outcome;
  outcome.status = RunStatus::kLost;
  outcome.error = "the lease ended";
  return make_result({task, run, kStart, kStart + seconds{1}, StopReason::kNone, {}}, outcome);
}

TEST(OwnershipTest, RunThatEndedWithTheLeaseIsLostAndQueuedAgain) {
  const auto result = end_lost(Delivery::kAtLeastOnce);
  EXPECT_EQ(result.status, RunStatus::kLost);
  ASSERT_TRUE(result.retry) << "it is no attempt of the task's own";
  EXPECT_EQ(result.retry->available_at, kStart + seconds{1});
  EXPECT_THAT(result.retry->reason, HasSubstr("run 7 was lost"));
  EXPECT_EQ(result.failure_effect, store::FailureEffect::kNone);
}

TEST(OwnershipTest, AtMostOnceIsLostAndNotRunAgain) {
  const auto result = end_lost(Delivery::kAtMostOnce);
  EXPECT_EQ(result.status, RunStatus::kLost);
  EXPECT_FALSE(result.retry);
}

}  // namespace
}  // namespace rota::engine
