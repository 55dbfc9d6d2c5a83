#include "feeds/http_wait.h"

#include <future>

namespace rota::feeds {

Result<handlers::HttpAnswer> send_and_wait(handlers::HttpClient& client,
                                           handlers::HttpRequest request, std::stop_token stop) {
  // Shared, because the answer may come while this function is already on its way out.
  auto answer = std::make_shared<std::promise<Result<handlers::HttpAnswer>>>();
  auto ready = answer->get_future();
  const auto call = client.send(std::move(request), [answer](Result<handlers::HttpAnswer> result) {
    answer->set_value(std::move(result));
  });
  const std::stop_callback cancel(stop, [&call] { call->cancel(); });
  return ready.get();
}

}  // namespace rota::feeds
