// `send_emails` and `send_sms` look after an outbox: a folder below the data folder with one file
// per message. Without a configured provider they touch nothing, and say so when something waits.
#include <fmt/format.h>

#include "handlers/environment.h"
#include "handlers/folders.h"
#include "handlers/metadata.h"
#include "rota/handler.h"

namespace rota::handlers {
namespace {

constexpr std::string_view kSchema = R"({
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "batchSize": {"type": "integer", "title": "Batch", "minimum": 1, "maximum": 10000,
                  "default": 50, "description": "Messages of one run at most."},
    "maxRetries": {"type": "integer", "title": "Retries", "minimum": 0, "maximum": 100,
                   "default": 3, "description": "Attempts for one message."},
    "provider": {"type": "string", "title": "Provider", "default": "",
                 "description": "Who carries the messages; must be configured on the server."}
  }
})";

class OutboxHandler : public TaskHandler {
 public:
  std::string_view metadata_schema() const override { return kSchema; }

 protected:
  OutboxHandler(const HandlerEnvironment& environment, std::string_view folder,
                std::string_view needs)
      : folder_(std::filesystem::path(environment.data_folder) / "outbox" / folder),
        needs_(needs) {}

  Result<std::string> handle(TaskContext& task) override {
    Metadata metadata(task);
    metadata.integer("batchSize", 50, 1, 10'000);
    metadata.integer("maxRetries", 3, 0, 100);
    const std::string provider = metadata.string("provider");
    if (auto good = metadata.check(); !good) return fail(std::move(good.error()));
    const auto waiting = list_files(folder_);
    if (!waiting) return fail(waiting.error());
    if (waiting->empty()) return fmt::format("0 pending in {}, nothing sent", folder_.string());
    return fail(ErrorCode::kNotAllowedHere,
                fmt::format("{} pending in {} and nothing sent: this server has no {}{}",
                            waiting->size(), folder_.string(), needs_,
                            provider.empty() ? "" : fmt::format(" ('{}')", provider)),
                "the messages stay where they are until one is configured");
  }

 private:
  const std::filesystem::path folder_;
  const std::string_view needs_;
};

class SendEmailsTaskHandler final : public OutboxHandler {
 public:
  explicit SendEmailsTaskHandler(const HandlerEnvironment& environment)
      : OutboxHandler(environment, "email", "mail server") {}
  std::string_view summary() const override { return "Sends the mails that wait in outbox/email."; }
};

class SendSmsTaskHandler final : public OutboxHandler {
 public:
  explicit SendSmsTaskHandler(const HandlerEnvironment& environment)
      : OutboxHandler(environment, "sms", "SMS provider") {}
  std::string_view summary() const override {
    return "Sends the messages that wait in outbox/sms.";
  }
};

ROTA_REGISTER_TASK_HANDLER(SendEmailsTaskHandler);
ROTA_REGISTER_TASK_HANDLER(SendSmsTaskHandler);

}  // namespace
}  // namespace rota::handlers
