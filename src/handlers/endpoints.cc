#include "handlers/endpoints.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <boost/json.hpp>
#include <mutex>
#include <optional>

#include "base/mask.h"

namespace rota::handlers {
namespace {

constexpr std::size_t kEndpointsMax = 100;

bool is_address(std::string_view text) {
  return text.starts_with("http://") || text.starts_with("https://");
}

std::string address_of(const Metadata& metadata, const std::string& name) {
  const boost::json::value* addresses = metadata.find("addresses");
  if (addresses == nullptr || !addresses->is_object()) return {};
  const boost::json::value* url = addresses->get_object().if_contains(name);
  if (url == nullptr || !url->is_string()) return {};
  return {url->get_string().data(), url->get_string().size()};
}

// All calls of one task: counts down to the last answer.
class Round : public std::enable_shared_from_this<Round> {
 public:
  Round(std::shared_ptr<TaskContext> task, std::size_t count,
        std::function<void(std::vector<EndpointAnswer>)> done)
      : task_(std::move(task)),
        mask_(task_->mask()),
        done_(std::move(done)),
        answers_(count),
        left_(count) {}

  void start(HttpClient& client, const std::vector<Endpoint>& endpoints, Duration timeout) {
    on_stop_.emplace(task_->stop_token(), [this] { stop(); });
    for (std::size_t i = 0; i < endpoints.size(); ++i) {
      HttpRequest request;
      request.url = endpoints[i].url;
      request.timeout = timeout;
      request.mask = mask_;
      auto call = client.send(std::move(request),
                              [round = shared_from_this(), i, name = endpoints[i].name](
                                  Result<HttpAnswer> answer) { round->answered(i, name, answer); });
      std::lock_guard lock(mutex_);
      if (stopped_) call->cancel();
      calls_.push_back(std::move(call));
    }
  }

 private:
  void stop() {
    std::lock_guard lock(mutex_);
    stopped_ = true;
    for (const auto& call : calls_) call->cancel();
  }

  void answered(std::size_t i, const std::string& name, const Result<HttpAnswer>& answer) {
    EndpointAnswer& slot = answers_[i];
    slot.name = name;
    slot.good = answer && answer->status < 400;
    const std::string shown = base::masked_line(mask_.get(), name, 100);
    slot.text = answer ? fmt::format("{}: status {} in {}", shown, answer->status,
                                     format_duration(answer->elapsed))
                       : fmt::format("{}: {}", shown, answer.error().message);
    {
      std::lock_guard lock(mutex_);
      if (--left_ > 0) return;
    }
    on_stop_.reset();
    std::exchange(done_, nullptr)(std::move(answers_));
  }

  const std::shared_ptr<TaskContext> task_;
  const std::shared_ptr<const base::Mask> mask_;
  std::function<void(std::vector<EndpointAnswer>)> done_;
  std::vector<EndpointAnswer> answers_;
  std::mutex mutex_;
  std::vector<std::shared_ptr<HttpCall>> calls_;
  std::size_t left_;
  bool stopped_ = false;
  std::optional<std::stop_callback<std::function<void()>>> on_stop_;
};

}  // namespace

EndpointList read_endpoints(Metadata& metadata, std::string_view field) {
  EndpointList list;
  const auto names = metadata.strings(field);
  if (names.size() > kEndpointsMax) {
    metadata.complain(field, fmt::format("must have at most {} entries", kEndpointsMax));
    return list;
  }
  for (const std::string& name : names) {
    std::string url = is_address(name) ? name : address_of(metadata, name);
    if (url.empty()) {
      list.without_address.push_back(name);
    } else {
      list.known.push_back({name, std::move(url)});
    }
  }
  return list;
}

void call_endpoints(HttpClient& client, const std::vector<Endpoint>& endpoints, Duration timeout,
                    const std::shared_ptr<TaskContext>& task,
                    std::function<void(std::vector<EndpointAnswer>)> done) {
  if (endpoints.empty()) return done({});
  std::make_shared<Round>(task, endpoints.size(), std::move(done))
      ->start(client, endpoints, timeout);
}

std::string join(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, ", "));
}

}  // namespace rota::handlers
