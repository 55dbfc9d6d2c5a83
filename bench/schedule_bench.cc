// What one search and one parse cost. The searches walk random moments of 2026 to 2035, so that
// neither the branch predictor nor a clock change is left out. Besides Google Benchmark's means the
// program prints the median and the 99th percentile of its own samples; a sample is a batch of 32
// calls, because a single one is shorter than reading the clock.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <random>
#include <vector>

#include "rota/schedule.h"

namespace {

using rota::Instant;
using rota::Schedule;

std::vector<Instant> random_moments() {
  std::mt19937_64 random(20261123);
  std::uniform_int_distribution<std::int64_t> second(1'767'225'600, 2'082'758'400);
  std::vector<Instant> moments(4096);
  for (Instant& moment : moments) moment = Instant{std::chrono::seconds{second(random)}};
  return moments;
}

Schedule schedule_of(const char* text, const char* zone) {
  return *Schedule::parse(text, {.timezone = zone});
}

void next_slot(benchmark::State& state, const char* text, const char* zone) {
  const Schedule schedule = schedule_of(text, zone);
  const std::vector<Instant> moments = random_moments();
  std::size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(schedule.next(moments[i++ % moments.size()]));
}

void walk(benchmark::State& state, const char* text, const char* zone) {
  const Schedule schedule = schedule_of(text, zone);
  const Instant start{std::chrono::seconds{1'767'225'600}};
  const Instant end{std::chrono::seconds{2'082'758'400}};
  Instant at = start;
  for (auto _ : state) {
    at = *schedule.next(at);
    if (at > end) at = start;
  }
  benchmark::DoNotOptimize(at);
}

void parse(benchmark::State& state, const char* text, const char* zone) {
  const rota::ScheduleOptions options{.timezone = zone};
  for (auto _ : state) benchmark::DoNotOptimize(Schedule::parse(text, options));
}

BENCHMARK_CAPTURE(next_slot, utc_every_minute, "* * * * *", "UTC");
BENCHMARK_CAPTURE(next_slot, utc_weekdays, "30 9 * * 1-5", "UTC");
BENCHMARK_CAPTURE(next_slot, london_every_15_minutes, "*/15 * * * *", "Europe/London");
BENCHMARK_CAPTURE(next_slot, london_weekdays, "30 9 * * 1-5", "Europe/London");
BENCHMARK_CAPTURE(next_slot, london_monthly, "0 9 1 * *", "Europe/London");
BENCHMARK_CAPTURE(next_slot, london_last_friday, "0 17 * * 5L", "Europe/London");
BENCHMARK_CAPTURE(next_slot, utc_rare, "0 0 29 2 */7", "UTC");
BENCHMARK_CAPTURE(walk, utc_weekdays, "30 9 * * 1-5", "UTC");
BENCHMARK_CAPTURE(walk, london_weekdays, "30 9 * * 1-5", "Europe/London");
BENCHMARK_CAPTURE(walk, london_every_minute, "* * * * *", "Europe/London");
BENCHMARK_CAPTURE(parse, utc_weekdays, "30 9 * * 1-5", "UTC");
BENCHMARK_CAPTURE(parse, london_weekdays, "30 9 * * 1-5", "Europe/London");
BENCHMARK_CAPTURE(parse, london_lists, "0,15,30,45 8-18 1-15 JAN-JUN MON-FRI", "Europe/London");
BENCHMARK_CAPTURE(parse, period, "5 minutes", "UTC");
BENCHMARK_CAPTURE(parse, relative, "first monday of next month 09:00", "Europe/London");

void print_percentiles(const char* name, const char* text, const char* zone) {
  constexpr std::size_t kBatch = 32;
  constexpr std::size_t kSamples = 100'000;
  const Schedule schedule = schedule_of(text, zone);
  const std::vector<Instant> moments = random_moments();
  std::vector<double> samples(kSamples);
  std::size_t at = 0;
  for (double& sample : samples) {
    const auto start = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < kBatch; ++i) {
      benchmark::DoNotOptimize(schedule.next(moments[at++ % moments.size()]));
    }
    const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - start;
    sample = took.count() / kBatch;
  }
  std::ranges::sort(samples);
  std::printf("next %-28s median %6.1f ns   p99 %6.1f ns   p99.9 %6.1f ns\n", name,
              samples[kSamples / 2], samples[kSamples * 99 / 100], samples[kSamples * 999 / 1000]);
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  print_percentiles("UTC 30 9 * * 1-5", "30 9 * * 1-5", "UTC");
  print_percentiles("UTC */5 * * * *", "*/5 * * * *", "UTC");
  print_percentiles("London 30 9 * * 1-5", "30 9 * * 1-5", "Europe/London");
  print_percentiles("London */5 * * * *", "*/5 * * * *", "Europe/London");
  print_percentiles("London 0 9 1 * *", "0 9 1 * *", "Europe/London");
  return 0;
}
