#include "model/slot_pack.h"

#include <gtest/gtest.h>

#include <random>

namespace rota::model {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const Instant kNoon = *parse_instant("2026-11-23T12:00:00Z");
constexpr TaskId kTask{7};

Decision ran(Instant slot, std::int64_t run, Duration late, std::int64_t duration_ms) {
  Decision decision;
  decision.task_id = kTask;
  decision.first_slot = decision.last_slot = slot;
  decision.run_id = RunId{run};
  decision.status = RunStatus::kSucceeded;
  decision.started_at = slot + late;
  decision.late = late;
  decision.duration_ms = duration_ms;
  return decision;
}

TEST(SlotPackTest, EverySlotComesBackAsItWas) {
  std::vector<Decision> slots{ran(kNoon, 812, milliseconds{3}, 1500),
                              ran(kNoon + minutes{1}, 813, seconds{70}, 0),
                              ran(kNoon + minutes{2} + Duration{17}, 500, Duration{0}, 86'400'000)};
  Decision paused;
  paused.first_slot = paused.last_slot = kNoon + minutes{3};
  paused.run_id = RunId{900};
  paused.status = RunStatus::kSkipped;
  paused.kind = SkipKind::kPaused;
  paused.made_up_by = RunId{2000};
  paused.made_up_status = RunStatus::kSucceeded;
  slots.push_back(paused);
  const auto back = unpack_slots(kTask, pack_slots(slots));
  ASSERT_TRUE(back);
  ASSERT_EQ(back->size(), slots.size());
  for (std::size_t i = 0; i < slots.size(); ++i) {
    const Decision& one = (*back)[i];
    EXPECT_EQ(one.task_id, kTask);
    EXPECT_EQ(one.first_slot, slots[i].first_slot);
    EXPECT_EQ(one.run_id, slots[i].run_id);
    EXPECT_EQ(one.status, slots[i].status);
    EXPECT_EQ(one.kind, slots[i].kind);
    EXPECT_EQ(one.late, slots[i].late);
    EXPECT_EQ(one.duration_ms, slots[i].duration_ms);
    EXPECT_EQ(one.made_up_by, slots[i].made_up_by);
  }
  EXPECT_EQ((*back)[0].verdict, Verdict::kRan);
  EXPECT_EQ((*back)[1].verdict, Verdict::kRanLate);
  EXPECT_EQ((*back)[3].verdict, Verdict::kSkipped);
}

TEST(SlotPackTest, WhatWasLateByLittleStaysLate) {
  const std::vector<Decision> slots{ran(kNoon, 1, kLateAfter + Duration{1}, 5)};
  EXPECT_EQ(unpack_slots(kTask, pack_slots(slots))->front().verdict, Verdict::kRanLate);
}

TEST(SlotPackTest, AMinutelySlotTakesLessThanTenBytes) {
  std::vector<Decision> slots;
  for (std::size_t i = 0; i < kPackedSlotsMax; ++i) {
    const auto at = static_cast<std::int64_t>(i);
    slots.push_back(ran(kNoon + minutes{at}, 1'000'000 + at * 173, Duration{700}, 2345));
  }
  EXPECT_LT(pack_slots(slots).size(), 10 * slots.size());
}

TEST(SlotPackTest, NonsenseIsNoHistoryAndIsNotReadBeyondItsEnd) {
  EXPECT_FALSE(unpack_slots(kTask, ""));
  EXPECT_FALSE(unpack_slots(kTask, "\x02"));
  const std::string whole = pack_slots(std::vector{ran(kNoon, 812, seconds{5}, 1500)});
  for (std::size_t size = 2; size < whole.size(); ++size) {
    EXPECT_FALSE(unpack_slots(kTask, std::string_view(whole).substr(0, size))) << size;
  }
  std::mt19937 random(7);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same each time
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes(1 + random() % 60, '\1');
    for (std::size_t at = 1; at < bytes.size(); ++at) bytes[at] = static_cast<char>(random());
    const auto slots = unpack_slots(kTask, bytes);
    EXPECT_LE(slots ? slots->size() : 0, bytes.size());
  }
}

}  // namespace
}  // namespace rota::model
