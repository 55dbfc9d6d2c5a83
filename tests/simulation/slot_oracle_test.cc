// The judge is judged: each kind of wrong must be seen.
#include "slot_oracle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rota::simulation {
namespace {

using engine::testing::Start;
using std::chrono::hours;
using std::chrono::minutes;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const Instant kNoon = *parse_instant("2026-11-23T12:00:00Z");
const TaskId kTask{1};

class SlotOracleTest : public testing::Test {
 protected:
  SlotOracleTest() {
    Task task;
    task.id = kTask;
    task.schedule = "0 * * * *";
    oracle_.begin(task, kNoon);
    oracle_.note_time(kNoon + hours{3});
    for (int i = 1; i <= 3; ++i) ran(kNoon + hours{i}, i);
  }
  void ran(Instant slot, std::int64_t id) {
    rota::Run run;
    run.id = RunId{id};
    run.task_id = kTask;
    run.scheduled_for = slot;
    run.status = RunStatus::kSucceeded;
    runs_.push_back(run);
    starts_.push_back({kTask, run.id, slot, slot, slot, 1, 1, RunCause::kSchedule, ""});
  }
  std::vector<std::string> verdict() const {
    return oracle_.judge(kTask, runs_, starts_, kNoon + hours{3});
  }

  SlotOracle oracle_;
  std::vector<rota::Run> runs_;
  std::vector<Start> starts_;
};

TEST_F(SlotOracleTest, FindsNothingWhereNothingIsWrong) { EXPECT_THAT(verdict(), IsEmpty()); }

TEST_F(SlotOracleTest, SeesALostSlot) {
  runs_.erase(runs_.begin() + 1);
  EXPECT_THAT(verdict(), ElementsAre(HasSubstr("slot 2026-11-23T14:00:00Z has no row")));
}

TEST_F(SlotOracleTest, SeesASlotWithTwoRows) {
  ran(kNoon + hours{2}, 9);
  EXPECT_THAT(verdict(), ElementsAre(HasSubstr("has 2 rows")));
}

TEST_F(SlotOracleTest, SeesARunWithoutASlot) {
  ran(kNoon + minutes{90}, 9);
  EXPECT_THAT(verdict(), ElementsAre(HasSubstr("is no slot")));
}

TEST_F(SlotOracleTest, SeesAnEarlyStart) {
  starts_[0].at = starts_[0].reached = starts_[0].slot - Duration{1};
  EXPECT_THAT(verdict(), ElementsAre(HasSubstr("ran early")));
}

TEST_F(SlotOracleTest, SeesARunThatBeganTwiceUnderOneFence) {
  starts_.push_back(starts_[0]);
  EXPECT_THAT(verdict(), ElementsAre(HasSubstr("began twice with fence 1")));
  starts_.back().fence = 2;
  EXPECT_THAT(verdict(), IsEmpty());
}

TEST_F(SlotOracleTest, SeesASkipWithoutAReasonAndARunWithoutAnEnd) {
  runs_[0].status = RunStatus::kSkipped;
  runs_[1].status = RunStatus::kClaimed;
  EXPECT_THAT(verdict(), ElementsAre(HasSubstr("without a reason"), HasSubstr("never ended")));
}

TEST_F(SlotOracleTest, SeesAStartWhilePaused) {
  Task paused;
  paused.id = kTask;
  paused.schedule = "0 * * * *";
  paused.paused_until = kForever;
  oracle_.end(kTask, kNoon + minutes{150});
  oracle_.begin(paused, kNoon + minutes{150});
  EXPECT_THAT(verdict(), ElementsAre(HasSubstr("while paused")));
}

TEST_F(SlotOracleTest, ForgivesWhatChangedWhileNobodyWasThere) {
  runs_.pop_back();
  starts_.pop_back();
  oracle_.unattended(kNoon + minutes{130});
  Task same;
  same.id = kTask;
  same.schedule = "0 * * * *";
  oracle_.end(kTask, kNoon + minutes{181});
  oracle_.begin(same, kNoon + minutes{181});
  oracle_.attended(kNoon + minutes{182});
  EXPECT_THAT(verdict(), IsEmpty());
}

}  // namespace
}  // namespace rota::simulation
