#include "engine/event_hub.h"

#include <vector>

namespace rota::engine {

/// Ends a listener: afterwards no callback runs, unless it is the callback itself that ends it.
class EventHub::Listening final : public Subscription {
 public:
  Listening(EventHub& hub, std::uint64_t id, std::shared_ptr<Listener> listener)
      : hub_(hub), id_(id), listener_(std::move(listener)) {}
  ~Listening() override {
    {
      const std::lock_guard lock(hub_.mutex_);
      hub_.listeners_.erase(id_);
    }
    const std::lock_guard calling(listener_->calling);
    listener_->ended = true;
  }

 private:
  EventHub& hub_;
  const std::uint64_t id_;
  std::shared_ptr<Listener> listener_;
};

EventHub::EventHub(const Clock& clock) : service_(clock, [this] { return deliver(); }) {}
EventHub::~EventHub() { service_.stop(); }

void EventHub::publish(Event::Kind kind, TaskId task, RunId run, Instant at) {
  {
    const std::lock_guard lock(mutex_);
    if (listeners_.empty()) return;
    if (backlog_.size() >= kBacklogMax) backlog_.pop_front();
    backlog_.push_back({++seq_, kind, task, run, at});
  }
  service_.wake();
}

std::unique_ptr<Subscription> EventHub::subscribe(std::function<void(const Event&)> callback) {
  auto listener = std::make_shared<Listener>();
  listener->callback = std::move(callback);
  const std::lock_guard lock(mutex_);
  const std::uint64_t id = next_id_++;
  listeners_.emplace(id, listener);
  return std::make_unique<Listening>(*this, id, std::move(listener));
}

SteadyTime EventHub::deliver() {
  std::deque<Event> events;
  std::vector<std::shared_ptr<Listener>> listeners;
  {
    const std::lock_guard lock(mutex_);
    events.swap(backlog_);
    for (const auto& [id, listener] : listeners_) listeners.push_back(listener);
  }
  for (const Event& event : events) {
    for (const auto& listener : listeners) {
      const std::lock_guard calling(listener->calling);
      if (!listener->ended) listener->callback(event);
    }
  }
  return base::Service::kNever;
}

}  // namespace rota::engine
