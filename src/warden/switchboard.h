// The one thread between the server and its programs: it owns the link to the warden, the pipes and
// the callbacks. Other threads only leave requests in an inbox and wake it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "handlers/process_runner.h"
#include "warden/fd.h"
#include "warden/lease_page.h"
#include "warden/link.h"
#include "warden/wire.h"

namespace rota::warden {

// One program, from the request until its end has been told.
struct Program {
  handlers::ProcessRunner::OnOutput on_output;
  handlers::ProcessRunner::OnEnd on_end;
  Fd input;          // ours: write end
  Fd output[2];      // ours: read ends of standard output and error
  std::string rest;  // of the input, not yet written
  std::optional<EndMessage> end;
  std::chrono::steady_clock::time_point drain_until;
};

// A message that waits for room in the socket, with the program's ends of the pipes.
struct Outgoing {
  std::string message;
  std::uint64_t id = 0;
  bool with_fds = false;
  Fd fds[3];
  int borrowed_fd = -1;  // instead of these
};

// What every warden is to keep open (ProcessRunner::hold_open); the descriptor is not ours.
struct Held {
  int fd = -1;
  std::function<void(std::int64_t pid)> on_supervisor;
};

struct Request {
  Outgoing outgoing;
  std::unique_ptr<Program> program;  // with a start
  std::optional<Held> held;          // instead of a message
};

/// Thread-safe.
class Switchboard {
 public:
  Switchboard(Link link, std::shared_ptr<const LeasePage> lease);
  ~Switchboard();
  std::uint64_t next_id();
  /// False when it has been shut down; the request is dropped.
  bool post(Request request);
  /// Ends every program, calls every callback that is due, and joins the thread.
  void shut_down();

 private:
  class Impl;
  const std::unique_ptr<Impl> impl_;
};

}  // namespace rota::warden
