// `command` runs a program: an argument list that no shell reads, or a shell text where the server
// allows it. Its output is the run's output; its whole tree ends with the run.
#include <fmt/format.h>

#include <csignal>
#include <cstring>
#include <mutex>
#include <optional>

#include "base/escapes.h"
#include "base/mask.h"
#include "base/wipe.h"
#include "handlers/command_spec.h"
#include "handlers/environment.h"
#include "handlers/process_runner.h"
#include "rota/handler.h"

namespace rota::handlers {
namespace {

using Done = std::function<void(Result<std::string>)>;

constexpr std::size_t kLineKept = 500;

constexpr std::string_view kSchema = R"({
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "argv": {"type": "array", "title": "Command", "items": {"type": "string"},
             "description": "The program and its arguments, each as it is; no shell reads them."},
    "shell": {"type": "string", "title": "Shell text",
              "description": "Instead of a command: a text for /bin/sh, where the server allows it."},
    "environment": {"type": "object", "title": "Environment",
                    "additionalProperties": {"type": "string"},
                    "description": "Further variables as name and text: TASK_*, LANG, LC_*, TZ, NO_COLOR, COLUMNS, and what the server allows."},
    "folder": {"type": "string", "title": "Folder", "default": "/",
               "description": "Where the program starts: an absolute path."},
    "input": {"type": "string", "title": "Input", "default": "",
              "description": "What it reads on its standard input."},
    "success_codes": {"type": "array", "title": "Success codes", "items": {"type": "integer"},
                      "default": [0], "description": "Exit codes that count as success."},
    "grace_s": {"type": "integer", "title": "Grace", "minimum": 0, "maximum": 600, "default": 5,
                "description": "Seconds between the request to end and the kill."},
    "cpu_s": {"type": "integer", "title": "CPU limit", "minimum": 0, "maximum": 1000000,
              "default": 0, "description": "Seconds of processor time; 0: no limit."},
    "memory_mb": {"type": "integer", "title": "Memory limit", "minimum": 0, "maximum": 1000000,
                  "default": 0, "description": "Megabytes of address space; 0: no limit."},
    "file_mb": {"type": "integer", "title": "File size limit", "minimum": 0, "maximum": 1000000,
                "default": 0, "description": "Megabytes of the largest file; 0: no limit."}
  }
})";

// The last line of a stream that has something to read, however it is cut into pieces.
// Secrets are taken out before anything is cut off.
class LastLine {
 public:
  explicit LastLine(const std::shared_ptr<const base::Mask>& mask) { mask_.use(mask); }
  void add(std::string_view bytes) { keep(mask_.pass(bytes)); }
  void finish() { keep(mask_.finish()); }
  std::string text() const { return base::masked_line(nullptr, line_, kLineKept); }

 private:
  static constexpr std::size_t kLooked = 8 * kLineKept;

  void keep(std::string_view bytes) {
    if (bytes.size() > kLooked) {
      bytes.remove_prefix(bytes.size() - kLooked);
      bytes.remove_prefix(std::min(bytes.find('\n') + 1, bytes.size()));
    }
    for (const char c : bytes) {
      if (c == '\n') {
        fresh_ = true;
      } else if (colours_.is_text(c)) {
        if (std::exchange(fresh_, false)) line_.clear();
        if (line_.size() < kLineKept) line_ += c;
      }
    }
  }

  base::StreamMask mask_;
  std::string line_;
  bool fresh_ = true;
  base::EscapeFilter colours_;
};

// One run of a program, from its start to its answer.
class CommandRun : public std::enable_shared_from_this<CommandRun> {
 public:
  CommandRun(std::shared_ptr<TaskContext> task, Done done, Duration grace,
             std::vector<std::int64_t> success_codes)
      : task_(std::move(task)),
        done_(std::move(done)),
        grace_(grace),
        success_codes_(std::move(success_codes)),
        last_out_(task_->mask()),
        last_err_(task_->mask()) {}

