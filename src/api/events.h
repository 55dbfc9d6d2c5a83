// Server-sent events: what changed, told to every open page. Changes are gathered for a moment and
// named once, so that a thousand runs a second become a few short messages; a page then asks for
// the rows it shows. A page that lost its connection says the last message it has seen and gets
// what it missed, or the advice to read everything anew.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "net/event_loop.h"
#include "net/http_server.h"
#include "rota/scheduler.h"

namespace rota::api {

struct EventLimits {
  std::size_t listeners_max = 1024;
  std::size_t listeners_per_holder_max = 32;  ///< Of one user, whatever their sessions and tokens.
  std::size_t kept_max = 512;                 ///< Messages kept for those who come back.
  std::size_t ids_max = 500;                  ///< Named in one message; more become a reset.
  std::chrono::milliseconds gather{40};       ///< How long changes are collected.
  std::chrono::milliseconds heartbeat{15'000};
};

/// What changed since the message before.
struct EventBatch {
  std::set<std::int64_t> tasks_changed;  ///< In any way, a run of theirs included.
  std::set<std::int64_t> tasks_edited;   ///< Those of them whose configuration changed, or new.
  std::set<std::int64_t> tasks_removed;
  std::set<std::int64_t> runs;     ///< Started or finished.
  std::set<std::int64_t> outputs;  ///< Runs that printed something.
  bool overflow = false;           ///< Too much to name.

  void add(const Event& event, std::size_t ids_max);
  bool empty() const;
};

/// "id: 1f-7\nevent: changes\ndata: {...}\n\n"
std::string format_event(std::string_view id, std::string_view kind, std::string_view data);
std::string write_batch(const EventBatch& batch);

/// Keeps the listeners. Everything runs on the loop's thread except on_event() and listeners().
class EventHub : public std::enable_shared_from_this<EventHub> {
 public:
  /// `incarnation` tells this process's messages from those before a restart.
  EventHub(net::EventLoop& loop, std::string incarnation, EventLimits limits = {});

  /// Begins to listen to the scheduler and to send heartbeats.
  void start(Scheduler& scheduler);
  /// Ends the subscription and all streams. From any thread but the loop's.
  void stop();

  /// From any thread, and quick: called by the engine.
  void on_event(const Event& event);

  enum class Verdict { kListens, kHolderFull, kFull };

  /// Adds a listener; loop's thread. Those who listen already stay, whoever comes. `may_stay`,
  /// where given, is asked with every heartbeat, aside: one that may not stay any more is dropped.
  Verdict listen(const std::string& holder, std::string_view last_event_id,
                 const std::shared_ptr<net::Responder>& responder, net::Response head,
                 std::function<bool()> may_stay = nullptr);

  /// Within which those who have gone are noticed, and their places free.
  std::chrono::milliseconds heartbeat() const { return limits_.heartbeat; }

  /// Where may_stay is asked, since that may take a look at the database. Before start().
  using Aside = std::function<void(std::function<void()> work)>;
  void ask_aside(Aside aside) { aside_ = std::move(aside); }

  std::size_t listeners() const { return listener_count_; }

 private:
  struct Kept {
    std::uint64_t number;
    std::shared_ptr<const std::string> bytes;
  };
  void flush();
  void beat();
  void check_listeners();
  void send_to_all(const std::shared_ptr<const std::string>& bytes);
  std::string id_of(std::uint64_t number) const;
  /// The number in an id of ours; none for another incarnation's or nonsense.
  std::optional<std::uint64_t> number_of(std::string_view id) const;
  void catch_up(net::StreamWriter& writer, std::string_view last_event_id) const;

  net::EventLoop& loop_;
  const std::string incarnation_;
  const EventLimits limits_;
  Aside aside_;
  std::unique_ptr<Subscription> subscription_;
  std::atomic<std::size_t> listener_count_{0};
  std::mutex mutex_;  // guards the next two
  EventBatch pending_;
  bool flush_due_ = false;
  // Loop's thread only:
  std::uint64_t number_ = 0;
  std::deque<Kept> kept_;
  struct Listener {
    std::string holder;
    std::shared_ptr<net::StreamWriter> writer;
    std::function<bool()> may_stay;
  };
  std::vector<Listener> listeners_;
  bool stopped_ = false;
};

}  // namespace rota::api
