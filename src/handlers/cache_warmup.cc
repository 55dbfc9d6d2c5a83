// `cache_warmup` fetches the address of each key, so that whatever caches it (a proxy, the
// application) has it fresh. Keys without an address are said plainly.
#include <fmt/format.h>

#include <algorithm>

#include "handlers/endpoints.h"
#include "handlers/environment.h"

namespace rota::handlers {
namespace {

using Done = std::function<void(Result<std::string>)>;

Result<std::string> judge(const std::vector<EndpointAnswer>& answers, const std::string& note) {
  const auto good =
      std::count_if(answers.begin(), answers.end(), [](const auto& answer) { return answer.good; });
  const std::string text = fmt::format("{} of {} keys warmed{}", good, answers.size(), note);
  if (static_cast<std::size_t>(good) == answers.size()) return text;
  const auto bad =
      std::find_if(answers.begin(), answers.end(), [](const auto& answer) { return !answer.good; });
  return fail(ErrorCode::kFailed, fmt::format("{}; {}", text, bad->text));
}

class CacheWarmupTaskHandler final : public TaskHandler {
 public:
  explicit CacheWarmupTaskHandler(const HandlerEnvironment& environment)
      : client_(environment.http) {}

  bool blocking() const override { return false; }
  std::string_view summary() const override { return "Fetches addresses so that caches are warm."; }
  std::string_view metadata_schema() const override {
    return R"({
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "cacheKeys": {"type": "array", "title": "Keys", "items": {"type": "string"}, "default": [],
                      "description": "Addresses, or names listed in addresses; first ones first."},
        "addresses": {"type": "object", "title": "Addresses", "default": {},
                      "description": "The http(s) address of each name."},
        "preloadPercent": {"type": "integer", "title": "Share", "minimum": 0, "maximum": 100,
                           "default": 100, "description": "How many of the keys, in percent."},
        "timeoutMs": {"type": "integer", "title": "Timeout", "minimum": 1, "maximum": 600000,
                      "default": 30000, "description": "Milliseconds for each fetch."}
      }
    })";
  }

 protected:
  // Only begin() is called by execute().
  Result<std::string> handle(TaskContext&) override {
    return fail(ErrorCode::kInternal, "keys cannot be fetched without waiting for them");
  }

  void begin(const std::shared_ptr<TaskContext>& task, Done done) override {
    Metadata metadata(*task);
    EndpointList list = read_endpoints(metadata, "cacheKeys");
    const auto percent = static_cast<std::size_t>(metadata.integer("preloadPercent", 100, 0, 100));
    const std::chrono::milliseconds timeout{metadata.integer("timeoutMs", 30'000, 1, 600'000)};
    if (auto good = metadata.check(); !good) return done(fail(std::move(good.error())));
    const std::string missing = list.without_address.empty()
                                    ? ""
                                    : "no address is configured for " + join(list.without_address);
    if (list.known.empty()) {
      return done(missing.empty() ? std::string("nothing to warm: no keys are listed")
                                  : "nothing was warmed: " + missing);
    }
    if (client_ == nullptr) {
      return done(fail(ErrorCode::kUnavailable, "this server has no HTTP client"));
    }
    list.known.resize((list.known.size() * percent + 99) / 100);
    call_endpoints(*client_, list.known, timeout, task,
                   [task, done, note = missing.empty() ? "" : "; " + missing](const auto& answers) {
                     for (const auto& answer : answers) task->write_output(1, answer.text + "\n");
                     done(judge(answers, note));
                   });
  }

 private:
  HttpClient* const client_;
};

ROTA_REGISTER_TASK_HANDLER(CacheWarmupTaskHandler);

}  // namespace
}  // namespace rota::handlers
