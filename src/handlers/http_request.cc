// `http_request` calls an address and judges the answer by its status. It holds no thread while it
// waits; its Idempotency-Key lets the other side recognise a repetition.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <mutex>
#include <optional>

#include "handlers/environment.h"
#include "handlers/fire_key.h"
#include "handlers/hmac.h"
#include "handlers/http_client.h"
#include "handlers/http_headers.h"
#include "handlers/metadata.h"
#include "rota/handler.h"

namespace rota::handlers {
namespace {

using Done = std::function<void(Result<std::string>)>;

constexpr std::string_view kSchema = R"({
  "type": "object",
  "additionalProperties": false,
  "required": ["url"],
  "properties": {
    "url": {"type": "string", "title": "Address", "description": "http:// or https://"},
    "method": {"type": "string", "title": "Method", "default": "GET",
               "enum": ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
               "description": "What is asked of the other side."},
    "headers": {"type": "object", "title": "Headers", "description": "Name and text of each."},
    "body": {"type": "string", "title": "Body", "default": "",
             "description": "What is sent; its Content-Type is one of the headers."},
    "sign": {"type": "object", "title": "Signature", "required": ["secret"],
             "additionalProperties": false,
             "properties": {"secret": {"type": "string", "title": "Secret",
                                       "description": "Its name."}},
             "description": "Signs the time and the body (HMAC-SHA-256) with the secret of this name."},
    "expected_status": {"type": "array", "title": "Expected status",
                        "default": ["200-299"],
                        "description": "Statuses that count as success: 204 or \"200-299\"."},
    "retry_status": {"type": "array", "title": "Retry on status",
                     "default": [408, 425, 429, "500-599"],
                     "description": "Other statuses for which another attempt is worth while."},
    "timeout_s": {"type": "number", "title": "Timeout", "minimum": 0.001, "maximum": 3600,
                  "default": 30, "description": "Seconds for the whole call."},
    "redirects_max": {"type": "integer", "title": "Redirects", "minimum": 0, "maximum": 20,
                      "default": 5, "description": "How many are followed."},
    "answer_bytes_max": {"type": "integer", "title": "Answer limit", "minimum": 0,
                         "maximum": 16777216, "default": 1048576,
                         "description": "A larger answer is a failure."}
  }
})";

// Statuses as people list them: 204, "404", "200-299".
class StatusList {
 public:
  static StatusList read(Metadata& metadata, std::string_view field, StatusList otherwise) {
    const boost::json::value* given = metadata.find(field);
    if (given == nullptr) return otherwise;
    StatusList list({});
    bool good = given->is_array() && !given->get_array().empty();
    if (good) {
      for (const auto& item : given->get_array()) good = list.add(item) && good;
    }
    if (!good) {
      metadata.complain(field, "must be a list of statuses like 204 or \"200-299\"");
    }
    return list;
  }

  StatusList(std::initializer_list<std::pair<int, int>> ranges) : ranges_(ranges) {}

  bool contains(int status) const {
    return std::any_of(ranges_.begin(), ranges_.end(), [&](const auto& range) {
      return range.first <= status && status <= range.second;
    });
  }

 private:
  bool add(const boost::json::value& item) {
    if (item.is_int64()) return add(item.get_int64(), item.get_int64());
    if (!item.is_string()) return false;
    const std::string_view text{item.get_string().data(), item.get_string().size()};
    const auto dash = text.find('-');
    const auto low = number(text.substr(0, dash));
    const auto high = dash == std::string_view::npos ? low : number(text.substr(dash + 1));
    return low && high && add(*low, *high);
  }

  bool add(std::int64_t low, std::int64_t high) {
    if (low < 100 || high > 599 || low > high) return false;
    ranges_.emplace_back(static_cast<int>(low), static_cast<int>(high));
    return true;
  }

