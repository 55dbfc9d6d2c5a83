// A server to be killed: runs the tasks of a database with a handler that leaves evidence outside
// of it, one O_APPEND write a line, before and after its work. Ends by draining on SIGTERM.
//
//   rota_kill_child DATABASE EVIDENCE
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "rota/scheduler.h"

namespace {

int evidence_fd = -1;

void leave_evidence(char what, const rota::TaskContext& task) {
  const rota::Run& run = task.run();
  const std::string line = fmt::format("{} {} {} {} {} {}\n", what, run.task_id.value,
                                       run.scheduled_for.time_since_epoch().count(), run.id.value,
                                       run.attempt, run.fence);
  [[maybe_unused]] const auto written = write(evidence_fd, line.data(), line.size());
}

class EvidenceTaskHandler final : public rota::TaskHandler {
  rota::Result<std::string> handle(rota::TaskContext& task) override {
    leave_evidence('S', task);
    const auto ms = task.metadata_int("takes_ms", 0);
    if (ms && *ms > 0) usleep(static_cast<useconds_t>(*ms * 1000));
    leave_evidence('E', task);
    return "done";
  }
};
ROTA_REGISTER_TASK_HANDLER(EvidenceTaskHandler);

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  sigprocmask(SIG_BLOCK, &stop, nullptr);
  evidence_fd = open(argv[2], O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  rota::Options options;
  options.database = argv[1];
  options.log_file.clear();
  auto scheduler = rota::Scheduler::open(options);
  if (!scheduler || evidence_fd < 0) {
    std::fprintf(stderr, "%s\n",
                 scheduler ? "no evidence file" : scheduler.error().message.c_str());
    return 1;
  }
  if (const auto started = (*scheduler)->start(); !started) {
    std::fprintf(stderr, "%s\n", started.error().message.c_str());
    return 1;
  }
  int signal = 0;
  sigwait(&stop, &signal);
  (*scheduler)->drain();
  return 0;
}
