#include "warden/link.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "warden/warden.h"

namespace rota::warden {

// Closing the socket tells the warden and the keepers to end everything; the warden goes last.
Link::~Link() {
  if (socket_ >= 0) ::close(socket_);
  while (warden_ > 0 && ::waitpid(warden_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

Link::Link(Link&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)), warden_(std::exchange(other.warden_, -1)) {}

Link& Link::operator=(Link&& other) noexcept {
  std::swap(socket_, other.socket_);
  std::swap(warden_, other.warden_);
  return *this;
}

Result<Link> Link::open(const LeasePage& lease) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("no socket for the warden: {}", std::strerror(errno)));
  }
  const int room = 4 * static_cast<int>(kMessageBytesMax);
  ::setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
  const pid_t warden = ::fork();
  if (warden == 0) run_warden(ends[1], lease);
  const int why = errno;
  ::close(ends[1]);
  if (warden < 0) {
    ::close(ends[0]);
    return fail(ErrorCode::kUnavailable,
                fmt::format("the warden process cannot be started: {}", std::strerror(why)));
  }
  return Link(ends[0], warden);
}

Link::Sent Link::send(const std::string& message, std::span<const int> fds) const {
  iovec bytes{const_cast<char*>(message.data()), message.size()};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(StandardFds))] = {};
  msghdr header{};
  header.msg_iov = &bytes;
  header.msg_iovlen = 1;
  if (!fds.empty()) {
    header.msg_control = control;
    header.msg_controllen = CMSG_SPACE(fds.size_bytes());
    cmsghdr* beside = CMSG_FIRSTHDR(&header);
    beside->cmsg_level = SOL_SOCKET;
    beside->cmsg_type = SCM_RIGHTS;
    beside->cmsg_len = CMSG_LEN(fds.size_bytes());
    std::memcpy(CMSG_DATA(beside), fds.data(), fds.size_bytes());
  }
  if (::sendmsg(socket_, &header, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0) return Sent::kYes;
  return errno == EAGAIN || errno == EINTR || errno == ENOBUFS ? Sent::kLater : Sent::kGone;
}

Link::Received Link::receive(EndMessage& message) const {
  const ssize_t size = ::recv(socket_, &message, sizeof message, MSG_DONTWAIT);
  if (size == sizeof message) return Received::kMessage;
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return Received::kNothing;
  return Received::kGone;
}

}  // namespace rota::warden
