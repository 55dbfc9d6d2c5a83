#include "cli/stop_signals.h"

#include <pthread.h>
#include <unistd.h>

#include <csignal>
#include <thread>

namespace rota::cli {
namespace {

sigset_t stop_set(bool with_hangup) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  if (with_hangup) sigaddset(&set, SIGHUP);
  return set;
}

}  // namespace

StopSignals::StopSignals() {
  const sigset_t set = stop_set(true);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);  // A closed browser or pipe is an error to handle, not an end.
}

int StopSignals::wait(const std::function<void()>& on_hangup) const {
  const sigset_t set = stop_set(true);
  while (true) {
    int signal = 0;
    if (sigwait(&set, &signal) != 0) continue;
    if (signal != SIGHUP) return signal;
    if (on_hangup) on_hangup();
  }
}

bool StopSignals::is_pending() const {
  sigset_t pending;
  sigemptyset(&pending);
  sigpending(&pending);
  return sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGINT) == 1;
}

void StopSignals::exit_on_next() const {
  std::thread([] {
    const sigset_t set = stop_set(false);
    int signal = SIGTERM;
    while (sigwait(&set, &signal) != 0) {
    }
    _exit(128 + signal);
  }).detach();
}

}  // namespace rota::cli
