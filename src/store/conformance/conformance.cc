#include "store/conformance/conformance.h"

namespace rota::store {

StoreConformanceTest::StoreConformanceTest()
    : fixture_(GetParam()()), store_(fixture_->open(clock_)) {}

StoreConformanceTest::~StoreConformanceTest() { store_->watch(nullptr); }

Task StoreConformanceTest::add(const std::string& name) {
  Task task;
  task.name = name;
  task.type = "null";
  task.schedule = "5 minutes";
  auto stored = store_->add_task(task, "test");
  EXPECT_TRUE(stored) << stored.error().message;
  return stored.value_or(task);
}

Task StoreConformanceTest::add_planned(const std::string& name, Instant next) {
  const Task task = add(name);
  const PlanUpdate plan{task.id, task.version, next, {}};
  EXPECT_TRUE(store_->save_plans({&plan, 1}));
  return task;
}

NodeId StoreConformanceTest::open_node() {
  const auto lease = store_->open_node({"host", 1, "test", 4}, std::chrono::seconds{5});
  EXPECT_TRUE(lease) << lease.error().message;
  return lease->node_id;
}

SlotClaim StoreConformanceTest::claim_of(const Task& task, Instant slot,
                                         std::optional<Instant> next) {
  return SlotClaim{task.id, task.version, slot, next, task.priority, {PlannedSlot{.at = slot}}};
}

ClaimedRun StoreConformanceTest::claim_one(NodeId node, const Task& task, Instant slot) {
  const SlotClaim claim = claim_of(task, slot, slot + std::chrono::minutes{5});
  const auto claimed = store_->claim_slots(node, {&claim, 1});
  EXPECT_TRUE(claimed) << claimed.error().message;
  EXPECT_EQ(claimed->size(), 1u);
  return claimed->empty() ? ClaimedRun{} : claimed->front();
}

RunResult StoreConformanceTest::result_of(const ClaimedRun& claimed, RunStatus status) const {
  RunResult result;
  result.key = {claimed.run.id, claimed.run.fence};
  result.task_id = claimed.run.task_id;
  result.status = status;
  result.started_at = clock_.now();
  result.finished_at = clock_.now() + std::chrono::milliseconds{12};
  result.elapsed = std::chrono::milliseconds{12};
  result.result = "done";
  return result;
}

TaskExecution StoreConformanceTest::execution_of(const Task& task) {
  const auto view = store_->load_task(task.id);
  EXPECT_TRUE(view) << view.error().message;
  return view ? view->execution : TaskExecution{};
}

}  // namespace rota::store
