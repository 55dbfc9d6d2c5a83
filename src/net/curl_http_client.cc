#include "net/curl_http_client.h"

#include <curl/curl.h>
#include <pthread.h>

#include <atomic>
#include <csignal>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

#include "net/curl_transfer.h"

namespace rota::net {
namespace {

using handlers::HttpCall;
using handlers::HttpRequest;

void initialise_curl_once() {
  static const CURLcode done = curl_global_init(CURL_GLOBAL_DEFAULT);
  (void)done;
}

// The loop: owns the multi handle and every transfer. Others leave requests and wake it.
class Loop {
 public:
  explicit Loop(const CurlHttpClientOptions& options)
      : options_(options), multi_(curl_multi_init()) {
    curl_multi_setopt(multi_, CURLMOPT_MAX_TOTAL_CONNECTIONS, options.connections_max);
    thread_ = std::thread([this] { run(); });
  }

  ~Loop() { curl_multi_cleanup(multi_); }

  std::uint64_t post(HttpRequest request, handlers::HttpClient::OnAnswer on_answer) {
    auto transfer = std::make_unique<CurlTransfer>(std::move(request), std::move(on_answer),
                                                   options_.allow_private);
    std::lock_guard lock(mutex_);
    const std::uint64_t id = ++last_id_;
    if (stopping_) return id;  // the transfer answers "cancelled" as it goes
    arriving_.emplace_back(id, std::move(transfer));
    curl_multi_wakeup(multi_);
    return id;
  }

  void cancel(std::uint64_t id) {
    std::lock_guard lock(mutex_);
    if (stopping_) return;
    cancelled_.push_back(id);
    curl_multi_wakeup(multi_);
  }

  void shut_down() {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
      curl_multi_wakeup(multi_);
    }
    if (thread_.joinable()) thread_.join();
  }

 private:
  using Arrivals = std::vector<std::pair<std::uint64_t, std::unique_ptr<CurlTransfer>>>;

  void run() {
    sigset_t all;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, nullptr);  // signals are for the server; no SIGPIPE here
    while (take_requests()) {
      int running = 0;
      curl_multi_perform(multi_, &running);
      take_finished();
      curl_multi_poll(multi_, nullptr, 0, transfers_.empty() ? 60'000 : 1000, nullptr);
    }
    while (!transfers_.empty()) drop(transfers_.begin()->first);
  }

  bool take_requests() {
    Arrivals arriving;
    std::vector<std::uint64_t> cancelled;
    bool go_on = true;
    {
      std::lock_guard lock(mutex_);
      arriving.swap(arriving_);
      cancelled.swap(cancelled_);
      go_on = !stopping_;
    }
    for (auto& [id, transfer] : arriving) {
      if (go_on && transfer->prepare()) {
        curl_multi_add_handle(multi_, transfer->handle());
        transfers_.emplace(id, std::move(transfer));
      }
    }
    for (const std::uint64_t id : cancelled) drop(id);
    return go_on;
  }

  void take_finished() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      CURL* const handle = message->easy_handle;
      const CURLcode code = message->data.result;
      char* mine = nullptr;
      curl_easy_getinfo(handle, CURLINFO_PRIVATE, &mine);
      curl_multi_remove_handle(multi_, handle);
      auto& transfer = *reinterpret_cast<CurlTransfer*>(mine);
      if (transfer.finish(code) && transfer.prepare()) {
        curl_multi_add_handle(multi_, transfer.handle());
      } else {
        forget(transfer);
      }
    }
  }

  void forget(const CurlTransfer& transfer) {
    std::erase_if(transfers_, [&](const auto& entry) { return entry.second.get() == &transfer; });
  }

  void drop(std::uint64_t id) {
    auto node = transfers_.extract(id);
    if (node.empty()) return;
    curl_multi_remove_handle(multi_, node.mapped()->handle());
  }  // its end answers "cancelled"

  const CurlHttpClientOptions options_;
  CURLM* const multi_;
  std::unordered_map<std::uint64_t, std::unique_ptr<CurlTransfer>> transfers_;
  std::mutex mutex_;
  Arrivals arriving_;
  std::vector<std::uint64_t> cancelled_;
  std::uint64_t last_id_ = 0;
  bool stopping_ = false;
  std::thread thread_;
};

class Call final : public HttpCall {
 public:
  Call(std::weak_ptr<Loop> loop, std::uint64_t id) : loop_(std::move(loop)), id_(id) {}
  void cancel() override {
    if (const auto loop = loop_.lock()) loop->cancel(id_);
  }

 private:
  const std::weak_ptr<Loop> loop_;
  const std::uint64_t id_;
};

class CurlHttpClient final : public handlers::HttpClient {
 public:
  explicit CurlHttpClient(const CurlHttpClientOptions& options)
      : loop_(std::make_shared<Loop>(options)) {}
  ~CurlHttpClient() override { loop_->shut_down(); }

  std::shared_ptr<HttpCall> send(HttpRequest request, OnAnswer on_answer) override {
    const auto id = loop_->post(std::move(request), std::move(on_answer));
    return std::make_shared<Call>(loop_, id);
  }

 private:
  const std::shared_ptr<Loop> loop_;
};

}  // namespace

std::unique_ptr<handlers::HttpClient> make_curl_http_client(const CurlHttpClientOptions& options) {
  initialise_curl_once();
  return std::make_unique<CurlHttpClient>(options);
}

}  // namespace rota::net
