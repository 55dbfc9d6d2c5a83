// A year in the life of a server: tasks of all kinds in many zones, handlers that take their time,
// fail or hang, people who edit and pause, processes that are killed, clocks that are set. All of
// it follows from one seed; the same seed tells the same story.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "slot_oracle.h"

namespace rota::simulation {

struct Plan {
  std::uint64_t seed = 1;
  std::size_t tasks = 1000;
  std::chrono::days days{365};
  double edits_per_day = 4;
  double kills_per_day = 0.3;
  double jumps_per_day = 0.05;
  engine::testing::EngineRig::OpenStore open = nullptr;  ///< None: the store in memory.
};

struct Report {
  std::size_t slots = 0;
  std::size_t started = 0;
  std::size_t skipped = 0;
  std::size_t lost = 0;
  std::size_t kills = 0;
  std::size_t edits = 0;
  std::size_t jumps = 0;
  std::vector<std::string> complaints;
};

/// Lives through it and judges.
Report simulate(const Plan& plan);

}  // namespace rota::simulation
