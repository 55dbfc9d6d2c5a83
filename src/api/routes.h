// The route table in parts. Every function adds the routes of one subject; build_routes() is the
// whole table, the only list of what the server answers.
#pragma once

#include <chrono>
#include <vector>

#include "api/activity.h"
#include "api/events.h"
#include "api/gate.h"
#include "api/router.h"
#include "base/log.h"
#include "feeds/bank_holiday_service_adapter.h"
#include "net/http_server.h"
#include "rota/scheduler.h"

namespace rota::api {

/// What the answers are made from. Outlives the router.
struct Services {
  Scheduler& scheduler;
  EventHub& events;
  Activity& activity;
  const Gate& gate;
  const base::Logger& log;
  std::chrono::steady_clock::time_point started_at;
  /// Of the HTTP server itself; set once it listens.
  std::function<net::HttpServerCounters()> http_counters;
  /// Asks the addresses of calendars; null: they are not asked here.
  const feeds::BankHolidayServiceAdapter* feeds = nullptr;
};

std::vector<Route> build_routes(const Services& services);

void add_task_routes(std::vector<Route>& routes, const Services& services);
void add_run_list_routes(std::vector<Route>& routes, const Services& services);
void add_run_routes(std::vector<Route>& routes, const Services& services);
void add_decision_routes(std::vector<Route>& routes, const Services& services);
void add_schedule_routes(std::vector<Route>& routes, const Services& services);
void add_status_routes(std::vector<Route>& routes, const Services& services);
void add_activity_routes(std::vector<Route>& routes, const Services& services);
void add_node_routes(std::vector<Route>& routes, const Services& services);
void add_task_change_routes(std::vector<Route>& routes, const Services& services);
void add_bulk_routes(std::vector<Route>& routes, const Services& services);
void add_revision_routes(std::vector<Route>& routes, const Services& services);
void add_run_change_routes(std::vector<Route>& routes, const Services& services);
void add_session_routes(std::vector<Route>& routes, const Services& services);
void add_account_routes(std::vector<Route>& routes, const Services& services);
void add_calendar_routes(std::vector<Route>& routes, const Services& services);
void add_calendar_change_routes(std::vector<Route>& routes, const Services& services);
void add_calendar_source_routes(std::vector<Route>& routes, const Services& services);
void add_task_preview_routes(std::vector<Route>& routes, const Services& services);
void add_load_routes(std::vector<Route>& routes, const Services& services);
void add_setting_routes(std::vector<Route>& routes, const Services& services);
void add_secret_routes(std::vector<Route>& routes, const Services& services);
void add_event_routes(std::vector<Route>& routes, const Services& services);
void add_description_routes(std::vector<Route>& routes);
void add_page_routes(std::vector<Route>& routes);

/// Writes a change into the audit. What happened is not undone when that fails: it is logged.
void note_change(const Services& services, const Exchange& exchange, std::string_view action,
                 std::string object, std::string before = {}, std::string after = {});

Instant wall_now();

/// 204.
net::Response no_content();

/// 200 with a JSON text that must not be kept by anybody.
net::Response json_response(std::string body);

}  // namespace rota::api
