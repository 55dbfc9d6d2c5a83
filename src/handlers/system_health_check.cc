// `system_health_check` reads load, memory and disk of this machine, Rota's own database where "db"
// is listed, and calls the listed services that have an address.
#include <fmt/format.h>

#include <algorithm>

#include "handlers/endpoints.h"
#include "handlers/environment.h"
#include "handlers/machine.h"

namespace rota::handlers {
namespace {

using Done = std::function<void(Result<std::string>)>;

struct Thresholds {
  std::int64_t load_per_core = 8;
  std::int64_t memory_percent = 2;
  std::int64_t disk_percent = 5;
};

// What was found, and what of it is bad.
struct Findings {
  std::vector<std::string> good;
  std::vector<std::string> bad;
  void add(bool fine, std::string text) { (fine ? good : bad).push_back(std::move(text)); }
};

double percent_of(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

void judge_machine(const MachineReading& machine, const Thresholds& limits, Findings& findings) {
  findings.add(machine.load <= static_cast<double>(limits.load_per_core) * machine.cores,
               fmt::format("load {:.2f} on {} cores", machine.load, machine.cores));
  const double memory = percent_of(machine.memory_available_bytes, machine.memory_bytes);
  findings.add(
      memory >= static_cast<double>(limits.memory_percent),
      fmt::format("memory {:.0f} % of {} available", memory, format_bytes(machine.memory_bytes)));
  const double disk = percent_of(machine.disk_free_bytes, machine.disk_bytes);
  findings.add(disk >= static_cast<double>(limits.disk_percent),
               fmt::format("disk {:.0f} % of {} free", disk, format_bytes(machine.disk_bytes)));
}

Result<std::string> conclude(const Findings& findings, const std::vector<std::string>& unchecked) {
  std::string text = join(findings.good);
  if (!unchecked.empty()) {
    text += "; not checked, no address is configured: " + join(unchecked);
  }
  if (findings.bad.empty()) return text;
  return fail(ErrorCode::kFailed, fmt::format("unhealthy: {}; {}", join(findings.bad), text));
}

class SystemHealthCheckTaskHandler final : public TaskHandler {
 public:
  explicit SystemHealthCheckTaskHandler(const HandlerEnvironment& environment)
      : environment_(environment) {}

  bool blocking() const override { return false; }
  std::string_view summary() const override {
    return "Checks load, memory, disk, Rota's database and listed services.";
  }
  std::string_view metadata_schema() const override {
    return R"({
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "alertEmail": {"type": "string", "title": "Alert address", "default": "",
                       "description": "Kept for the record; a failure of this task is the alert."},
        "checkServices": {"type": "array", "title": "Services", "items": {"type": "string"},
                          "default": [],
                          "description": "db is Rota's database; others need an address."},
        "addresses": {"type": "object", "title": "Addresses", "default": {},
                      "description": "The http(s) address of each service."},
        "maxLoadPerCore": {"type": "integer", "title": "Load limit", "minimum": 1, "maximum": 1000,
                           "default": 8, "description": "Runnable processes per core."},
        "minMemoryPercent": {"type": "integer", "title": "Memory limit", "minimum": 0,
                             "maximum": 100, "default": 2, "description": "Least available."},
        "minDiskPercent": {"type": "integer", "title": "Disk limit", "minimum": 0, "maximum": 100,
                           "default": 5, "description": "Least free, where the data folder is."}
      }
    })";
  }

 protected:
  // Only begin() is called by execute().
  Result<std::string> handle(TaskContext&) override {
    return fail(ErrorCode::kInternal, "services cannot be called without waiting for them");
  }

  void begin(const std::shared_ptr<TaskContext>& task, Done done) override {
    Metadata metadata(*task);
    EndpointList services = read_endpoints(metadata, "checkServices");
    Thresholds limits;
    limits.load_per_core = metadata.integer("maxLoadPerCore", 8, 1, 1000);
    limits.memory_percent = metadata.integer("minMemoryPercent", 2, 0, 100);
    limits.disk_percent = metadata.integer("minDiskPercent", 5, 0, 100);
    if (auto good = metadata.check(); !good) return done(fail(std::move(good.error())));
    auto machine = read_machine(environment_.data_folder);
    if (!machine) return done(fail(std::move(machine.error())));
    Findings findings;
    judge_machine(*machine, limits, findings);
    check_database(services.without_address, findings);
    if (services.known.empty() || environment_.http == nullptr) {
      for (const auto& service : services.known) services.without_address.push_back(service.name);
      return done(conclude(findings, services.without_address));
    }
    call_endpoints(*environment_.http, services.known, std::chrono::seconds{10}, task,
                   [done, findings, rest = services.without_address](const auto& answers) mutable {
                     for (const auto& answer : answers) findings.add(answer.good, answer.text);
                     done(conclude(findings, rest));
                   });
  }

 private:
  // "db" without an address of its own is the database this server runs on.
  void check_database(std::vector<std::string>& names, Findings& findings) const {
    const auto db = std::find(names.begin(), names.end(), "db");
    if (db == names.end() || !environment_.summarize_database) return;
    names.erase(db);
    const auto summary = environment_.summarize_database();
    findings.add(summary.has_value(),
                 summary
                     ? fmt::format("db {} with {} tasks",
                                   format_bytes(static_cast<std::uint64_t>(summary->size_bytes)),
                                   summary->tasks)
                     : "db: " + summary.error().message);
  }

  const HandlerEnvironment& environment_;
};

ROTA_REGISTER_TASK_HANDLER(SystemHealthCheckTaskHandler);

}  // namespace
}  // namespace rota::handlers
