// Retry, overlap, priority, catch-up and lateness: the small pure decisions.
#include <gtest/gtest.h>

#include "model/catch_up.h"
#include "model/lateness.h"
#include "model/overlap.h"
#include "model/overrun.h"
#include "model/priority.h"
#include "model/retry.h"
#include "model/verdict.h"

namespace rota::model {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const Instant kNow = *parse_instant("2026-11-23T12:00:00Z");

TEST(RetryTest, ExponentialDelaysDoubleUpToTheirCap) {
  Task task;
  task.retry_delay_s = 30;
  task.retry_delay_max_s = 100;
  EXPECT_EQ(retry_delay(task, 1), seconds{30});
  EXPECT_EQ(retry_delay(task, 2), seconds{60});
  EXPECT_EQ(retry_delay(task, 3), seconds{100});
  EXPECT_EQ(retry_delay(task, 1000), seconds{100});
}

TEST(RetryTest, FixedDelaysStayTheSame) {
  Task task;
  task.retry_backoff = RetryBackoff::kFixed;
  task.retry_delay_s = 5;
  EXPECT_EQ(retry_delay(task, 7), seconds{5});
}

TEST(RetryTest, EndsWithTheLastAttempt) {
  Task task;
  task.attempts_max = 2;
  rota::Run run;
  ASSERT_TRUE(plan_retry(task, run, RunStatus::kFailed, true, kNow));
  EXPECT_EQ(plan_retry(task, run, RunStatus::kFailed, true, kNow)->available_at,
            kNow + seconds{30});
  EXPECT_FALSE(plan_retry(task, run, RunStatus::kFailed, false, kNow));
  EXPECT_FALSE(plan_retry(task, run, RunStatus::kSucceeded, true, kNow));
  EXPECT_FALSE(plan_retry(task, run, RunStatus::kCancelled, true, kNow));
  run.attempt = 2;
  EXPECT_FALSE(plan_retry(task, run, RunStatus::kTimedOut, true, kNow));
}

TEST(OverlapTest, SkipsOnlySlots) {
  EXPECT_EQ(decide_overlap(Overlap::kSkip, RunCause::kSchedule, Others::kAtItsMoment),
            OverlapAction::kSkip);
  EXPECT_EQ(decide_overlap(Overlap::kSkip, RunCause::kCatchUp, Others::kAtItsMoment),
            OverlapAction::kSkip);
  EXPECT_EQ(decide_overlap(Overlap::kSkip, RunCause::kManual, Others::kAtItsMoment),
            OverlapAction::kWait);
  EXPECT_EQ(decide_overlap(Overlap::kSkip, RunCause::kRetry, Others::kAtItsMoment),
            OverlapAction::kWait);
  EXPECT_EQ(decide_overlap(Overlap::kSkip, RunCause::kSchedule, Others::kSinceItsMoment),
            OverlapAction::kWait);
  EXPECT_EQ(decide_overlap(Overlap::kSkip, RunCause::kSchedule, Others::kNone),
            OverlapAction::kStart);
}

TEST(OverlapTest, OtherPoliciesAreWhatTheySay) {
  EXPECT_EQ(decide_overlap(Overlap::kAllow, RunCause::kSchedule, Others::kAtItsMoment),
            OverlapAction::kStart);
  EXPECT_EQ(decide_overlap(Overlap::kQueue, RunCause::kSchedule, Others::kAtItsMoment),
            OverlapAction::kWait);
  EXPECT_EQ(decide_overlap(Overlap::kCancelRunning, RunCause::kSchedule, Others::kAtItsMoment),
            OverlapAction::kCancelOthersAndWait);
}

TEST(OverlapTest, OnlySlotsOfTheScheduleFindABacklogFull) {
  Task task;
  task.overlap = Overlap::kQueue;
  task.backlog_max = 2;
  EXPECT_FALSE(is_backlog_full(task, RunCause::kSchedule, 1));
  EXPECT_TRUE(is_backlog_full(task, RunCause::kSchedule, 2));
  for (const RunCause cause :
       {RunCause::kManual, RunCause::kRetry, RunCause::kApi, RunCause::kCatchUp}) {
    EXPECT_FALSE(is_backlog_full(task, cause, 50));
  }
  task.overlap = Overlap::kSkip;
  EXPECT_FALSE(is_backlog_full(task, RunCause::kSchedule, 50));
}

TEST(PriorityTest, UrgentGoesFirstButWaitingAges) {
  EXPECT_LT(ready_rank(1, kNow), ready_rank(50, kNow));
  EXPECT_LT(ready_rank(1, kNow + seconds{48}), ready_rank(50, kNow));
  EXPECT_GT(ready_rank(1, kNow + seconds{50}), ready_rank(50, kNow));
}

TEST(CatchUpTest, SkippingPoliciesSayWhy) {
  Task task;
  task.catch_up = CatchUp::kSkip;
  EXPECT_EQ(missed_because(task, kNow - hours{1}, kNow, false)->kind, SkipKind::kNotCaughtUp);
  task.catch_up = CatchUp::kLatest;
  EXPECT_FALSE(missed_because(task, kNow - hours{1}, kNow, false));
  const auto later = missed_because(task, kNow - hours{1}, kNow, true);
  EXPECT_EQ(later->kind, SkipKind::kLaterSlot);
  EXPECT_EQ(later->text, "missed: 1 h late, and only the latest missed slot is caught up");
  task.catch_up = CatchUp::kAll;
  EXPECT_FALSE(missed_because(task, kNow - hours{1}, kNow, true));
  const auto beyond = missed_because(task, kNow - hours{25}, kNow, false);
  EXPECT_EQ(beyond->kind, SkipKind::kBeyondWindow);
  EXPECT_EQ(beyond->text, "missed: 1 d 1 h late, beyond the catch-up window of 1 d");
}

TEST(CatchUpTest, APausedTaskStartsOnlyWhatIsAskedForByHand) {
  Task task;
  task.paused_until = kForever;
  task.pause_reason = "stock-taking";
  rota::Run run;
  EXPECT_EQ(barred_because(task, run, kNow)->text, "paused: stock-taking");
  run.cause = RunCause::kManual;
  EXPECT_FALSE(barred_because(task, run, kNow));
  run.cause = RunCause::kRetry;
  task.paused_until = kNow;
  EXPECT_FALSE(barred_because(task, run, kNow));
  task.active = false;
  EXPECT_EQ(barred_because(task, run, kNow)->text, "the task is not active");
}

TEST(VerdictTest, ComesFromTheKindAndNeverFromTheWords) {
  Decision decision;
  decision.status = RunStatus::kSkipped;
  decision.reason = "missed, said somebody";
  decision.kind = SkipKind::kPaused;
  judge(decision);
  EXPECT_EQ(decision.verdict, Verdict::kSkipped);
  for (const SkipKind kind :
       {SkipKind::kNotCaughtUp, SkipKind::kBeyondWindow, SkipKind::kLaterSlot}) {
    decision.kind = kind;
    judge(decision);
    EXPECT_EQ(decision.verdict, Verdict::kMissed);
  }
}

TEST(OverrunTest, SaysThatRunsTakeLongerThanThePeriodAndStopsByItself) {
  OverrunSigns signs{3240, kNow - seconds{1}, seconds{10}, seconds{1}};
  EXPECT_EQ(overrun_advice(signs, kNow),
            "runs take longer than the period: the last took 10 s, slots come every 1 s; 3240 slots"
            " of the last hour were left out");
  EXPECT_FALSE(overrun_advice(signs, kNow + minutes{11}));
  signs.took = seconds{0};
  EXPECT_EQ(overrun_advice(signs, kNow),
            "slots come before earlier runs of the task have ended; 3240 slots of the last hour"
            " were left out");
  signs.left_out = 2;
  EXPECT_FALSE(overrun_advice(signs, kNow)) << "a hiccup";
}

TEST(OverrunTest, ADailyTaskKeepsItsAdviceLongerThanAMinutelyOne) {
  const OverrunSigns signs{1, kNow - hours{20}, hours{30}, hours{24}};
  EXPECT_TRUE(overrun_advice(signs, kNow));
  EXPECT_FALSE(overrun_advice(signs, kNow + hours{100}));
}

TEST(LatenessTest, KnowsPercentilesOfTheLastTenThousand) {
  Lateness lateness;
  EXPECT_EQ(lateness.percentiles().max, Duration{0});
  for (int i = 0; i < 20'000; ++i) lateness.add(seconds{100});
  for (int i = 1; i <= 10'000; ++i) lateness.add(Duration{i});
  const auto percentiles = lateness.percentiles();
  EXPECT_EQ(percentiles.p50, Duration{5000});
  EXPECT_EQ(percentiles.p99, Duration{9900});
  EXPECT_EQ(percentiles.max, Duration{10'000});
}

TEST(LatenessTest, CountsAllInBuckets) {
  Lateness lateness;
  lateness.add(Duration{-5});
  lateness.add(Duration{50});
  lateness.add(Duration{51});
  lateness.add(hours{2});
  EXPECT_EQ(lateness.buckets().front(), 2u);
  EXPECT_EQ(lateness.buckets()[1], 1u);
  EXPECT_EQ(lateness.buckets().back(), 1u);
}

}  // namespace
}  // namespace rota::model
