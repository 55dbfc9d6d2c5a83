// A run as a handler sees it, for tests: everything can be set, everything reported is kept.
#pragma once

#include <future>
#include <mutex>
#include <string>

#include "base/log.h"
#include "base/mask.h"
#include "rota/clock.h"
#include "rota/handler.h"

namespace rota::handlers {

class FakeTaskContext final : public TaskContext {
 public:
  explicit FakeTaskContext(std::string metadata = "{}") : metadata_(std::move(metadata)) {
    task_.id = TaskId{7};
    task_.name = "A task";
    task_.type = "fake";
    run_.id = RunId{42};
    run_.task_id = task_.id;
    run_.scheduled_for = *parse_instant("2026-11-23T09:30:00Z");
    run_.fence = 3;
  }

  const Task& task() const override { return task_; }
  const Run& run() const override { return run_; }
  const std::string& metadata() const override { return metadata_; }
  Instant started_at() const override { return run_.scheduled_for; }
  BusinessDates business_dates() const override {
    const LocalDate date{
        std::chrono::floor<std::chrono::days>(run_.scheduled_for.time_since_epoch())};
    return {run_.scheduled_for, date, date - std::chrono::days{1}};
  }
  std::optional<SteadyTime> deadline() const override { return deadline_; }
  std::stop_token stop_token() const override { return stop_.get_token(); }
  void write_output(int stream, std::string_view bytes) override {
    std::lock_guard lock(mutex_);
    output_bytes_ += bytes.size();
    if (output_[stream == 2 ? 2 : stream == 1 ? 1 : 0].size() < kOutputKept) {
      output_[stream == 2 ? 2 : stream == 1 ? 1 : 0] += bytes;
    }
  }
  void report_progress(double share, std::string_view) override { progress_ = share; }
  const Clock& clock() const override { return *clock_; }
  const base::Logger& logger() const override { return logger_; }
  std::shared_ptr<const base::Mask> mask() const override { return mask_; }

  std::string output(int stream) const {
    std::lock_guard lock(mutex_);
    return output_[stream];
  }
  std::size_t output_bytes() const {
    std::lock_guard lock(mutex_);
    return output_bytes_;
  }
  void request_stop() { stop_.request_stop(); }

  Task task_;
  Run run_;
  std::string metadata_;
  std::optional<SteadyTime> deadline_;
  const Clock* clock_ = &system_;
  base::Logger logger_;
  std::shared_ptr<const base::Mask> mask_;
  double progress_ = 0;

 private:
  static constexpr std::size_t kOutputKept = 1 << 20;
  SystemClock system_;
  std::stop_source stop_;
  mutable std::mutex mutex_;
  std::string output_[3];
  std::size_t output_bytes_ = 0;
};

/// Executes and waits for the outcome.
inline HandlerOutcome execute_and_wait(TaskHandler& handler, std::shared_ptr<TaskContext> task) {
  auto promise = std::make_shared<std::promise<HandlerOutcome>>();
  auto outcome = promise->get_future();
  handler.execute(std::move(task),
                  [promise](HandlerOutcome given) { promise->set_value(std::move(given)); });
  return outcome.get();
}

}  // namespace rota::handlers