  static std::optional<int> number(std::string_view text) {
    int value = 0;
    const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (wrong != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
  }

  std::vector<std::pair<int, int>> ranges_;
};

// An answer nobody expected: whether another attempt can help decides its kind.
ErrorCode code_for(int status, const StatusList& worth_a_retry) {
  if (worth_a_retry.contains(status)) return ErrorCode::kUnavailable;
  if (status == 401) return ErrorCode::kUnauthenticated;
  if (status == 403) return ErrorCode::kPermissionDenied;
  if (status == 404) return ErrorCode::kNotFound;
  return ErrorCode::kInvalidArgument;
}

struct Judgement {
  StatusList expected{{200, 299}};
  StatusList worth_a_retry{{408, 408}, {425, 425}, {429, 429}, {500, 599}};
};

// One call, from its start to its answer.
class HttpRun : public std::enable_shared_from_this<HttpRun> {
 public:
  HttpRun(std::shared_ptr<TaskContext> task, Done done, Judgement judgement)
      : task_(std::move(task)), done_(std::move(done)), judgement_(std::move(judgement)) {}

  void start(HttpClient& client, HttpRequest request) {
    on_stop_.emplace(task_->stop_token(), [this] { stop(); });
    auto call = client.send(std::move(request), [run = shared_from_this()](auto answer) {
      run->answered(std::move(answer));
    });
    std::lock_guard lock(mutex_);
    call_ = std::move(call);
    if (stopped_) call_->cancel();
  }

 private:
  void stop() {
    std::lock_guard lock(mutex_);
    stopped_ = true;
    if (call_) call_->cancel();
  }

  void answered(Result<HttpAnswer> answer) {
    on_stop_.reset();
    const Done done = std::exchange(done_, nullptr);
    if (!answer) return done(fail(std::move(answer.error())));
    task_->write_output(1, answer->body);
    done(judge(*answer));
  }

  Result<std::string> judge(const HttpAnswer& answer) const {
    std::string text = fmt::format("status {}, {} bytes in {}", answer.status, answer.body.size(),
                                   format_duration(answer.elapsed));
    if (judgement_.expected.contains(answer.status)) return text;
    return fail(code_for(answer.status, judgement_.worth_a_retry), "unexpected " + text);
  }

  const std::shared_ptr<TaskContext> task_;
  Done done_;
  const Judgement judgement_;
  std::mutex mutex_;
  std::shared_ptr<HttpCall> call_;
  bool stopped_ = false;
  std::optional<std::stop_callback<std::function<void()>>> on_stop_;
};

void read_headers(Metadata& metadata, const Run& run, HttpHeaders& headers) {
  headers = {{"Idempotency-Key", fire_key(run)}, {"X-Fence", fmt::format("{}", run.fence)}};
  const boost::json::value* given = metadata.find("headers");
  if (given == nullptr) return;
  if (!given->is_object()) {
    return metadata.complain("headers", "must be an object of names and texts");
  }
  for (const auto& [key, value] : given->get_object()) {
    if (!value.is_string()) {
      metadata.complain("headers", "must give every name a text");
      continue;
    }
    const std::string name(key.data(), key.size());
    if (is_framing_header(name)) {
      metadata.complain("headers", fmt::format("may not set '{}': {}", name, kFramingHeaderReason));
      continue;
    }
    const auto& text = value.get_string();
    headers.emplace_back(name, std::string(text.data(), text.size()));
  }
}

// Name of the secret to sign with; empty: none.
std::string read_sign(Metadata& metadata) {
  const boost::json::value* given = metadata.find("sign");
  if (given == nullptr) return {};
  const boost::json::object* sign = given->if_object();
  const boost::json::value* name = sign != nullptr ? sign->if_contains("secret") : nullptr;
  if (name == nullptr || !name->is_string() || name->get_string().empty() || sign->size() != 1) {
    metadata.complain("sign", "must be {\"secret\": \"the name of a secret\"}");
    return {};
  }
  return {name->get_string().data(), name->get_string().size()};
}

// The receiver computes the same over the header's time, a dot and the body as it came.
void sign(HttpRequest& request, const std::string& secret, Instant now) {
  const std::string at =
      fmt::format("{}", std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count());
  request.headers.emplace_back("Rota-Timestamp", at);
  request.headers.emplace_back("Rota-Signature",
                               "v1=" + hmac_sha256(secret, at + "." + request.body));
}

class HttpRequestTaskHandler final : public TaskHandler {
 public:
  explicit HttpRequestTaskHandler(const HandlerEnvironment& environment)
      : client_(environment.http) {}

