#include "embed/backfill.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "model/names.h"

namespace rota::embed {
namespace {

constexpr std::size_t kPage = 1000;

/// How much a run says about its slot: the most telling one of several stands for it.
enum class Standing { kNothingRan, kRanBadly, kUnderWay, kSucceeded };

Standing standing_of(RunStatus status) {
  switch (status) {
    case RunStatus::kSucceeded:
      return Standing::kSucceeded;
    case RunStatus::kQueued:
    case RunStatus::kClaimed:
    case RunStatus::kRunning:
      return Standing::kUnderWay;
    case RunStatus::kFailed:
    case RunStatus::kTimedOut:
      return Standing::kRanBadly;
    case RunStatus::kCancelled:
    case RunStatus::kLost:
    case RunStatus::kSkipped:
      break;
  }
  return Standing::kNothingRan;
}

using RunsBySlot = std::map<Instant, Run>;

/// The most telling run of each slot from `from` on. A run is never available before its slot, so
/// that pages of older ones end the search.
Result<RunsBySlot> runs_since(store::Store& store, TaskId task, Instant from) {
  RunsBySlot found;
  RunQuery query{.task_id = task, .limit = kPage};
  bool recent = true;
  while (recent) {
    const auto page = store.list_runs(query);
    if (!page) return fail(page.error());
    recent = false;
    for (const Run& run : page->rows) {
      recent = recent || run.available_at >= from;
      const auto [at, is_new] = found.try_emplace(run.scheduled_for, run);
      if (!is_new && standing_of(run.status) > standing_of(at->second.status)) at->second = run;
    }
    query.cursor = page->next_cursor;
    recent = recent && !query.cursor.empty();
  }
  return found;
}

Result<void> check(const Backfill& wanted, const Schedule& schedule) {
  if (wanted.until < wanted.from) {
    return fail(ErrorCode::kInvalidArgument, "the stretch ends before it begins",
                "give --from the earlier moment and --to the later");
  }
  if (wanted.pace < Duration{0} || wanted.pace > std::chrono::hours{24}) {
    return fail(ErrorCode::kInvalidArgument, "the pace must be between nothing and 24 hours");
  }
  if (schedule.counts_from_finish() || schedule.runs_at_start()) {
    return fail(ErrorCode::kInvalidArgument,
                "this schedule has no slots in the past: it follows finishes or starts",
                "'rota task run' runs the task now");
  }
  return {};
}

std::string describe(const Run& run) {
  std::string text(model::to_word(run.status));
  if (!run.reason.empty() && run.status == RunStatus::kSkipped) text += ": " + run.reason;
  return text;
}

}  // namespace

Result<std::vector<BackfillSlot>> plan_backfill(const Backfill& wanted, const Schedule& schedule,
                                                store::Store& store, Instant now) {
  if (auto fine = check(wanted, schedule); !fine) return fail(std::move(fine.error()));
  const auto runs = runs_since(store, wanted.task_id, wanted.from);
  if (!runs) return fail(runs.error());
  const Instant until = std::min(wanted.until, now);
  std::vector<BackfillSlot> plan;
  for (auto at = schedule.next(wanted.from - Duration{1}); at && *at <= until;
       at = schedule.next(*at)) {
    if (plan.size() == kBackfillMax) {
      return fail(ErrorCode::kLimitExceeded,
                  fmt::format("there are more than {} slots in this stretch", kBackfillMax),
                  "take a shorter one, and the rest afterwards");
    }
    BackfillSlot slot{*at, "no run", std::nullopt, true};
    if (const auto known = runs->find(*at); known != runs->end()) {
      const Standing standing = standing_of(known->second.status);
      slot.stands = describe(known->second);
      slot.known_run = known->second.id;
      slot.runs =
          wanted.missing_only ? standing == Standing::kNothingRan : standing != Standing::kUnderWay;
    }
    plan.push_back(std::move(slot));
  }
  return plan;
}

Result<std::vector<BackfillSlot>> plan_catch_up(const Task& task, store::Store& store,
                                                Instant now) {
  const Instant from = now - std::chrono::seconds{task.catch_up_window_s};
  const auto runs = runs_since(store, task.id, from);
  if (!runs) return fail(runs.error());
  std::vector<BackfillSlot> plan;
  for (const auto& [slot, run] : *runs) {
    if (slot < from || run.skip_kind != SkipKind::kPaused) continue;
    plan.push_back({slot, describe(run), run.id, task.catch_up == CatchUp::kAll});
  }
  if (!plan.empty()) plan.back().runs = task.catch_up != CatchUp::kSkip;
  return plan;
}

std::vector<store::NewRun> backfill_runs(const Backfill& wanted,
                                         const std::vector<BackfillSlot>& plan, std::string_view by,
                                         Instant now) {
  std::vector<store::NewRun> runs;
  for (const BackfillSlot& slot : plan) {
    if (!slot.runs) continue;
    store::NewRun run;
    run.task_id = wanted.task_id;
    run.requested_by = by;
    run.scheduled_for = slot.slot;
    run.available_at = now + wanted.pace * static_cast<std::int64_t>(runs.size());
    run.priority = kPriorityLeast;
    run.reason = "backfill";
    run.makes_up = true;
    runs.push_back(std::move(run));
  }
  return runs;
}

}  // namespace rota::embed
