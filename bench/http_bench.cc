// What the HTTP face costs: requests over one kept connection (a whole round trip on loopback, both
// ends on this machine), and an event told to a thousand listeners.
#include <benchmark/benchmark.h>
#include <sys/epoll.h>
#include <sys/resource.h>

#include <cstdlib>
#include <memory>
#include <vector>

#include "api/memory_scheduler.h"
#include "api/server.h"
#include "net/test_client.h"

namespace {

using rota::api::MemoryScheduler;
using rota::net::TestClient;

constexpr int kTasks = 50;  // few: the cost of the scheduler behind it is not asked for here
constexpr std::size_t kListeners = 1000;

struct Running {
  Running() {
    for (int id = 1; id <= kTasks; ++id) {
      rota::TaskView view;
      view.task.id = rota::TaskId{id};
      view.task.name = "Task " + std::to_string(id);
      view.task.type = "null";
      view.task.schedule = "30 9 * * 1-5";
      view.task.metadata = R"({"backupType":"full","retentionDays":30})";
      view.execution.last_result = "nothing to do, done";
      view.execution.next_scheduled_at = rota::Instant{std::chrono::hours{500'000}};
      scheduler.put(std::move(view));
    }
    rota::api::ServerOptions options;
    options.port = 0;
    options.connections_per_address_max = 2000;
    server = std::move(rota::api::start_api_server(scheduler, options).value());
  }
  MemoryScheduler scheduler;
  std::unique_ptr<rota::api::ApiServer> server;
};

Running& running() {
  static Running one;
  return one;
}

void ask(benchmark::State& state, const std::string& path) {
  TestClient client(running().server->port());
  const std::string request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
  std::size_t bytes = 0;
  for (auto _ : state) {
    client.send(request);
    const std::string answer = client.read_answer();
    if (rota::net::status_of(answer) != 200) std::abort();
    bytes += answer.size();
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}

void BM_Health(benchmark::State& state) { ask(state, "/healthz"); }
void BM_Page(benchmark::State& state) { ask(state, "/"); }
void BM_OneTask(benchmark::State& state) { ask(state, "/api/v1/tasks/7"); }
void BM_FiftyTasks(benchmark::State& state) { ask(state, "/api/v1/tasks?limit=50"); }

// From the engine's call to the last of the listeners, the 40 ms of gathering included.
void BM_EventToAThousandListeners(benchmark::State& state) {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  std::vector<std::unique_ptr<TestClient>> listeners;
  const int poller = epoll_create1(EPOLL_CLOEXEC);
  for (std::size_t i = 0; i < kListeners; ++i) {
    listeners.push_back(std::make_unique<TestClient>(running().server->port()));
    listeners.back()->send("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
    listeners.back()->read_until("event: hello\ndata: {}\n\n\r\n");
    epoll_event wanted{EPOLLIN | EPOLLET, {.fd = listeners.back()->fd()}};
    epoll_ctl(poller, EPOLL_CTL_ADD, listeners.back()->fd(), &wanted);
  }
  epoll_event ready[256];
  while (epoll_wait(poller, ready, 256, 0) > 0) {
  }
  rota::Event event;
  event.task_id = rota::TaskId{7};
  for (auto _ : state) {
    running().scheduler.say(event);
    for (std::size_t heard = 0; heard < kListeners;) {
      const int count = epoll_wait(poller, ready, 256, 5000);
      if (count <= 0) std::abort();
      heard += static_cast<std::size_t>(count);
    }
  }
  close(poller);
}

BENCHMARK(BM_Health)->UseRealTime();
BENCHMARK(BM_Page)->UseRealTime();
BENCHMARK(BM_OneTask)->UseRealTime();
BENCHMARK(BM_FiftyTasks)->UseRealTime();
BENCHMARK(BM_EventToAThousandListeners)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
