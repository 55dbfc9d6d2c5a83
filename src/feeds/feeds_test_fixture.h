// A service of bank holidays that answers as a test tells it to, and a calendar with a feed of it.
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <utility>

#include "feeds/bank_holiday_service_adapter.h"
#include "net/curl_http_client.h"
#include "net/curl_test_server.h"
#include "schedule/holiday_list.h"

namespace rota::feeds {

inline LocalDate on(std::string_view date) { return schedule::parse_local_date(date).value(); }

/// "{scotland: ...}" with one event of each date.
inline std::string gov_uk_with(std::initializer_list<std::string_view> dates) {
  std::string events;
  for (const auto date : dates) {
    events += (events.empty() ? "" : ",") + std::string(R"({"title":"Day )") + std::string(date) +
              R"(","date":")" + std::string(date) + R"(","notes":""})";
  }
  return R"({"scotland":{"division":"scotland","events":[)" + events + "]}}";
}

/// Answers every request with what was set last; remembers the request.
class FakeService {
 public:
  FakeService() : server_([this](const std::string& request, int fd) { answer(request, fd); }) {}

  void will_answer(std::string status, std::string body, std::string headers = {}) {
    const std::lock_guard lock(mutex_);
    serve_ = [=](int fd) { net::TestServer::reply(fd, status, body, headers); };
  }
  void will_do(std::function<void(int fd)> serve) {
    const std::lock_guard lock(mutex_);
    serve_ = std::move(serve);
  }
  std::string last_request() const {
    const std::lock_guard lock(mutex_);
    return request_;
  }
  std::string url(std::string_view path = "/days") const { return server_.url(path); }
  int requests() const { return server_.connections(); }

 private:
  void answer(const std::string& request, int fd) {
    std::function<void(int)> serve;
    {
      const std::lock_guard lock(mutex_);
      request_ = request;
      serve = serve_;
    }
    if (serve) serve(fd);
  }

  mutable std::mutex mutex_;
  std::string request_;
  std::function<void(int)> serve_;
  net::TestServer server_;
};

inline CalendarView calendar_with_feed(std::string url, std::string format = "gov.uk") {
  CalendarView view;
  view.calendar.id = CalendarId{7};
  view.calendar.name = "scotland";
  view.calendar.rule = "scotland";
  view.feed.emplace();
  view.feed->calendar_id = CalendarId{7};
  view.feed->url = std::move(url);
  view.feed->format = std::move(format);
  view.feed->division = "scotland";
  return view;
}

/// The view as it stands after an outcome, as the store would give it.
inline void apply(const FeedOutcome& outcome, CalendarView& view) {
  view.feed = outcome.feed;
  if (outcome.days) view.holidays = *outcome.days;
}

inline std::unique_ptr<handlers::HttpClient> client_for_tests() {
  net::CurlHttpClientOptions options;
  options.allow_private = true;
  return net::make_curl_http_client(options);
}

}  // namespace rota::feeds
