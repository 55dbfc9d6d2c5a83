#include "api/events.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <future>
#include <utility>

#include "api/json_writer.h"

namespace rota::api {
namespace {

constexpr std::size_t kCatchUpMax = 64 * 1024;  // bytes; reading anew is cheaper then

void write_ids(JsonWriter& json, std::string_view name, const std::set<std::int64_t>& ids) {
  json.key(name).begin_array();
  for (const std::int64_t id : ids) json.value(id);
  json.end_array();
}

std::shared_ptr<const std::string> shared(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

}  // namespace

void EventBatch::add(const Event& event, std::size_t ids_max) {
  if (overflow) return;
  switch (event.kind) {
    case Event::Kind::kTaskChanged:
      tasks_edited.insert(event.task_id.value);
      tasks_changed.insert(event.task_id.value);
      break;
    case Event::Kind::kTaskRemoved:
      tasks_changed.erase(event.task_id.value);
      tasks_edited.erase(event.task_id.value);
      tasks_removed.insert(event.task_id.value);
      break;
    case Event::Kind::kOutput:
      outputs.insert(event.run_id.value);
      break;
    case Event::Kind::kRunStarted:
    case Event::Kind::kRunFinished:
      runs.insert(event.run_id.value);
      [[fallthrough]];
    case Event::Kind::kTaskPlanned:
      tasks_changed.insert(event.task_id.value);
      break;
  }
  if (tasks_changed.size() + tasks_removed.size() > ids_max || runs.size() > ids_max ||
      outputs.size() > ids_max) {
    *this = {};
    overflow = true;
  }
}

bool EventBatch::empty() const {
  return !overflow && tasks_changed.empty() && tasks_removed.empty() && runs.empty() &&
         outputs.empty();
}

std::string format_event(std::string_view id, std::string_view kind, std::string_view data) {
  return fmt::format("id: {}\nevent: {}\ndata: {}\n\n", id, kind, data);
}

std::string write_batch(const EventBatch& batch) {
  JsonWriter json;
  json.begin_object();
  write_ids(json, "tasks", batch.tasks_changed);
  write_ids(json, "edited", batch.tasks_edited);
  write_ids(json, "removed", batch.tasks_removed);
  write_ids(json, "runs", batch.runs);
  write_ids(json, "outputs", batch.outputs);
  json.end_object();
  return json.take();
}

EventHub::EventHub(net::EventLoop& loop, std::string incarnation, EventLimits limits)
    : loop_(loop), incarnation_(std::move(incarnation)), limits_(limits) {}

void EventHub::start(Scheduler& scheduler) {
  subscription_ = scheduler.subscribe([this](const Event& event) { on_event(event); });
  loop_.post_after(limits_.heartbeat, [weak = weak_from_this()] {
    if (const auto hub = weak.lock()) hub->beat();
  });
}

void EventHub::stop() {
  subscription_.reset();
  auto done = std::make_shared<std::promise<void>>();
  auto finished = done->get_future();
  loop_.post([self = shared_from_this(), done] {
    self->stopped_ = true;
    self->listeners_.clear();
    self->listener_count_ = 0;
    done->set_value();
  });
  finished.wait_for(std::chrono::seconds{1});
}

void EventHub::on_event(const Event& event) {
  const std::lock_guard lock(mutex_);
  pending_.add(event, limits_.ids_max);
  if (std::exchange(flush_due_, true)) return;
  loop_.post_after(limits_.gather, [weak = weak_from_this()] {
    if (const auto hub = weak.lock()) hub->flush();
  });
}

void EventHub::flush() {
  EventBatch batch;
  {
    const std::lock_guard lock(mutex_);
    batch = std::exchange(pending_, {});
    flush_due_ = false;
  }
  if (batch.empty() || stopped_) return;
  const std::string id = id_of(++number_);
  auto bytes = shared(batch.overflow ? format_event(id, "reset", "{}")
                                     : format_event(id, "changes", write_batch(batch)));
  kept_.push_back({number_, bytes});
  if (kept_.size() > limits_.kept_max) kept_.pop_front();
  send_to_all(bytes);
}

// A comment: keeps proxies from hanging up, and finds out who has gone.
void EventHub::beat() {
  if (stopped_) return;
  send_to_all(shared(": still here\n\n"));
  check_listeners();
  loop_.post_after(limits_.heartbeat, [weak = weak_from_this()] {
    if (const auto hub = weak.lock()) hub->beat();
  });
}

// Sessions end and rights change while somebody listens.
void EventHub::check_listeners() {
  std::vector<Listener> asked;
  for (const Listener& listener : listeners_) {
    if (listener.may_stay) asked.push_back(listener);
  }
  if (asked.empty() || !aside_) return;
  aside_([weak = weak_from_this(), asked = std::move(asked)]() mutable {
    std::erase_if(asked, [](const Listener& listener) { return listener.may_stay(); });
    const auto hub = weak.lock();
    if (!hub || asked.empty()) return;
    hub->loop_.post([hub, gone = std::move(asked)] {
      std::erase_if(hub->listeners_, [&](const Listener& listener) {
        return std::any_of(gone.begin(), gone.end(),
                           [&](const Listener& one) { return one.writer == listener.writer; });
      });
      hub->listener_count_ = hub->listeners_.size();
    });
  });
}

void EventHub::send_to_all(const std::shared_ptr<const std::string>& bytes) {
  std::erase_if(listeners_, [&](const Listener& one) { return !one.writer->write(bytes); });
  listener_count_ = listeners_.size();
}

std::string EventHub::id_of(std::uint64_t number) const {
  return fmt::format("{}-{}", incarnation_, number);
}

std::optional<std::uint64_t> EventHub::number_of(std::string_view id) const {
  if (!id.starts_with(incarnation_ + "-")) return std::nullopt;
  id.remove_prefix(incarnation_.size() + 1);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
  if (error != std::errc{} || end != id.data() + id.size() || number > number_) return std::nullopt;
  return number;
}

void EventHub::catch_up(net::StreamWriter& writer, std::string_view last_event_id) const {
  const auto seen = number_of(last_event_id);
  const std::uint64_t oldest = kept_.empty() ? number_ + 1 : kept_.front().number;
  std::string missed;
  for (const Kept& kept : kept_) {
    if (seen && kept.number > *seen) missed += *kept.bytes;
  }
  if (!seen || *seen + 1 < oldest || missed.size() > kCatchUpMax) {
    missed = format_event(id_of(number_), "reset", "{}");
  }
  writer.write(shared(std::move(missed)));
}

EventHub::Verdict EventHub::listen(const std::string& holder, std::string_view last_event_id,
                                   const std::shared_ptr<net::Responder>& responder,
                                   net::Response head, std::function<bool()> may_stay) {
  std::erase_if(listeners_, [](const Listener& one) { return !one.writer->is_open(); });
  if (stopped_ || listeners_.size() >= limits_.listeners_max) return Verdict::kFull;
  const auto own = std::ranges::count(listeners_, holder, &Listener::holder);
  if (static_cast<std::size_t>(own) >= limits_.listeners_per_holder_max) {
    return Verdict::kHolderFull;
  }
  head.holder = holder;
  auto writer = responder->stream(std::move(head));
  if (!writer) return Verdict::kListens;
  // What was missed comes first: "hello" says that nothing before its id is missing any more.
  if (!last_event_id.empty()) catch_up(*writer, last_event_id);
  writer->write(shared("retry: 1000\n" + format_event(id_of(number_), "hello", "{}")));
  if (writer->is_open()) listeners_.push_back({holder, std::move(writer), std::move(may_stay)});
  listener_count_ = listeners_.size();
  return Verdict::kListens;
}

}  // namespace rota::api
