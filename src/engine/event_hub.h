// Tells subscribers what happened, in order, from one thread, so that a slow listener holds up
// nothing but the listeners. While nobody listens, nothing is kept.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include "base/service.h"
#include "rota/scheduler.h"

namespace rota::engine {

/// Thread rule: any thread; a callback may subscribe and unsubscribe, also itself.
class EventHub {
 public:
  /// Undelivered events kept at most; beyond that the oldest go.
  static constexpr std::size_t kBacklogMax = 100'000;

  explicit EventHub(const Clock& clock);
  ~EventHub();

  void publish(Event::Kind kind, TaskId task, RunId run, Instant at);
  /// The subscription must be destroyed before the hub.
  std::unique_ptr<Subscription> subscribe(std::function<void(const Event&)> callback);
  base::Service& service() { return service_; }

 private:
  class Listening;
  struct Listener {
    std::function<void(const Event&)> callback;
    std::recursive_mutex calling;
    bool ended = false;
  };

  SteadyTime deliver();

  std::mutex mutex_;
  std::deque<Event> backlog_;
  std::map<std::uint64_t, std::shared_ptr<Listener>> listeners_;
  std::uint64_t seq_ = 0;
  std::uint64_t next_id_ = 1;
  base::Service service_;
};

}  // namespace rota::engine
