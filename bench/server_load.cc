// A server at work and asked much at once: the engine fires tasks all the time while a thousand
// pages listen and another process asks, first 10,000 times a second, then as fast as it is
// answered. Prints requests a second, what they cost this process, and how late runs began with and
// without all that.
//
//   server_load [seconds per phase] [runs a second]
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "api/server.h"
#include "base/urgency.h"
#include "engine_bench.h"
#include "net/test_client.h"

namespace {

using namespace rota;
using net::TestClient;
using Steady = std::chrono::steady_clock;

constexpr std::size_t kListeners = 1000;
constexpr int kConnections = 8;

void allow_many_files() {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
}

struct Asked {
  std::uint64_t answers = 0;
  double seconds = 0;
};

struct Load {
  const char* path;
  int pipelined;  ///< Requests on their way on each connection.
  double pace;    ///< Requests a second.
};

// In a process of its own, so that what it costs is not counted as the server's.
Asked ask_from_another_process(std::uint16_t port, const Load& load, int seconds) {
  int ends[2];
  if (pipe(ends) != 0) std::abort();
  const pid_t child = fork();
  if (child == 0) {
    const std::string request =
        "GET " + std::string(load.path) + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    std::string batch;
    for (int i = 0; i < load.pipelined; ++i) batch += request;
    std::vector<std::unique_ptr<TestClient>> clients;
    for (int i = 0; i < kConnections; ++i) clients.push_back(std::make_unique<TestClient>(port));
    Asked asked;
    const auto begin = Steady::now();
    for (auto& client : clients) client->send(batch);
    while (Steady::now() - begin < std::chrono::seconds{seconds}) {
      for (auto& client : clients) {
        for (int i = 0; i < load.pipelined; ++i) {
          if (net::status_of(client->read_answer()) != 200) _exit(1);
        }
        asked.answers += static_cast<std::uint64_t>(load.pipelined);
        client->send(batch);
      }
      const std::chrono::duration<double> due{static_cast<double>(asked.answers) / load.pace};
      std::this_thread::sleep_until(begin + std::chrono::duration_cast<Steady::duration>(due));
    }
    asked.seconds = std::chrono::duration<double>(Steady::now() - begin).count();
    _exit(write(ends[1], &asked, sizeof asked) == sizeof asked ? 0 : 1);
  }
  Asked asked;
  const bool read_all = read(ends[0], &asked, sizeof asked) == sizeof asked;
  int status = 0;
  waitpid(child, &status, 0);
  close(ends[0]);
  close(ends[1]);
  if (!read_all || status != 0) std::abort();
  return asked;
}

void print_lateness(const char* what, const Scheduler& scheduler) {
  const EngineStatus status = scheduler.status();
  const auto ms = [](Duration d) { return static_cast<double>(d.count()) / 1000.0; };
  fmt::print("{:<34} lateness p50 {:6.2f} ms  p99 {:6.2f} ms  max {:6.2f} ms  ({} runs)\n", what,
             ms(status.lateness_p50), ms(status.lateness_p99), ms(status.lateness_max),
             status.succeeded);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const int seconds = argc > 1 ? std::atoi(argv[1]) : 25;
  const std::size_t tasks = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 500;
  allow_many_files();
  const bench::Folder folder;
  const std::string database = folder.path() / "rota.db";
  const Instant anchor = std::chrono::floor<std::chrono::seconds>(SystemClock().now());
  bench::fill(database, tasks, [&](std::size_t number) {
    Task task;
    task.name = fmt::format("task {}", number);
    task.type = "null";
    task.schedule = "1 second";  // each at a moment of its own
    task.anchor_at = anchor + Duration{static_cast<std::int64_t>(number * 1'000'000 / tasks)};
    return task;
  });
  auto scheduler = bench::must(Scheduler::open(bench::quiet_options(database)));
  bench::must(scheduler->start());
  api::ServerOptions options;
  options.port = 0;
  options.connections_per_address_max = 2000;
  const auto server = bench::must(api::start_api_server(*scheduler, options));

  std::this_thread::sleep_for(std::chrono::seconds{seconds});
  print_lateness("engine alone", *scheduler);

  std::vector<std::unique_ptr<TestClient>> listeners;
  for (std::size_t i = 0; i < kListeners; ++i) {
    listeners.push_back(std::make_unique<TestClient>(server->port()));
    listeners.back()->send("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
  }
  std::jthread reader([&](std::stop_token stop) {
    base::give_way(19);  // in truth these are other machines
    while (!stop.stop_requested()) {
      for (auto& listener : listeners) listener->discard();
      std::this_thread::sleep_for(std::chrono::milliseconds{50});
    }
  });
  std::this_thread::sleep_for(std::chrono::seconds{seconds});
  print_lateness("with 1,000 listeners", *scheduler);

  constexpr double kUnbounded = 1e9;
  for (const Load& load :
       {Load{"/api/v1/tasks/7", 1, 10'000}, Load{"/healthz", 16, kUnbounded},
        Load{"/api/v1/tasks/7", 16, kUnbounded}, Load{"/api/v1/tasks?limit=50", 16, kUnbounded}}) {
    const double cpu = bench::cpu_seconds();
    const Asked asked = ask_from_another_process(server->port(), load, seconds);
    const double used = bench::cpu_seconds() - cpu;
    fmt::print("{:<34} {:8.0f} requests/s, {:5.1f} us of this process each ({:.2f} cores)\n",
               load.path, static_cast<double>(asked.answers) / asked.seconds,
               used * 1e6 / static_cast<double>(asked.answers), used / asked.seconds);
    print_lateness("  meanwhile", *scheduler);
  }
  reader.request_stop();
  reader.join();
  server->stop();
  scheduler->drain();
  return 0;
}
