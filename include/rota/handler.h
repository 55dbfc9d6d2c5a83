// Handlers do the work of one type of task. Write a class, override handle(), register it:
//
//   class SendReportTaskHandler : public rota::TaskHandler {
//     rota::Result<std::string> handle(rota::TaskContext& task) override { return "sent 3"; }
//   };
//   ROTA_REGISTER_TASK_HANDLER(SendReportTaskHandler);   // type "send_report"
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "rota/clock.h"
#include "rota/result.h"
#include "rota/run.h"

namespace rota {

namespace base {
class Logger;
class Mask;
}  // namespace base

/// What a handler is told about its run, and where it reports to. Made by the engine; lives until
/// the completion has been called. Thread rule: every method from any thread.
class TaskContext {
 public:
  virtual ~TaskContext() = default;
  virtual const Task& task() const = 0;
  virtual const Run& run() const = 0;
  /// The JSON object the handler works from: the run's own if given by hand, else the task's, with
  /// the secrets that it names ("${secret:NAME}") in their places.
  virtual const std::string& metadata() const = 0;
  /// The slot it runs for, and when it really began.
  Instant scheduled_for() const { return run().scheduled_for; }
  virtual Instant started_at() const = 0;
  /// What the slot stands for in the task's zone and calendar.
  virtual BusinessDates business_dates() const = 0;
  /// The moment that the schedule's text names, before a working-day rule or jitter moved it.
  Instant nominal_time() const { return business_dates().nominal; }
  /// The slot's local date if it is a working day, else the last one before it.
  LocalDate business_date() const { return business_dates().business; }
  /// The working day before business_date().
  LocalDate previous_business_date() const { return business_dates().previous; }
  /// When the run must have ended; none: no timeout.
  virtual std::optional<SteadyTime> deadline() const = 0;
  /// Asked to stop: timeout, cancel, drain or a lost lease. Poll it, or attach a callback.
  virtual std::stop_token stop_token() const = 0;
  /// Appends to the run's captured output (bounded; the middle of too much is left out).
  virtual void write_output(int stream, std::string_view bytes) = 0;
  /// Progress for people: 0 to 1 and a few words.
  virtual void report_progress(double share, std::string_view words) = 0;
  virtual const Clock& clock() const = 0;
  /// The value of a secret; from then on it is masked in all that the run leaves behind. Errors:
  /// kNotFound, and kUnavailable where there is no key to open it with.
  virtual Result<std::string> secret(std::string_view name);
  /// What takes the run's secrets out of a text (src/base/mask.h); null: it has used none.
  virtual std::shared_ptr<const base::Mask> mask() const;
  /// Where execute() writes its lines; the default is silent.
  virtual const base::Logger& logger() const;

  // Typed access to the metadata: the field's value, or `otherwise` when it is absent. A field of
  // the wrong type is kInvalidArgument naming the field and what was expected.
  Result<std::string> metadata_string(std::string_view field, std::string_view otherwise) const;
  Result<std::int64_t> metadata_int(std::string_view field, std::int64_t otherwise) const;
  Result<double> metadata_number(std::string_view field, double otherwise) const;
  Result<bool> metadata_bool(std::string_view field, bool otherwise) const;
  Result<std::vector<std::string>> metadata_strings(std::string_view field) const;
};

/// How a run ended.
struct HandlerOutcome {
  RunStatus status = RunStatus::kSucceeded;  ///< kSucceeded, kFailed, kTimedOut, kCancelled, kLost.
  std::string result;                        ///< The last result, one line for people.
  std::string error;                         ///< Empty when it succeeded.
  bool worth_a_retry = true;                 ///< False: another attempt cannot help.
  Duration elapsed{0};                       ///< By the steady clock.
};

/// Called exactly once when a run has ended, from any thread.
using Completion = std::function<void(HandlerOutcome)>;

/// Base of all handlers. One instance serves all runs of its type, at once: keep no state per run.
class TaskHandler {
 public:
  virtual ~TaskHandler() = default;

  /// The template method: logs start, completion and error on the channel "tasks", measures,
  /// turns a thrown exception into a failure, and calls `done` exactly once. Override handle().
  virtual void execute(std::shared_ptr<TaskContext> task, Completion done);

  /// Whether handle() occupies its thread. Blocking handlers run on the pool; others are called
  /// from the engine's own thread and must return at once.
  virtual bool blocking() const { return true; }

  /// JSON Schema (draft 2020-12) of the metadata; the form, validation and help come from it.
  virtual std::string_view metadata_schema() const { return R"({"type":"object"})"; }

  /// Rules for the metadata that a schema cannot say, asked when a task is saved. Secrets are not
  /// yet in their places. Errors: kInvalidArgument, with the fields.
  virtual Result<void> check_metadata(std::string_view metadata) const {
    (void)metadata;
    return {};
  }

  /// Whether texts below this field of the metadata may name secrets. False for what others can
  /// see, like the arguments of a program.
  virtual bool takes_secret(std::string_view field) const {
    (void)field;
    return true;
  }

  /// One sentence for `rota handlers`.
  virtual std::string_view summary() const { return ""; }

 protected:
  /// Does the work and returns the last result. An error fails the run; its code's
  /// worth_a_retry says whether another attempt can help.
  virtual Result<std::string> handle(TaskContext& task) = 0;

  /// Begins the work; the default calls handle() and completes. Asynchronous handlers override it.
  virtual void begin(const std::shared_ptr<TaskContext>& task,
                     std::function<void(Result<std::string>)> done);
};

/// The services a handler may be built with (processes, HTTP, mail, log). Defined in
/// src/handlers/environment.h; handlers in an application of one's own rarely need it.
struct HandlerEnvironment;

/// What the engine needs of the handlers: find one by its type.
class HandlerCatalog {
 public:
  virtual ~HandlerCatalog() = default;
  /// None when no handler has that type.
  virtual std::shared_ptr<TaskHandler> find(std::string_view type) const = 0;
  /// Every known type, sorted.
  virtual std::vector<std::string> types() const = 0;
};

/// Makes one handler; called once when the catalogue is built.
using HandlerFactory = std::function<std::shared_ptr<TaskHandler>(const HandlerEnvironment&)>;

/// "SendEmailsTaskHandler" becomes "send_emails"; "APIHealthcheckTaskHandler" "api_healthcheck".
std::string handler_type_name(std::string_view class_name);

/// Adds a factory to the process-wide list. Aborts when the type is taken: a programmer's error.
bool register_task_handler(std::string type, HandlerFactory factory);

/// A factory for T, handing it the environment where its constructor wants it.
template <class T>
HandlerFactory make_handler_factory() {
  return [](const HandlerEnvironment& environment) -> std::shared_ptr<TaskHandler> {
    if constexpr (std::is_constructible_v<T, const HandlerEnvironment&>) {
      return std::make_shared<T>(environment);
    } else {
      (void)environment;
      return std::make_shared<T>();
    }
  };
}

}  // namespace rota

#define ROTA_REGISTER_TASK_HANDLER(Class)                                                     \
  static const bool rota_registered_##Class [[maybe_unused]] = ::rota::register_task_handler( \
      ::rota::handler_type_name(#Class), ::rota::make_handler_factory<Class>())
