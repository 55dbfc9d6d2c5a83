// `null` does nothing, at once, or after a while, or fails: for trials of schedules and of the
// engine itself. It waits on a timer, so a thousand sleeping runs hold no thread.
#include <atomic>
#include <optional>

#include "handlers/metadata.h"
#include "handlers/timer.h"
#include "rota/handler.h"

namespace rota::handlers {
namespace {

using Done = std::function<void(Result<std::string>)>;

// One sleeping run: ends when its time is up or when it is asked to stop, whichever comes first.
struct Nap {
  Nap(Done finished, Result<std::string> answer) : done(std::move(finished)), result(answer) {}

  void end(Result<std::string> with) {
    if (over.exchange(true)) return;
    std::exchange(done, nullptr)(std::move(with));
  }

  Done done;
  Result<std::string> result;
  std::atomic<bool> over{false};
  std::optional<std::stop_callback<std::function<void()>>> on_stop;
};

class NullTaskHandler final : public TaskHandler {
 public:
  bool blocking() const override { return false; }

  std::string_view summary() const override {
    return "Does nothing; can sleep or fail on request, for trials.";
  }

  // Open, as the only one: it stands in for another type, whose fields stay where they are.
  std::string_view metadata_schema() const override {
    return R"({
      "type": "object",
      "properties": {
        "sleep_ms": {"type": "integer", "title": "Sleep", "minimum": 0, "maximum": 86400000,
                     "default": 0, "description": "Milliseconds before it ends."},
        "fail": {"type": "boolean", "title": "Fail", "default": false,
                 "description": "End as a failure."},
        "result": {"type": "string", "title": "Result", "default": "",
                   "description": "The last result, or the error when it fails."}
      }
    })";
  }

 protected:
  // Only begin() is called by execute(); this is for the rule that a handler has one.
  Result<std::string> handle(TaskContext& task) override {
    Metadata metadata(task);
    return answer(metadata);
  }

  void begin(const std::shared_ptr<TaskContext>& task, Done done) override {
    Metadata metadata(*task);
    const auto sleep_ms = metadata.integer("sleep_ms", 0, 0, 86'400'000);
    auto result = answer(metadata);
    if (auto good = metadata.check(); !good) return done(fail(std::move(good.error())));
    if (sleep_ms == 0) return done(std::move(result));
    sleep(std::chrono::milliseconds{sleep_ms}, *task,
          std::make_shared<Nap>(std::move(done), std::move(result)));
  }

 private:
  static Result<std::string> answer(Metadata& metadata) {
    const bool failing = metadata.boolean("fail", false);
    std::string result = metadata.string("result");
    if (!failing) return result;
    return fail(ErrorCode::kFailed, result.empty() ? "asked to fail" : std::move(result));
  }

  void sleep(Duration how_long, TaskContext& task, const std::shared_ptr<Nap>& nap) {
    nap->on_stop.emplace(task.stop_token(), [weak = std::weak_ptr<Nap>(nap)] {
      if (auto stopped = weak.lock()) {
        stopped->end(fail(ErrorCode::kCancelled, "woken while sleeping"));
      }
    });
    timer_.call_after(how_long, [nap] { nap->end(nap->result); });
  }

  Timer timer_;
};

ROTA_REGISTER_TASK_HANDLER(NullTaskHandler);

}  // namespace
}  // namespace rota::handlers
