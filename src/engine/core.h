// What all parts of the engine share: the ports they talk to and the little state between them.
#pragma once

#include <atomic>
#include <mutex>

#include "base/log.h"
#include "engine/calendar_book.h"
#include "engine/database_time.h"
#include "engine/event_hub.h"
#include "engine/held_runs.h"
#include "engine/schedule_cache.h"
#include "engine/session.h"
#include "model/catch_up.h"
#include "model/lateness.h"
#include "rota/handler.h"
#include "rota/options.h"
#include "secrets/vault.h"
#include "store/store.h"

namespace rota::engine {

/// The channel of the engine's own log lines.
inline constexpr std::string_view kLogChannel = "engine";

/// Counted since start. Thread rule: any thread.
struct Counters {
  std::atomic<std::uint64_t> started{0};
  std::atomic<std::uint64_t> succeeded{0};
  std::atomic<std::uint64_t> failed{0};
  std::atomic<std::uint64_t> skipped{0};
  std::atomic<std::uint64_t> stale_results{0};

  std::atomic<std::uint64_t> left_out_overlap{0};
  std::atomic<std::uint64_t> left_out_backlog{0};

  void add_skipped(SkipKind kind, std::uint64_t slots) {
    skipped += slots;
    if (kind == SkipKind::kOverlap) left_out_overlap += slots;
    if (kind == SkipKind::kBacklog) left_out_backlog += slots;
  }
  void add_lateness(Duration late) {
    const std::lock_guard lock(mutex);
    lateness.add(late);
  }
  model::LatenessPercentiles percentiles() const {
    const std::lock_guard lock(mutex);
    return lateness.percentiles();
  }

 private:
  mutable std::mutex mutex;
  model::Lateness lateness;
};

struct Core {
  Core(store::Store& the_store, const HandlerCatalog& the_handlers, const Clock& the_clock,
       const EngineOptions& the_options, const base::Logger& the_logger,
       secrets::Vault* the_secrets)
      : store(the_store),
        handlers(the_handlers),
        clock(the_clock),
        options(the_options),
        logger(the_logger),
        secrets(the_secrets),
        time(the_clock),
        session(the_clock),
        calendars(the_store),
        schedules(calendars),
        events(the_clock) {}

  store::Store& store;
  const HandlerCatalog& handlers;
  const Clock& clock;
  const EngineOptions options;
  const base::Logger logger;
  secrets::Vault* const secrets;  ///< Null: no run may name one.
  DatabaseTime time;
  Session session;
  HeldRuns held;
  CalendarBook calendars;
  ScheduleCache schedules;
  EventHub events;
  Counters counters;
  std::atomic<bool> draining{false};

  /// When no server ran, as far as this one can tell; set once it has a session.
  std::optional<model::Outage> outage() const {
    const std::lock_guard lock(outage_mutex);
    return last_outage;
  }
  void set_outage(std::optional<model::Outage> outage) {
    const std::lock_guard lock(outage_mutex);
    last_outage = outage;
  }

  /// Somebody set the clock back, or the database is ahead of it: ClockCheck is to look.
  std::atomic<bool> clock_doubted{false};
  /// None once the clock has come there.
  std::optional<ClockSetBack> clock_set_back() const {
    const std::lock_guard lock(outage_mutex);
    if (set_back && set_back->decided_until <= time.now()) return std::nullopt;
    return set_back;
  }
  void set_clock_set_back(std::optional<ClockSetBack> found) {
    const std::lock_guard lock(outage_mutex);
    set_back = found;
  }

  void complain(std::string_view what, const Error& error) const {
    logger.warning(kLogChannel, what, {{"error", error.message}});
  }

 private:
  mutable std::mutex outage_mutex;
  std::optional<model::Outage> last_outage;
  std::optional<ClockSetBack> set_back;
};

}  // namespace rota::engine
