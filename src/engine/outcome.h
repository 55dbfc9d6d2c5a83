// From the way a run ended to what is stored about it: status, retry, count of failures, and the
// next slot where that depends on the finish. Pure.
#pragma once

#include <optional>
#include <string>

#include "engine/run_context.h"
#include "model/catch_up.h"
#include "rota/handler.h"
#include "store/store.h"

namespace rota::engine {

struct Ending {
  const Task& task;
  const Run& run;
  Instant started_at{};
  Instant finished_at{};
  StopReason stop = StopReason::kNone;
  std::string stop_words;
};

/// The result of a run whose handler has answered.
store::RunResult make_result(const Ending& ending, const HandlerOutcome& outcome);

/// The result of a run that never began: skipped or cancelled, with why.
store::RunResult make_refusal(const Run& run, RunStatus status, Instant now, model::SkipReason why);

/// The failure of a run whose type no handler has; names the known types.
HandlerOutcome unknown_type(const std::string& type, const std::vector<std::string>& known);

}  // namespace rota::engine
