#include "engine_bench.h"

#include <fmt/format.h>
#include <stdlib.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <fstream>

#include "model/validation.h"
#include "store/sqlite/sqlite_store.h"

namespace rota::bench {
namespace {

double status_mb(const std::string& field) {
  std::ifstream status("/proc/self/status");
  std::string word;
  while (status >> word) {
    if (word != field) continue;
    double kilobytes = 0;
    status >> kilobytes;
    return kilobytes / 1024;
  }
  return 0;
}

void plan_all(store::Store& store, Instant now) {
  for (;;) {
    const auto changed = must(store.load_unplanned(10'000));
    if (changed.empty()) return;
    std::vector<store::PlanUpdate> plans;
    plans.reserve(changed.size());
    for (const store::UnplannedTask& one : changed) {
      const auto schedule =
          must(Schedule::parse(one.task.schedule, model::schedule_options(one.task)));
      plans.push_back({one.task.id, one.task.version, schedule.next(now), {}});
    }
    must(store.save_plans(plans));
  }
}

}  // namespace

void give_up(const Error& error) {
  fmt::print(stderr, "{}\n", error.message);
  std::exit(1);
}

Folder::Folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "rota-bench-XXXXXX").string();
  path_ = mkdtemp(pattern.data());
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void fill(const std::string& database, std::size_t count,
          const std::function<Task(std::size_t)>& make) {
  static const SystemClock clock;
  const auto store = must(store::open_sqlite_store({.path = database}, clock));
  constexpr std::size_t kBatch = 10'000;
  std::vector<Task> batch;
  for (std::size_t i = 0; i < count; ++i) {
    batch.push_back(make(i));
    if (batch.size() < kBatch && i + 1 < count) continue;
    must(store->add_tasks(batch, "bench"));
    batch.clear();
  }
  plan_all(*store, clock.now());
}

Options quiet_options(const std::string& database) {
  Options options;
  options.database = database;
  options.log_file.clear();
  return options;
}

double percentile(std::vector<double>& samples, double share) {
  if (samples.empty()) return 0;
  std::sort(samples.begin(), samples.end());
  return samples[static_cast<std::size_t>(share * static_cast<double>(samples.size() - 1))];
}

double resident_mb() { return status_mb("VmRSS:"); }
double resident_peak_mb() { return status_mb("VmHWM:"); }

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto of = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

}  // namespace rota::bench
