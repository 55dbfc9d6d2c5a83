// Keeps the feeds of all calendars fresh while a server runs: asks each when its time has come, one
// after the other, and warns in the log when days grow old. Does nothing while no calendar has one.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>

#include "base/log.h"
#include "base/service.h"
#include "feeds/bank_holiday_service_adapter.h"
#include "store/store.h"

namespace rota::feeds {

/// Thread rule: start() and stop() from the owner; everything else on the service's own thread.
class RefreshService {
 public:
  /// How often it looks whether somebody added or changed a feed.
  static constexpr Duration kLook = std::chrono::seconds{30};

  /// All must outlive it.
  RefreshService(store::Store& store, handlers::HttpClient& client, const Clock& clock,
                 const base::Logger& logger, FeedLimits limits = {});
  ~RefreshService();

  void start();
  /// Cancels an asking on its way and waits for it. Idempotent.
  void stop();

  /// The duty itself, for tests: asks every feed whose time has come; returns when to be called
  /// next.
  SteadyTime run_once();

 private:
  struct Standing {
    int failures = 0;
    std::string warned;  ///< What was last said, to say it once.
  };

  void ask(const CalendarFeed& feed);
  void warn(CalendarId id, const std::string& name, const CalendarFeed& feed);

  store::Store& store_;
  const Clock& clock_;
  base::Logger logger_;
  BankHolidayServiceAdapter adapter_;
  std::stop_source stop_;
  std::map<std::int64_t, Standing> standing_;  // by calendar id
  base::Service service_;
};

}  // namespace rota::feeds
