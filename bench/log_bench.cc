// What a log line costs its caller, and a whole run through the template method with both lines.
#include <benchmark/benchmark.h>

#include <filesystem>

#include "base/log.h"
#include "handlers/catalog.h"
#include "handlers/fake_task_context.h"

namespace {

namespace fs = std::filesystem;

struct Log {
  Log() {
    char name[] = "/tmp/rota-bench-XXXXXX";
    folder = ::mkdtemp(name);
    sink = rota::base::open_json_log(folder / "tasks.log").value();
    logger = rota::base::Logger(clock, {sink});
  }
  ~Log() {
    sink.reset();
    logger = {};
    fs::remove_all(folder);
  }
  rota::SystemClock clock;
  fs::path folder;
  std::shared_ptr<rota::base::LogSink> sink;
  rota::base::Logger logger;
};

void log_line(benchmark::State& state) {
  const Log log;
  std::int64_t run = 0;
  for (auto _ : state) {
    log.logger.info("tasks", "completed",
                    {{"task", "Nightly Database Backup"},
                     {"task_id", std::int64_t{7}},
                     {"run_id", ++run},
                     {"attempt", std::int64_t{1}},
                     {"duration_ms", std::int64_t{12}},
                     {"result", "12 rows"}});
  }
  log.logger.flush();
  state.counters["lost"] = static_cast<double>(log.sink->lost_lines());
}
BENCHMARK(log_line);

void null_run(benchmark::State& state) {
  const Log log;
  const auto catalog = rota::handlers::make_handler_catalog();
  const auto handler = catalog->find("null");
  const auto task = std::make_shared<rota::handlers::FakeTaskContext>();
  if (state.range(0) != 0) task->logger_ = log.logger;
  for (auto _ : state) handler->execute(task, [](const rota::HandlerOutcome&) {});
  log.logger.flush();
}
BENCHMARK(null_run)->ArgName("logged")->Arg(0)->Arg(1);

}  // namespace

BENCHMARK_MAIN();
