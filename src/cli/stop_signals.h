// The signals that end a server. They are blocked in every thread and waited for in one place, so
// that nothing happens inside a signal handler.
#pragma once

#include <functional>

namespace rota::cli {

/// Blocks SIGTERM, SIGINT and SIGHUP in this thread and those it starts. Make one before any other
/// thread exists.
class StopSignals {
 public:
  StopSignals();

  /// Waits for SIGTERM or SIGINT and returns it; calls `on_hangup` for every SIGHUP meanwhile. The
  /// log needs none: it notices by itself when its file was moved.
  int wait(const std::function<void()>& on_hangup) const;

  /// Whether one that stops has come and was not waited for yet.
  bool is_pending() const;

  /// From now on the next SIGTERM or SIGINT ends the process at once with 128 plus its number.
  void exit_on_next() const;
};

}  // namespace rota::cli