  bool blocking() const override { return false; }
  std::string_view summary() const override {
    return "Calls an HTTP address and checks the status.";
  }
  std::string_view metadata_schema() const override { return kSchema; }
  bool takes_secret(std::string_view field) const override {
    return field == "url" || field == "headers" || field == "body";
  }
  Result<void> check_metadata(std::string_view text) const override {
    const auto metadata = parse_metadata(text);
    if (!metadata) return fail(metadata.error());
    const boost::json::value* headers = metadata->if_contains("headers");
    if (headers == nullptr || !headers->is_object()) return {};
    for (const auto& [key, value] : headers->get_object()) {
      const std::string name(key.data(), key.size());
      if (!is_framing_header(name)) continue;
      const std::string what = fmt::format("may not be set: {}", kFramingHeaderReason);
      return fail(Error{ErrorCode::kInvalidArgument,
                        fmt::format("the header '{}' {}", name, what),
                        "leave it out; the address says which host is called",
                        std::nullopt,
                        {{"metadata.headers." + name, what, std::nullopt}}});
    }
    return {};
  }

 protected:
  // Only begin() is called by execute().
  Result<std::string> handle(TaskContext&) override {
    return fail(ErrorCode::kInternal, "a call cannot be made without waiting for its answer");
  }

  void begin(const std::shared_ptr<TaskContext>& task, Done done) override {
    Metadata metadata(*task);
    HttpRequest request;
    request.url = metadata.string("url");
    if (request.url.empty()) metadata.complain("url", "must be given");
    request.method = metadata.string("method", "GET");
    request.body = metadata.string("body");
    request.redirects_max = static_cast<int>(metadata.integer("redirects_max", 5, 0, 20));
    request.answer_bytes_max =
        static_cast<std::size_t>(metadata.integer("answer_bytes_max", 1 << 20, 0, 16 << 20));
    const double timeout_s = metadata.number("timeout_s", 30);
    if (!(timeout_s >= 0.001 && timeout_s <= 3600)) {
      metadata.complain("timeout_s", "must be 0.001 to 3600");
    } else {
      request.timeout = Duration{static_cast<std::int64_t>(timeout_s * 1e6)};
    }
    read_headers(metadata, task->run(), request.headers);
    Judgement judgement;
    judgement.expected = StatusList::read(metadata, "expected_status", judgement.expected);
    judgement.worth_a_retry = StatusList::read(metadata, "retry_status", judgement.worth_a_retry);
    const std::string signed_with = read_sign(metadata);
    if (auto good = metadata.check(); !good) return done(fail(std::move(good.error())));
    if (!signed_with.empty()) {
      const auto secret = task->secret(signed_with);
      if (!secret) return done(fail(secret.error()));
      sign(request, *secret, task->clock().now());
    }
    request.mask = task->mask();
    if (client_ == nullptr) {
      return done(fail(ErrorCode::kUnavailable, "this server has no HTTP client"));
    }
    std::make_shared<HttpRun>(task, std::move(done), judgement)
        ->start(*client_, std::move(request));
  }

 private:
  HttpClient* const client_;
};

ROTA_REGISTER_TASK_HANDLER(HttpRequestTaskHandler);

}  // namespace
}  // namespace rota::handlers
