// `rota output`: what a run printed. To a terminal it is escaped; to a file or a pipe it is as it
// came.
#include <fmt/format.h>

#include "api/codec.h"
#include "cli/commands.h"
#include "cli/database.h"
#include "cli/run_follow.h"

namespace rota::cli {
namespace {

constexpr std::size_t kBytesAtOnce = 1 << 18;

Result<int> print_as_json(Scheduler& scheduler, RunId id, const Console& console) {
  api::JsonWriter json;
  json.begin_array();
  for (std::int64_t after_seq = -1;;) {
    auto more = scheduler.load_output(id, after_seq, kBytesAtOnce);
    if (!more) return fail(more.error());
    if (more->empty()) break;
    for (const OutputChunk& chunk : *more) {
      api::write_output_chunk(json, chunk);
      after_seq = chunk.seq;
    }
  }
  json.end_array();
  console.out << json.take() << '\n';
  return 0;
}

}  // namespace

Result<int> run_command(const OutputCommand& command, const Context& context) {
  auto scheduler = open_database(context);
  if (!scheduler) return fail(scheduler.error());
  const RunId id{command.run};
  auto run = (*scheduler)->load_run(id);
  if (!run) return fail(run.error());
  if (context.console.json) return print_as_json(**scheduler, id, context.console);
  FollowOptions options;
  options.raw = command.raw || context.console.width == 0;
  options.follow = command.follow;
  auto ended = follow_run(**scheduler, id, options, context);
  if (!ended) return fail(ended.error());
  if (ended->output_bytes == 0 && is_final(ended->status)) {
    context.console.note(fmt::format("run {} printed nothing", id.value));
  }
  return 0;
}

}  // namespace rota::cli
