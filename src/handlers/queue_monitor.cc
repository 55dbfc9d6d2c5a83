// `queue_monitor` looks at Rota's own queue of runs: how many are due and have not begun.
#include <fmt/format.h>

#include "handlers/environment.h"
#include "handlers/metadata.h"
#include "rota/handler.h"

namespace rota::handlers {
namespace {

class QueueMonitorTaskHandler final : public TaskHandler {
 public:
  explicit QueueMonitorTaskHandler(const HandlerEnvironment& environment)
      : environment_(environment) {}

  std::string_view summary() const override {
    return "Fails when too many runs wait in the queue.";
  }
  std::string_view metadata_schema() const override {
    return R"({
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "maxDepth": {"type": "integer", "title": "Limit", "minimum": 0, "default": 1000,
                     "description": "More waiting runs are a failure."},
        "alertThreshold": {"type": "integer", "title": "Alert", "minimum": 0, "default": 500,
                           "description": "More waiting runs are pointed out in the result."}
      }
    })";
  }

 protected:
  Result<std::string> handle(TaskContext& task) override {
    Metadata metadata(task);
    const auto most = metadata.integer("maxDepth", 1000, 0);
    const auto alert = metadata.integer("alertThreshold", 500, 0);
    if (auto good = metadata.check(); !good) return fail(std::move(good.error()));
    if (!environment_.summarize_database) {
      return fail(ErrorCode::kUnavailable, "the queue cannot be seen from here",
                  "run this task on a Rota server");
    }
    const auto summary = environment_.summarize_database();
    if (!summary) return fail(summary.error());
    const std::string text =
        fmt::format("{} waiting, {} running (alert above {}, limit {})", summary->runs_queued,
                    summary->runs_executing, alert, most);
    if (summary->runs_queued > most) {
      return fail(ErrorCode::kFailed, "the queue is too long: " + text);
    }
    return summary->runs_queued > alert ? "above the alert threshold: " + text : text;
  }

 private:
  const HandlerEnvironment& environment_;
};

ROTA_REGISTER_TASK_HANDLER(QueueMonitorTaskHandler);

}  // namespace
}  // namespace rota::handlers
