// A server over real sockets on 127.0.0.1 that echoes, streams, holds requests and answers much.
#pragma once

#include <gtest/gtest.h>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "net/http_server.h"
#include "net/test_client.h"

namespace rota::net {

using namespace std::chrono_literals;

inline constexpr const char* kGet = "GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n";

inline HttpLimits quick_limits() {
  HttpLimits limits;
  limits.sweep_every = 20ms;
  limits.header_time = 200ms;
  limits.body_time = 200ms;
  limits.idle_time = 300ms;
  limits.write_window = 300ms;
  limits.body_window = 100ms;
  limits.linger_time = 100ms;
  limits.stop_grace = 500ms;
  return limits;
}

class HttpServerTest : public testing::Test {
 protected:
  void serve(HttpLimits limits = {}, std::vector<Network> trusted = {}) {
    HttpServerOptions options;
    options.limits = limits;
    options.trusted_proxies = std::move(trusted);
    auto started = HttpServer::listen(loop_, options, [this](auto request, auto answer) {
      if (request->path == "/hold") return hold(std::move(request), std::move(answer));
      handle(*request, std::move(answer));
    });
    ASSERT_TRUE(started) << started.error().message;
    server_ = std::move(*started);
    server_->begin();
  }

  void handle(const Request& request, std::shared_ptr<Responder> answer) {
    if (request.path == "/forget") return;
    if (request.path == "/stream") {
      const std::lock_guard lock(mutex_);
      stream_ = answer->stream(Response{});
      streaming_.notify_all();
      return;
    }
    Response response;
    response.body = request.method + " " + request.path + " " + request.body;
    if (request.path == "/big") response.body = std::string(8 << 20, 'x');
    if (request.path == "/huge") response.body = std::string(32 << 20, 'x');
    if (request.path == "/from") response.body = request.remote_address;
    if (request.path == "/nothing") response.status = 204;
    if (request.path == "/split") response.set("X", "a\r\nInjected: yes");
    answer->send(std::move(response));
  }

  void hold(std::shared_ptr<const Request> request, std::shared_ptr<Responder> answer) {
    const std::lock_guard lock(mutex_);
    held_.emplace_back(std::move(request), std::move(answer));
    streaming_.notify_all();
  }

  std::string ask(const std::string& bytes) {
    TestClient client(server_->port());
    client.send(bytes);
    return client.read_answer();
  }

  std::shared_ptr<StreamWriter> wait_for_stream() {
    std::unique_lock lock(mutex_);
    streaming_.wait_for(lock, 5s, [this] { return stream_ != nullptr; });
    return stream_;
  }

  /// Requests for "/hold" that wait for an answer; false: so many did not come in time.
  bool wait_for_held(std::size_t count) {
    std::unique_lock lock(mutex_);
    return streaming_.wait_for(lock, 5s, [&] { return held_.size() >= count; });
  }
  void answer_held() {
    const std::lock_guard lock(mutex_);
    for (auto& [request, answer] : held_) answer->send({});
    held_.clear();
  }
  static bool comes_true(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + 10s;
    while (!condition()) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::sleep_for(1ms);
    }
    return true;
  }

  EventLoop loop_;
  std::mutex mutex_;
  std::condition_variable streaming_;
  std::shared_ptr<StreamWriter> stream_;
  std::vector<std::pair<std::shared_ptr<const Request>, std::shared_ptr<Responder>>> held_;
  std::unique_ptr<HttpServer> server_;
};

}  // namespace rota::net
