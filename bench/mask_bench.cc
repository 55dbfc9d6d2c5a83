// What masking costs: bytes of output a second, for one short secret, for ten, and for a private
// key of 50 lines, over plain log lines, JSON, and base64; and what it costs to make the mask.
#include <benchmark/benchmark.h>

#include <random>
#include <string>
#include <vector>

#include "base/mask.h"

namespace {

constexpr std::string_view kLetters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/";

std::string letters(std::mt19937& random, std::size_t size) {
  std::string text;
  while (text.size() < size) text += kLetters[random() % kLetters.size()];
  return text;
}

std::vector<std::string> many(std::size_t count, std::mt19937& random) {
  std::vector<std::string> all;
  while (all.size() < count) all.push_back(letters(random, 32));
  return all;
}

std::vector<std::string> secrets(std::int64_t which) {
  std::mt19937 random(1);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same every time
  if (which < 2) return many(which == 0 ? 1 : 10, random);
  std::string key = "-----BEGIN PRIVATE KEY-----\n";
  for (int i = 0; i < 50; ++i) key += letters(random, 64) + "\n";
  return {key};
}

std::string output(std::int64_t which) {
  std::mt19937 random(2);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same every time
  std::string text;
  while (text.size() < 1'000'000) {
    const std::string number = std::to_string(random());
    if (which == 0) {
      text += "2026-11-24 09:30:00 INFO worker " + number + " copied file_" + number + ".csv\n";
    } else if (which == 1) {
      text += R"({"level":"info","message":"line \"one\"\n)" + number +
              R"(","share":"50 %"})"
              "\n";
    } else {
      text += letters(random, 76) + "\n";
    }
  }
  return text;
}

void mask_output(benchmark::State& state) {
  const auto mask = std::make_shared<const rota::base::Mask>(secrets(state.range(0)));
  const std::string text = output(state.range(1));
  for (auto _ : state) {
    rota::base::StreamMask stream;
    stream.use(mask);
    for (std::size_t at = 0; at < text.size(); at += 32768) {
      benchmark::DoNotOptimize(stream.pass(std::string_view(text).substr(at, 32768)));
    }
    benchmark::DoNotOptimize(stream.finish());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(mask_output)
    ->ArgNames({"secrets", "output"})
    ->ArgsProduct({{0, 1, 2}, {0, 1, 2}})
    ->Unit(benchmark::kMillisecond);

void make_mask(benchmark::State& state) {
  const auto all = secrets(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(rota::base::Mask(all));
}
BENCHMARK(make_mask)->DenseRange(0, 2)->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
