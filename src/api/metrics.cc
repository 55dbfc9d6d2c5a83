#include "api/metrics.h"

#include <fmt/format.h>

#include <iterator>
#include <string_view>

#include "rota/version.h"

namespace rota::api {
namespace {

class MetricsText {
 public:
  void gauge(std::string_view name, std::string_view help, double value) {
    describe(name, "gauge", help);
    fmt::format_to(std::back_inserter(out_), "{} {}\n", name, value);
  }
  void counter(std::string_view name, std::string_view help, std::uint64_t value) {
    describe(name, "counter", help);
    fmt::format_to(std::back_inserter(out_), "{} {}\n", name, value);
  }
  void describe(std::string_view name, std::string_view type, std::string_view help) {
    fmt::format_to(std::back_inserter(out_), "# HELP {0} {1}\n# TYPE {0} {2}\n", name, help, type);
  }
  void line(std::string_view name, std::string_view labels, double value) {
    fmt::format_to(std::back_inserter(out_), "{}{{{}}} {}\n", name, labels, value);
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

double seconds(Duration d) { return static_cast<double>(d.count()) / 1e6; }

void write_engine(MetricsText& text, const EngineStatus& status) {
  text.describe("rota_build_info", "gauge", "Version of this server");
  text.line("rota_build_info", fmt::format("version=\"{}\"", kVersion), 1);
  text.gauge("rota_engine_running", "1 while the engine plans and runs", status.running);
  text.gauge("rota_engine_draining", "1 while the engine is being stopped", status.draining);
  text.gauge("rota_runs_waiting", "Runs claimed and not due yet", double(status.waiting));
  text.gauge("rota_runs_ready", "Runs due and waiting for a worker", double(status.ready));
  text.gauge("rota_runs_executing", "Runs whose handler is at work", double(status.executing));
  text.counter("rota_runs_started_total", "Runs started", status.started);
  text.describe("rota_runs_finished_total", "counter", "Runs by how they ended");
  text.line("rota_runs_finished_total", "status=\"succeeded\"", double(status.succeeded));
  text.line("rota_runs_finished_total", "status=\"failed\"", double(status.failed));
  text.line("rota_runs_finished_total", "status=\"skipped\"", double(status.skipped));
  text.describe("rota_slots_left_out_total", "counter",
                "Slots that did not run since an earlier run of their task was not over");
  text.line("rota_slots_left_out_total", "reason=\"overlap\"", double(status.left_out_overlap));
  text.line("rota_slots_left_out_total", "reason=\"backlog\"", double(status.left_out_backlog));
  text.gauge("rota_clock_set_back",
             "1 while nothing runs since the clock showed a later time before",
             status.clock_set_back.has_value());
  text.counter("rota_stale_results_total", "Late results of an old owner that were refused",
               status.stale_results);
  text.describe("rota_lateness_seconds", "gauge",
                "Actual start minus slot, over the last 10,000 runs");
  text.line("rota_lateness_seconds", "quantile=\"0.5\"", seconds(status.lateness_p50));
  text.line("rota_lateness_seconds", "quantile=\"0.99\"", seconds(status.lateness_p99));
  text.line("rota_lateness_seconds", "quantile=\"1\"", seconds(status.lateness_max));
}

}  // namespace

std::string write_metrics(const EngineStatus& status, std::optional<std::size_t> overrunning,
                          const net::HttpServerCounters& http, std::size_t event_listeners) {
  MetricsText text;
  write_engine(text, status);
  if (overrunning) {
    text.gauge("rota_tasks_overrunning", "Tasks whose runs take longer than their period",
               double(*overrunning));
  }
  text.gauge("rota_http_connections", "Open connections", double(http.connections));
  text.gauge("rota_http_event_listeners", "Open event streams", double(event_listeners));
  text.counter("rota_http_requests_total", "Requests read", http.requests);
  text.counter("rota_http_requests_refused_total", "Requests malformed, too large or too slow",
               http.requests_refused);
  text.counter("rota_http_connections_refused_total", "Connections over a bound",
               http.connections_refused);
  text.counter("rota_http_streams_dropped_total", "Event streams whose client was too slow",
               http.streams_dropped);
  return text.take();
}

}  // namespace rota::api
