// `api_healthcheck` calls every endpoint that has an address, all at once, and fails when one does
// not answer well. Names without an address are said plainly, never counted as healthy.
#include <fmt/format.h>

#include "handlers/endpoints.h"
#include "handlers/environment.h"

namespace rota::handlers {
namespace {

using Done = std::function<void(Result<std::string>)>;

Result<std::string> judge(const std::vector<EndpointAnswer>& answers,
                          const std::vector<std::string>& without_address) {
  const std::string unchecked =
      without_address.empty() ? "" : "no address is configured for " + join(without_address);
  if (answers.empty()) {
    return without_address.empty() ? std::string("nothing to check: no endpoints are listed")
                                   : "nothing was checked: " + unchecked;
  }
  std::vector<std::string> bad;
  for (const auto& answer : answers) {
    if (!answer.good) bad.push_back(answer.text);
  }
  const std::string also = unchecked.empty() ? "" : "; " + unchecked;
  if (bad.empty()) {
    return fmt::format("{} of {} healthy{}", answers.size(), answers.size(), also);
  }
  return fail(ErrorCode::kFailed,
              fmt::format("{} of {} unhealthy: {}{}", bad.size(), answers.size(), join(bad), also));
}

class APIHealthcheckTaskHandler final : public TaskHandler {
 public:
  explicit APIHealthcheckTaskHandler(const HandlerEnvironment& environment)
      : client_(environment.http) {}

  bool blocking() const override { return false; }
  std::string_view summary() const override {
    return "Calls HTTP endpoints and checks they answer.";
  }
  std::string_view metadata_schema() const override {
    return R"({
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "endpoints": {"type": "array", "title": "Endpoints", "items": {"type": "string"},
                      "default": [], "description": "Addresses, or names listed in addresses."},
        "addresses": {"type": "object", "title": "Addresses", "default": {},
                      "description": "The http(s) address of each name."},
        "timeoutMs": {"type": "integer", "title": "Timeout", "minimum": 1, "maximum": 600000,
                      "default": 5000, "description": "Milliseconds for each call."}
      }
    })";
  }

 protected:
  // Only begin() is called by execute().
  Result<std::string> handle(TaskContext&) override {
    return fail(ErrorCode::kInternal, "endpoints cannot be called without waiting for them");
  }

  void begin(const std::shared_ptr<TaskContext>& task, Done done) override {
    Metadata metadata(*task);
    const EndpointList list = read_endpoints(metadata, "endpoints");
    const std::chrono::milliseconds timeout{metadata.integer("timeoutMs", 5000, 1, 600'000)};
    if (auto good = metadata.check(); !good) return done(fail(std::move(good.error())));
    if (client_ == nullptr && !list.known.empty()) {
      return done(fail(ErrorCode::kUnavailable, "this server has no HTTP client"));
    }
    if (list.known.empty()) return done(judge({}, list.without_address));
    call_endpoints(*client_, list.known, timeout, task,
                   [task, done, rest = list.without_address](const auto& answers) {
                     for (const auto& answer : answers) task->write_output(1, answer.text + "\n");
                     done(judge(answers, rest));
                   });
  }

 private:
  HttpClient* const client_;
};

ROTA_REGISTER_TASK_HANDLER(APIHealthcheckTaskHandler);

}  // namespace
}  // namespace rota::handlers
