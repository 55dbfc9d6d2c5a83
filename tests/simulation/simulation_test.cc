// Whole years, checked slot by slot. ROTA_SEED=n tells another story.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <cstdlib>
#include <filesystem>

#include "simulated_year.h"
#include "store/sqlite/sqlite_store.h"

namespace rota::simulation {
namespace {

std::uint64_t seed() {
  const char* given = std::getenv("ROTA_SEED");
  return given == nullptr ? 20'261'123 : std::strtoull(given, nullptr, 10);
}

void expect_clean(const Plan& plan) {
  const Report report = simulate(plan);
  fmt::print("seed {}: {} slots, {} starts, {} skipped, {} lost; {} kills, {} edits, {} jumps\n",
             plan.seed, report.slots, report.started, report.skipped, report.lost, report.kills,
             report.edits, report.jumps);
  EXPECT_GT(report.started, report.slots / 2);
  for (std::size_t i = 0; i < std::min<std::size_t>(report.complaints.size(), 30); ++i) {
    ADD_FAILURE() << report.complaints[i];
  }
}

TEST(SimulationTest, AYearOfAThousandTasksLosesAndDoublesNothing) {
  Plan plan;
  plan.seed = seed();
  expect_clean(plan);
}

TEST(SimulationTest, TheSameHoldsOnSqlite) {
  const std::filesystem::path shared_memory = "/dev/shm";
  const std::filesystem::path parent = std::filesystem::is_directory(shared_memory)
                                           ? shared_memory
                                           : std::filesystem::temp_directory_path();
  std::string folder = (parent / "rota-simulation-XXXXXX").string();
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  Plan plan;
  plan.seed = seed();
  plan.tasks = 200;
  plan.days = std::chrono::days{40};
  plan.kills_per_day = 1;
  plan.jumps_per_day = 0.2;
  plan.open = [folder](const Clock& clock) {
    return store::open_sqlite_store({.path = folder + "/rota.db"}, clock).value();
  };
  expect_clean(plan);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace rota::simulation
