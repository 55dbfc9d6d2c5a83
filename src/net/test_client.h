// A client for tests that says exactly what it is told, also what no honest client would.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace rota::net {

class TestClient {
 public:
  explicit TestClient(std::uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
  }
  ~TestClient() { close(fd_); }
  TestClient(const TestClient&) = delete;
  TestClient& operator=(const TestClient&) = delete;

  bool connected() const { return connected_; }
  int fd() const { return fd_; }

  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  /// Reads until `wanted` has come, the other side closed, or the time is up. All of it.
  std::string read_until(std::string_view wanted, int timeout_ms = 5000) {
    while (seen_.find(wanted) == std::string::npos && read_some(timeout_ms)) {
    }
    return seen_;
  }

  /// Everything until the other side closes.
  std::string read_all(int timeout_ms = 5000) {
    while (read_some(timeout_ms)) {
    }
    return seen_;
  }

  /// One whole answer with a Content-Length; what follows it stays for the next call.
  std::string read_answer(int timeout_ms = 5000) {
    std::size_t end = 0;
    while ((end = seen_.find("\r\n\r\n")) == std::string::npos) {
      if (!read_some(timeout_ms)) return std::exchange(seen_, {});
    }
    std::size_t length = 0;
    if (const auto at = seen_.find("Content-Length: "); at < end) {
      length = std::stoul(seen_.substr(at + 16));
    }
    while (seen_.size() < end + 4 + length && read_some(timeout_ms)) {
    }
    std::string answer = seen_.substr(0, end + 4 + length);
    seen_.erase(0, answer.size());
    return answer;
  }

  /// Throws away what has come so far.
  void discard() {
    while (read_some(0)) seen_.clear();
  }

  bool closed() const { return closed_; }

 private:
  bool read_some(int timeout_ms) {
    pollfd waiting{fd_, POLLIN, 0};
    if (poll(&waiting, 1, timeout_ms) <= 0) return false;
    char buffer[16384];
    const ssize_t count = recv(fd_, buffer, sizeof buffer, 0);
    if (count <= 0) {
      closed_ = true;
      return false;
    }
    seen_.append(buffer, static_cast<std::size_t>(count));
    return true;
  }

  int fd_;
  bool connected_ = false;
  bool closed_ = false;
  std::string seen_;
};

/// 200 of "HTTP/1.1 200 OK"; 0 when it is no answer.
inline int status_of(std::string_view answer) {
  if (!answer.starts_with("HTTP/1.1 ") || answer.size() < 12) return 0;
  return std::stoi(std::string(answer.substr(9, 3)));
}

inline std::string body_of(std::string_view answer) {
  const std::size_t end = answer.find("\r\n\r\n");
  return end == std::string_view::npos ? std::string{} : std::string(answer.substr(end + 4));
}

/// The value of a header in a raw answer; "" when absent.
inline std::string header_of(std::string_view answer, std::string_view name) {
  const std::string_view head = answer.substr(0, answer.find("\r\n\r\n"));
  const std::size_t at = head.find("\r\n" + std::string(name) + ": ");
  if (at == std::string_view::npos) return {};
  const std::size_t begin = at + name.size() + 4;
  return std::string(head.substr(begin, head.find("\r\n", begin) - begin));
}

}  // namespace rota::net
