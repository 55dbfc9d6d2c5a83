// The socket to one warden process: forks it, sends requests with file descriptors, receives news,
// and waits for its end.
#pragma once

#include <sys/types.h>

#include <optional>
#include <span>
#include <string>

#include "warden/lease_page.h"
#include "warden/wire.h"

namespace rota::warden {

class Link {
 public:
  Link() = default;
  ~Link();
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;
  Link(Link&& other) noexcept;
  Link& operator=(Link&& other) noexcept;

  /// Errors: kUnavailable.
  static Result<Link> open(const LeasePage& lease);

  enum class Sent { kYes, kLater, kGone };
  Sent send(const std::string& message, std::span<const int> fds) const;

  enum class Received { kMessage, kNothing, kGone };
  Received receive(EndMessage& message) const;

  int fd() const { return socket_; }
  pid_t warden() const { return warden_; }

 private:
  Link(int socket, pid_t warden) : socket_(socket), warden_(warden) {}

  int socket_ = -1;
  pid_t warden_ = -1;
};

}  // namespace rota::warden
