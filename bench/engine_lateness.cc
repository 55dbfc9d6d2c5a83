// How late runs start: 1,000 slots a second over 100,000 tasks on SQLite, every one recorded. The
// floor is what an idle thread gets from an absolute timer, measured just before, and once more
// beside the engine.
//
//   engine_lateness [SECONDS [FIRES_PER_SECOND]]
#include <fmt/format.h>
#include <sys/prctl.h>

#include <atomic>
#include <cstdlib>
#include <ctime>
#include <thread>

#include "engine_bench.h"

namespace rota::bench {
namespace {

/// Sleeps to absolute moments a millisecond apart; how late it wakes, in microseconds.
std::vector<double> idle_timer(const std::atomic<bool>& stop) {
  prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
  std::vector<double> late;
  timespec at{};
  clock_gettime(CLOCK_MONOTONIC, &at);
  while (!stop) {
    at.tv_nsec += 1'000'000;
    if (at.tv_nsec >= 1'000'000'000) {
      at.tv_nsec -= 1'000'000'000;
      ++at.tv_sec;
    }
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, nullptr);
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    late.push_back(static_cast<double>(now.tv_sec - at.tv_sec) * 1e6 +
                   static_cast<double>(now.tv_nsec - at.tv_nsec) / 1e3);
  }
  return late;
}

std::vector<double> idle_timer_for(std::chrono::seconds span) {
  std::atomic<bool> stop{false};
  std::vector<double> late;
  std::thread timer([&] { late = idle_timer(stop); });
  std::this_thread::sleep_for(span);
  stop = true;
  timer.join();
  return late;
}

void print(const char* what, std::vector<double> late) {
  fmt::print("{:34} p50 {:8.0f} us   p99 {:8.0f} us   max {:8.0f} us   ({} samples)\n", what,
             percentile(late, 0.5), percentile(late, 0.99), percentile(late, 1.0), late.size());
}

void run(int span, std::size_t rate) {
  print("floor: idle absolute timer", idle_timer_for(std::chrono::seconds{5}));
  const Folder folder;
  const std::string database = (folder.path() / "lateness.db").string();
  const std::size_t tasks = 100'000;
  const auto period = static_cast<std::int64_t>(tasks / rate);
  const Instant anchor = std::chrono::floor<std::chrono::seconds>(SystemClock().now());
  fill(database, tasks, [&](std::size_t i) {
    Task task;
    task.name = fmt::format("task {}", i);
    task.type = "null";
    task.schedule = fmt::format("{} seconds", period);
    task.anchor_at = anchor + Duration{static_cast<std::int64_t>(i) * period * 1'000'000 /
                                       static_cast<std::int64_t>(tasks)};
    return task;
  });
  const auto scheduler = must(Scheduler::open(quiet_options(database)));
  must(scheduler->start());
  std::this_thread::sleep_for(std::chrono::seconds{3});
  const double cpu = cpu_seconds();
  const std::uint64_t started = scheduler->status().started;
  std::vector<double> beside = idle_timer_for(std::chrono::seconds{span});
  const EngineStatus status = scheduler->status();
  print("floor: the same beside the engine", std::move(beside));
  fmt::print("{:34} p50 {:8} us   p99 {:8} us   max {:8} us   (the last 10,000 of {})\n",
             "engine: actual start minus slot", status.lateness_p50.count(),
             status.lateness_p99.count(), status.lateness_max.count(), status.started - started);
  fmt::print("{} starts a second, {:.1f} % of a core, {:.0f} MB resident\n",
             (status.started - started) / static_cast<std::uint64_t>(span),
             100 * (cpu_seconds() - cpu) / span, resident_mb());
  scheduler->drain();
}

}  // namespace
}  // namespace rota::bench

int main(int argc, char** argv) {
  const int span = argc > 1 ? std::atoi(argv[1]) : 20;
  const auto rate = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1000;
  rota::bench::run(span, rate);
}
