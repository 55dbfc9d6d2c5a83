// The conformance suite: what src/store/store.h promises, as tests. A database is supported when it
// passes them all. A store joins by naming a factory:
//
//   INSTANTIATE_TEST_SUITE_P(Sqlite, StoreConformanceTest, testing::Values(make_sqlite_fixture));
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "rota/clock.h"
#include "store/store.h"

namespace rota::store {

/// A database of its own for one test, removed at the end.
class StoreFixture {
 public:
  virtual ~StoreFixture() = default;
  /// One more store on the same database, as another part or process would open it.
  virtual std::unique_ptr<Store> open(const Clock& clock) = 0;
  /// Runs plain SQL as another program would.
  virtual void run_sql(const std::string& sql) = 0;
};

using StoreFixtureFactory = std::function<std::unique_ptr<StoreFixture>()>;

class StoreConformanceTest : public testing::TestWithParam<StoreFixtureFactory> {
 protected:
  StoreConformanceTest();
  ~StoreConformanceTest() override;

  Task add(const std::string& name);
  /// A task that is planned: its next slot stands in the database.
  Task add_planned(const std::string& name, Instant next);
  NodeId open_node();
  static SlotClaim claim_of(const Task& task, Instant slot, std::optional<Instant> next);
  ClaimedRun claim_one(NodeId node, const Task& task, Instant slot);
  RunResult result_of(const ClaimedRun& claimed, RunStatus status) const;
  TaskExecution execution_of(const Task& task);

  ManualClock clock_{Instant{std::chrono::seconds{1'795'000'000}}};
  std::unique_ptr<StoreFixture> fixture_;
  std::unique_ptr<Store> store_;
};

}  // namespace rota::store
