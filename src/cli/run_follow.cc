#include "cli/run_follow.h"

#include <fmt/format.h>

#include <thread>

#include "cli/text.h"

namespace rota::cli {
namespace {

constexpr std::chrono::milliseconds kLookAgain{50};
constexpr std::size_t kBytesAtOnce = 1 << 18;

// Prints what has come since `after_seq`, and moves it on.
Result<void> print_output(Scheduler& scheduler, RunId id, std::int64_t& after_seq, bool raw,
                          const Console& console) {
  while (true) {
    auto chunks = scheduler.load_output(id, after_seq, kBytesAtOnce);
    if (!chunks) return fail(chunks.error());
    if (chunks->empty()) return {};
    for (const OutputChunk& chunk : *chunks) {
      std::ostream& to = chunk.stream == 1 ? console.out : console.err;
      to << (raw ? chunk.bytes : escape_lines(chunk.bytes));
      to.flush();
      after_seq = chunk.seq;
    }
  }
}

}  // namespace

Result<Run> follow_run(Scheduler& scheduler, RunId id, const FollowOptions& options,
                       const Context& context) {
  const SteadyTime begin = context.clock.steady_now();
  std::int64_t after_seq = -1;
  while (true) {
    // The state first: output that came before the end is then printed before we return.
    auto run = scheduler.load_run(id);
    if (!run) return fail(run.error());
    if (auto printed = print_output(scheduler, id, after_seq, options.raw, context.console);
        !printed) {
      return fail(printed.error());
    }
    if (is_final(run->status) || !options.follow) return *run;
    if (options.patience && context.clock.steady_now() - begin > *options.patience) {
      return fail(ErrorCode::kTimeout, fmt::format("run {} has not ended yet", id.value),
                  fmt::format("it goes on; 'rota output {} --follow' shows the rest", id.value));
    }
    std::this_thread::sleep_for(kLookAgain);
  }
}

}  // namespace rota::cli
