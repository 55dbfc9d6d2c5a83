// The scheduler inside a program of one's own: a handler, a task that runs every second, and a look
// at what became of it. Build it against an installed Rota; see CMakeLists.txt.
#include <rota/handler.h>
#include <rota/scheduler.h>

#include <condition_variable>
#include <iostream>
#include <mutex>

namespace {

class GreetTaskHandler : public rota::TaskHandler {
 public:
  std::string_view summary() const override { return "Greets whom the metadata names"; }

 protected:
  rota::Result<std::string> handle(rota::TaskContext& task) override {
    const auto whom = task.metadata_string("whom", "world");
    if (!whom) return rota::fail(whom.error());
    return "hello, " + *whom;
  }
};
ROTA_REGISTER_TASK_HANDLER(GreetTaskHandler);  // type "greet"

int complain(const rota::Error& error) {
  std::cerr << error.message << '\n';
  return 1;
}

// Waits until a run has ended; the scheduler tells us from a thread of its own.
class FinishedRun {
 public:
  explicit FinishedRun(rota::Scheduler& scheduler)
      : subscription_(scheduler.subscribe([this](const rota::Event& event) {
          if (event.kind != rota::Event::Kind::kRunFinished) return;
          const std::lock_guard lock(mutex_);
          run_ = event.run_id;
          changed_.notify_all();
        })) {}

  rota::RunId wait() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds{30}, [this] { return run_.is_set(); });
    return run_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  rota::RunId run_;
  std::unique_ptr<rota::Subscription> subscription_;
};

}  // namespace

int main(int argc, char** argv) {
  rota::Options options;
  options.database = argc > 1 ? argv[1] : "embed.db";
  options.log_file.clear();
  auto scheduler = rota::Scheduler::open(options);
  if (!scheduler) return complain(scheduler.error());

  rota::Task task;
  task.name = "Greet";
  task.type = "greet";
  task.schedule = "1 second";
  task.metadata = R"({"whom":"you"})";
  const auto added = (*scheduler)->add_task(task);
  if (!added && added.error().code != rota::ErrorCode::kAlreadyExists) {
    return complain(added.error());
  }

  FinishedRun finished(**scheduler);
  if (const auto started = (*scheduler)->start(); !started) return complain(started.error());
  const auto run = (*scheduler)->load_run(finished.wait());
  if (!run) return complain(run.error());
  std::cout << rota::format_utc(run->scheduled_for) << " " << run->result << '\n';
  (*scheduler)->drain();
  return run->status == rota::RunStatus::kSucceeded ? 0 : 1;
}
