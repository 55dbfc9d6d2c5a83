// `command` runs a program: an argument list that no shell reads, or a shell text where the server
// allows it. Its output is the run's output; its whole tree ends with the run.
#include <fmt/format.h>

#include <boost/json.hpp>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <optional>

#include "base/escapes.h"
#include "base/mask.h"
#include "handlers/command_policy.h"
#include "handlers/environment.h"
#include "handlers/fire_key.h"
#include "handlers/metadata.h"
#include "handlers/process_runner.h"
#include "rota/handler.h"

namespace rota::handlers {
namespace {

using Done = std::function<void(Result<std::string>)>;

constexpr std::size_t kLineKept = 500;

constexpr std::string_view kSchema = R"({
  "type": "object",
  "properties": {
    "argv": {"type": "array", "title": "Command", "items": {"type": "string"},
             "description": "The program and its arguments, each as it is; no shell reads them."},
    "shell": {"type": "string", "title": "Shell text",
              "description": "Instead of a command: a text for /bin/sh, where the server allows it."},
    "environment": {"type": "object", "title": "Environment",
                    "description": "Further variables as name and text."},
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
    last_out_.finish();
    last_err_.finish();
    answer(result_of(end));
  }

  Result<std::string> result_of(const ProcessEnd& end) const {
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

// Names through which a program is made to load or run something else.
bool is_dangerous_name(std::string_view name) {
  for (std::string_view prefix : {"LD_", "DYLD_", "ROTA_", "BASH_FUNC_"}) {
    if (name.starts_with(prefix)) return true;
  }
  for (std::string_view whole :
       {"BASH_ENV", "ENV", "IFS", "SHELLOPTS", "BASHOPTS", "PS4", "GCONV_PATH", "GLIBC_TUNABLES"}) {
    if (name == whole) return true;
  }
  return false;
}

bool is_variable_name(std::string_view name) {
  return !name.empty() && !(name[0] >= '0' && name[0] <= '9') &&
         name.find_first_not_of(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") ==
             std::string_view::npos;
}

std::vector<std::string> basic_environment(const TaskContext& task) {
  std::vector<std::string> all{"PATH=" + command_path()};
  for (const char* name : {"HOME", "LANG", "TZ"}) {
    if (const char* value = std::getenv(name)) all.push_back(fmt::format("{}={}", name, value));
  }
  const Run& run = task.run();
  all.push_back("ROTA_TASK=" + task.task().name);
  all.push_back(fmt::format("ROTA_RUN_ID={}", run.id.value));
  all.push_back("ROTA_SCHEDULED_FOR=" + format_utc(run.scheduled_for));
  all.push_back(fmt::format("ROTA_ATTEMPT={}", run.attempt));
  all.push_back(fmt::format("ROTA_FENCE={}", run.fence));
  all.push_back("ROTA_FIRE_KEY=" + fire_key(run));
  const BusinessDates dates = task.business_dates();
  all.push_back("ROTA_NOMINAL_TIME=" + format_utc(dates.nominal));
  all.push_back("ROTA_BUSINESS_DATE=" + format_date(dates.business));
  all.push_back("ROTA_PREVIOUS_BUSINESS_DATE=" + format_date(dates.previous));
  return all;
}

void add_environment(Metadata& metadata, std::vector<std::string>& all) {
  const boost::json::value* given = metadata.find("environment");
  if (given == nullptr) return;
  if (!given->is_object()) {
    return metadata.complain("environment", "must be an object of names and texts");
  }
  for (const auto& [key, value] : given->get_object()) {
    const std::string_view name{key.data(), key.size()};
    const std::string shown = metadata.shown(name, 60);
    if (!is_variable_name(name) || is_dangerous_name(name)) {
      metadata.complain("environment", fmt::format("may not set '{}'", shown));
    } else if (!value.is_string()) {
      metadata.complain("environment", fmt::format("must give '{}' a text", shown));
    } else {
      const std::string prefix = std::string(name) + "=";
      std::erase_if(all, [&](const std::string& one) { return one.starts_with(prefix); });
      all.push_back(prefix + std::string(value.get_string().data(), value.get_string().size()));
    }
  }
}

std::vector<std::int64_t> success_codes(Metadata& metadata) {
  std::vector<std::int64_t> codes;
  const boost::json::value* given = metadata.find("success_codes");
  if (given == nullptr) return {0};
  if (given->is_array()) {
    for (const auto& code : given->get_array()) {
      if (code.is_int64()) codes.push_back(code.get_int64());
    }
  }
  if (codes.empty() || codes.size() != given->get_array().size()) {
    metadata.complain("success_codes", "must be a list of exit codes");
  }
  return codes;
}

class CommandTaskHandler final : public TaskHandler {
 public:
  explicit CommandTaskHandler(const HandlerEnvironment& environment) : environment_(environment) {}

  bool blocking() const override { return false; }
  std::string_view summary() const override {
    return "Runs a program, where the server allows it.";
  }
  std::string_view metadata_schema() const override { return kSchema; }
  // Arguments can be read by everybody in /proc.
  bool takes_secret(std::string_view field) const override {
    return field == "environment" || field == "input";
  }

 protected:
  // Only begin() is called by execute().
  Result<std::string> handle(TaskContext&) override {
    return fail(ErrorCode::kInternal, "a command cannot run without being watched");
  }

  void begin(const std::shared_ptr<TaskContext>& task, Done done) override {
    Metadata metadata(*task);
    const std::chrono::seconds grace{metadata.integer("grace_s", 5, 0, 600)};
    const auto codes = success_codes(metadata);
    auto spec = read_spec(*task, metadata);
    if (auto good = metadata.check(); !good) return done(fail(std::move(good.error())));
    if (!spec) return done(fail(std::move(spec.error())));
    if (environment_.processes == nullptr) {
      return done(fail(ErrorCode::kUnavailable, "this server has no supervisor for programs"));
    }
    std::make_shared<CommandRun>(task, std::move(done), grace, codes)
        ->start(*environment_.processes, *spec);
  }

 private:
  Result<ProcessSpec> read_spec(const TaskContext& task, Metadata& metadata) const {
    ProcessSpec spec;
    spec.argv = metadata.strings("argv");
    const std::string shell = metadata.string("shell");
    if (spec.argv.empty() == shell.empty()) {
      metadata.complain("argv", "or 'shell' must be given, and not both");
    }
    spec.folder = metadata.string("folder", "/");
    if (!spec.folder.starts_with('/')) metadata.complain("folder", "must be an absolute path");
    spec.input = metadata.string("input");
    constexpr std::int64_t kMost = 1'000'000;
    const auto limit = [&](std::string_view field, std::uint64_t unit) {
      return static_cast<std::uint64_t>(metadata.integer(field, 0, 0, kMost)) * unit;
    };
    spec.limits.cpu_s = limit("cpu_s", 1);
    spec.limits.memory_bytes = limit("memory_mb", 1'000'000);
    spec.limits.file_bytes = limit("file_mb", 1'000'000);
    spec.environment = basic_environment(task);
    add_environment(metadata, spec.environment);
    spec.run_as = environment_.command.run_as;
    spec.allow_root = environment_.command.allow_root;
    return shell.empty() ? with_program(std::move(spec)) : with_shell(std::move(spec), shell);
  }

  Result<ProcessSpec> with_program(ProcessSpec spec) const {
    if (spec.argv.empty()) return spec;  // complained about already
    // Refuse before looking, so that a server without commands tells nothing about its disk.
    if (environment_.command.allow.empty()) {
      return fail(allow_program(environment_.command, spec.argv[0]).error());
    }
    auto program = find_program(spec.argv[0]);
    if (!program) return fail(std::move(program.error()));
    auto allowed = allow_program(environment_.command, *program);
    if (!allowed) return fail(std::move(allowed.error()));
    spec.program = *std::move(program);
    return spec;
  }

  Result<ProcessSpec> with_shell(ProcessSpec spec, const std::string& shell) const {
    auto allowed = allow_shell(environment_.command);
    if (!allowed) return fail(std::move(allowed.error()));
    spec.program = "/bin/sh";
    spec.argv = {"sh", "-c", shell};
    return spec;
  }

  const HandlerEnvironment& environment_;
};

ROTA_REGISTER_TASK_HANDLER(CommandTaskHandler);

}  // namespace
}  // namespace rota::handlers