  void start(ProcessRunner& runner, const ProcessSpec& spec) {
    on_stop_.emplace(task_->stop_token(), [this] { stop(); });
    auto started = runner.start(
        spec,
        [run = shared_from_this()](int stream, std::string_view bytes) {
          run->output(stream, bytes);
        },
        [run = shared_from_this()](const ProcessEnd& end) { run->ended(end); });
    if (!started) return answer(fail(std::move(started.error())));
    std::lock_guard lock(mutex_);
    process_ = *std::move(started);
    if (stopped_) process_->stop(grace_);
  }

 private:
  void stop() {
    std::lock_guard lock(mutex_);
    stopped_ = true;
    if (process_) process_->stop(grace_);
  }

  void output(int stream, std::string_view bytes) {
    task_->write_output(stream, bytes);
    (stream == 1 ? last_out_ : last_err_).add(bytes);
  }

  void ended(const ProcessEnd& end) {
    if (end.files_left) {
      task_->write_output(0, "its temporary folder is too large to be removed in time\n");
    }
    last_out_.finish();
    last_err_.finish();
    answer(result_of(end));
  }

  Result<std::string> result_of(const ProcessEnd& end) const {
    if (end.lease_ended) {
      return fail(ErrorCode::kStale,
                  "the server's lease ended (it was stopped, or cut off), and the program with it");
    }
    if (end.not_started) return fail(*end.not_started);
    const std::string last_error = last_err_.text();
    const std::string because = last_error.empty() ? "" : ": " + last_error;
    if (end.signal != 0) {
      const char* name = ::sigabbrev_np(end.signal);
      return fail(ErrorCode::kFailed, fmt::format("ended by signal {} ({}){}", end.signal,
                                                  name != nullptr ? name : "unknown", because));
    }
    const bool good = std::find(success_codes_.begin(), success_codes_.end(), end.exit_code) !=
                      success_codes_.end();
    if (!good) {
      return fail(ErrorCode::kFailed, fmt::format("exit code {}{}", end.exit_code, because));
    }
    const std::string last = last_out_.text();
    return last.empty() ? fmt::format("exit code {}", end.exit_code) : last;
  }

  void answer(Result<std::string> result) {
    on_stop_.reset();
    std::exchange(done_, nullptr)(std::move(result));
  }

  const std::shared_ptr<TaskContext> task_;
  Done done_;
  const Duration grace_;
  const std::vector<std::int64_t> success_codes_;
  LastLine last_out_;
  LastLine last_err_;
  std::mutex mutex_;
  std::shared_ptr<RunningProcess> process_;
  bool stopped_ = false;
  std::optional<std::stop_callback<std::function<void()>>> on_stop_;
};

class CommandTaskHandler final : public TaskHandler {
 public:
  explicit CommandTaskHandler(const HandlerEnvironment& environment)
      : processes_(environment.processes), reader_(environment) {}

  bool blocking() const override { return false; }
  std::string_view summary() const override {
    return "Runs a program, where the server allows it.";
  }
  std::string_view metadata_schema() const override { return kSchema; }
  // Arguments can be read by everybody in /proc.
  bool takes_secret(std::string_view field) const override {
    return field == "environment" || field == "input";
  }
  Result<void> check_metadata(std::string_view metadata) const override {
    return reader_.check(metadata);
  }

 protected:
  // Only begin() is called by execute().
  Result<std::string> handle(TaskContext&) override {
    return fail(ErrorCode::kInternal, "a command cannot run without being watched");
  }

  void begin(const std::shared_ptr<TaskContext>& task, Done done) override {
    auto wanted = reader_.read(*task);
    if (!wanted) return done(fail(std::move(wanted.error())));
    // What the warden gets is a copy of its own.
    const base::WipeAtEnd environment(wanted->spec.environment);
    const base::WipeAtEnd input(wanted->spec.input);
    if (processes_ == nullptr) {
      return done(fail(ErrorCode::kUnavailable, "this server has no supervisor for programs"));
    }
    std::make_shared<CommandRun>(task, std::move(done), wanted->grace,
                                 std::move(wanted->success_codes))
        ->start(*processes_, wanted->spec);
  }

 private:
  ProcessRunner* const processes_;
  const CommandReader reader_;
};

ROTA_REGISTER_TASK_HANDLER(CommandTaskHandler);

}  // namespace
}  // namespace rota::handlers
