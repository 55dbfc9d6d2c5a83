// What `rota doctor` asks of an open database: its health, its server and its tasks.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "cli/database.h"
#include "cli/doctor_checks.h"
#include "cli/machine.h"
#include "store/store.h"

namespace rota::cli {
namespace {

constexpr std::size_t kNamesShown = 5;

Finding failed(std::string subject, const Error& error) {
  return {Health::kFail, std::move(subject), error.message, error.hint};
}

std::string some_of(const std::vector<std::string>& names) {
  std::string text = fmt::format(
      "{}",
      fmt::join(names.begin(),
                names.begin() + static_cast<std::ptrdiff_t>(std::min(names.size(), kNamesShown)),
                ", "));
  if (names.size() > kNamesShown) text += fmt::format(" and {} more", names.size() - kNamesShown);
  return text;
}

}  // namespace

Finding check_contents(Scheduler& scheduler) {
  auto facts = scheduler.store().summarize();
  if (!facts) return failed("database", facts.error());
  return {
      Health::kOk, "database",
      fmt::format("{}, schema {}, {}; {} tasks ({} active), {} runs ({} unfinished)",
                  facts->database, facts->schema_version,
                  format_bytes(static_cast<std::uint64_t>(std::max<std::int64_t>(0, facts->bytes))),
                  facts->tasks, facts->active_tasks, facts->runs, facts->unfinished_runs),
      ""};
}

Finding check_integrity(Scheduler& scheduler) {
  auto complaints = scheduler.store().check_health();
  if (!complaints) return failed("integrity", complaints.error());
  if (complaints->empty()) return {Health::kOk, "integrity", "the database finds no fault", ""};
  return {Health::kFail, "integrity", some_of(*complaints),
          "stop the server, keep a copy of the file, then restore a backup or try "
          "'sqlite3 FILE .recover'"};
}

Finding check_server(Scheduler& scheduler, const Clock& clock) {
  auto nodes = scheduler.store().list_nodes();
  if (!nodes) return failed("server", nodes.error());
  for (const store::NodeView& node : *nodes) {
    if (node.status == "dead" || node.lease_until <= clock.now()) continue;
    return {
        Health::kOk, "server",
        fmt::format("node {} on {}, process {}, Rota {}, since {}", node.id.value, node.info.host,
                    node.info.pid, node.info.version, format_utc(node.started_at)),
        ""};
  }
  return {Health::kWarning, "server", "no server is running on this database",
          "tasks run only while 'rota serve' does"};
}

Finding check_clock(Scheduler& scheduler, const Clock& clock) {
  constexpr Instant kLeast{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};
  constexpr std::chrono::minutes kTolerated{5};
  const Instant now = clock.now();
  if (now < kLeast) {
    return {Health::kFail, "clock", fmt::format("this machine believes it is {}", format_utc(now)),
            "set the clock; an NTP service (systemd-timesyncd, chrony) keeps it right"};
  }
  auto nodes = scheduler.store().list_nodes();
  if (!nodes) return failed("clock", nodes.error());
  for (const store::NodeView& node : *nodes) {
    if (node.started_at > now + kTolerated) {
      return {Health::kFail, "clock",
              fmt::format("it is {}, but a server started at {}", format_utc(now),
                          format_utc(node.started_at)),
              "the clock was set back or is wrong: set it, then look again"};
    }
  }
  const auto set_back = scheduler.check_clock();
  if (!set_back) return failed("clock", set_back.error());
  if (*set_back) {
    return {Health::kWarning, "clock",
            fmt::format("it is {}, but {} tasks are decided up to {}: the clock was set back, and "
                        "none of their slots runs before that time",
                        format_utc(std::chrono::floor<std::chrono::seconds>(now)),
                        (*set_back)->tasks, format_utc((*set_back)->decided_until)),
            "after that time all goes on by itself; 'rota task run' runs a task at once"};
  }
  return {Health::kOk, "clock", format_utc(std::chrono::floor<std::chrono::seconds>(now)), ""};
}

Finding check_task_errors(Scheduler& scheduler) {
  TaskQuery query;
  query.failing_only = true;
  auto tasks = load_tasks(scheduler, query, 0);
  if (!tasks) return failed("schedules", tasks.error());
  std::vector<std::string> wrong;
  for (const TaskView& view : *tasks) {
    if (view.execution.schedule_error.empty()) continue;
    wrong.push_back(fmt::format("'{}' ({})", view.task.name, view.execution.schedule_error));
  }
  if (wrong.empty()) return {Health::kOk, "schedules", "every task can be planned", ""};
  return {Health::kWarning, "schedules",
          fmt::format("{} cannot be planned: {}", wrong.size(), some_of(wrong)),
          "correct them with 'rota task edit TASK --schedule ...'"};
}

Finding check_failing_tasks(Scheduler& scheduler) {
  TaskQuery query;
  query.failing_only = true;
  auto tasks = load_tasks(scheduler, query, 0);
  if (!tasks) return failed("failures", tasks.error());
  std::vector<std::string> failing;
  for (const TaskView& view : *tasks) {
    if (view.execution.failure_count == 0) continue;
    failing.push_back(
        fmt::format("'{}' ({} in a row)", view.task.name, view.execution.failure_count));
  }
  if (failing.empty()) return {Health::kOk, "failures", "no task's last run failed", ""};
  return {Health::kWarning, "failures", fmt::format("failing: {}", some_of(failing)),
          "'rota runs TASK' shows why"};
}

Finding check_handlers(Scheduler& scheduler) {
  auto tasks = load_tasks(scheduler, {}, 0);
  if (!tasks) return failed("handlers", tasks.error());
  std::set<std::string> unknown;
  for (const TaskView& view : *tasks) {
    if (view.task.active && !scheduler.handlers().find(view.task.type)) {
      unknown.insert(view.task.type);
    }
  }
  if (unknown.empty()) {
    return {Health::kOk, "handlers",
            fmt::format("{} types are known", scheduler.handlers().types().size()), ""};
  }
  return {Health::kWarning, "handlers",
          "tasks have types that this program does not know: " +
              some_of({unknown.begin(), unknown.end()}),
          "'rota handlers' lists the known ones; a task of another type fails"};
}

}  // namespace rota::cli
