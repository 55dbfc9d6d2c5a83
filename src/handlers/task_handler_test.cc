#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>

#include "base/log_line.h"
#include "handlers/catalog.h"
#include "handlers/fake_task_context.h"

namespace rota::handlers {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using Done = std::function<void(Result<std::string>)>;

// A handler whose begin() is whatever the test says.
class ScriptedHandler : public TaskHandler {
 public:
  explicit ScriptedHandler(std::function<void(Done)> script) : script_(std::move(script)) {}

 protected:
  Result<std::string> handle(TaskContext&) override { return "unused"; }
  void begin(const std::shared_ptr<TaskContext>&, Done done) override { script_(std::move(done)); }

 private:
  std::function<void(Done)> script_;
};

class PlainHandler : public TaskHandler {
 public:
  explicit PlainHandler(Result<std::string> answer) : answer_(std::move(answer)) {}

 protected:
  Result<std::string> handle(TaskContext& task) override {
    if (auto* manual = dynamic_cast<const ManualClock*>(&task.clock())) {
      const_cast<ManualClock*>(manual)->advance(std::chrono::milliseconds{120});
    }
    return answer_;
  }

 private:
  Result<std::string> answer_;
};

struct KeptLines final : base::LogSink {
  void write(Instant at, base::LogLevel level, std::string_view channel, std::string_view message,
             const base::LogField* fields, std::size_t count) override {
    base::LineBuffer line;
    base::append_json_line(line, at, level, channel, message, fields, count);
    lines.emplace_back(line.data(), line.size());
  }
  std::vector<std::string> lines;
};

std::vector<HandlerOutcome> outcomes_of(TaskHandler& handler,
                                        std::shared_ptr<FakeTaskContext> task) {
  std::vector<HandlerOutcome> all;
  handler.execute(std::move(task), [&](HandlerOutcome outcome) { all.push_back(outcome); });
  return all;
}

TEST(TaskHandlerTest, LogsStartAndCompletionOnTheChannelTasksAndMeasuresBySteadyClock) {
  ManualClock clock(*parse_instant("2026-11-23T09:30:00.250Z"));
  auto kept = std::make_shared<KeptLines>();
  auto task = std::make_shared<FakeTaskContext>();
  task->clock_ = &clock;
  task->logger_ = base::Logger(clock, {kept});
  PlainHandler handler("sent 3");
  const HandlerOutcome outcome = execute_and_wait(handler, task);
  EXPECT_EQ(outcome.status, RunStatus::kSucceeded);
  EXPECT_EQ(outcome.result, "sent 3");
  EXPECT_EQ(outcome.elapsed, std::chrono::milliseconds{120});
  EXPECT_THAT(
      kept->lines,
      ElementsAre("{\"time\":\"2026-11-23T09:30:00.250000Z\",\"level\":\"info\",\"channel\":"
                  "\"tasks\",\"message\":\"started\",\"task\":\"A task\",\"task_id\":7,\"type\":"
                  "\"fake\",\"run_id\":42,\"attempt\":1,\"scheduled_for\":"
                  "\"2026-11-23T09:30:00Z\"}\n",
                  "{\"time\":\"2026-11-23T09:30:00.370000Z\",\"level\":\"info\",\"channel\":"
                  "\"tasks\",\"message\":\"completed\",\"task\":\"A task\",\"task_id\":7,\"type\":"
                  "\"fake\",\"run_id\":42,\"attempt\":1,\"duration_ms\":120,\"result\":"
                  "\"sent 3\"}\n"));
}

TEST(TaskHandlerTest, AFailureCarriesItsSentenceHintAndWhetherAnotherAttemptCanHelp) {
  PlainHandler handler(fail(ErrorCode::kNotAllowedHere, "no commands here", "start with --x"));
  const auto outcome = execute_and_wait(handler, std::make_shared<FakeTaskContext>());
  EXPECT_EQ(outcome.status, RunStatus::kFailed);
  EXPECT_EQ(outcome.error, "no commands here (start with --x)");
  EXPECT_FALSE(outcome.worth_a_retry);
}

TEST(TaskHandlerTest, AThrownExceptionBecomesAFailure) {
  ScriptedHandler known([](Done) { throw std::runtime_error("broken"); });
  ScriptedHandler unknown([](Done) { throw 5; });
  EXPECT_EQ(execute_and_wait(known, std::make_shared<FakeTaskContext>()).error,
            "the handler threw: broken");
  EXPECT_EQ(execute_and_wait(unknown, std::make_shared<FakeTaskContext>()).status,
            RunStatus::kFailed);
}

TEST(TaskHandlerTest, AnswersExactlyOnceHoweverTheHandlerMisbehaves) {
  ScriptedHandler twice([](const Done& done) {
    done("first");
    done("second");
  });
  ScriptedHandler throws_after([](const Done& done) {
    done("first");
    throw std::runtime_error("late");
  });
  ScriptedHandler forgets([](const Done&) {});
  auto outcomes = outcomes_of(twice, std::make_shared<FakeTaskContext>());
  ASSERT_EQ(outcomes.size(), 1u);
  EXPECT_EQ(outcomes[0].result, "first");
  outcomes = outcomes_of(throws_after, std::make_shared<FakeTaskContext>());
  ASSERT_EQ(outcomes.size(), 1u);
  EXPECT_EQ(outcomes[0].status, RunStatus::kSucceeded);
  outcomes = outcomes_of(forgets, std::make_shared<FakeTaskContext>());
  ASSERT_EQ(outcomes.size(), 1u);
  EXPECT_EQ(outcomes[0].error, "the handler ended without giving a result");
}

TEST(TaskHandlerTest, TwoThreadsAnsweringAtOnceGiveOneOutcome) {
  for (int round = 0; round < 200; ++round) {
    std::atomic<int> calls{0};
    ScriptedHandler handler([](const Done& done) {
      std::thread other([done] { done("other"); });
      done("this");
      other.join();
    });
    handler.execute(std::make_shared<FakeTaskContext>(), [&](HandlerOutcome) { ++calls; });
    ASSERT_EQ(calls, 1);
  }
}

TEST(TaskHandlerTest, AFailureAfterAStopIsATimeoutOrACancellation) {
  PlainHandler handler(fail(ErrorCode::kFailed, "interrupted"));
  auto cancelled = std::make_shared<FakeTaskContext>();
  cancelled->request_stop();
  EXPECT_EQ(execute_and_wait(handler, cancelled).status, RunStatus::kCancelled);
  auto late = std::make_shared<FakeTaskContext>();
  late->deadline_ = late->clock().steady_now();
  late->request_stop();
  EXPECT_EQ(execute_and_wait(handler, late).status, RunStatus::kTimedOut);
}

TEST(TaskHandlerTest, TheResultIsOneBoundedLine) {
  PlainHandler handler("a\nb\x01" + std::string(10'000, 'x'));
  const auto outcome = execute_and_wait(handler, std::make_shared<FakeTaskContext>());
  EXPECT_EQ(outcome.result.substr(0, 5), "a b x");
  EXPECT_EQ(outcome.result.size(), 4096u);
}

TEST(TypeNameTest, IsTheClassNameInSnakeCaseWithoutItsSuffix) {
  EXPECT_EQ(handler_type_name("SendEmailsTaskHandler"), "send_emails");
  EXPECT_EQ(handler_type_name("APIHealthcheckTaskHandler"), "api_healthcheck");
  EXPECT_EQ(handler_type_name("HTTPProbe"), "http_probe");
  EXPECT_EQ(handler_type_name("SendSms"), "send_sms");
  EXPECT_EQ(handler_type_name("SendSMSTaskHandler"), "send_sms");
  EXPECT_EQ(handler_type_name("S3Sync"), "s3_sync");
  EXPECT_EQ(handler_type_name("shop::SalesReportHandler"), "sales_report");
  EXPECT_EQ(handler_type_name("Already_Snake"), "already_snake");
  EXPECT_EQ(handler_type_name("Handler"), "handler");
}

TEST(TaskContextTest, ReadsMetadataByKind) {
  const FakeTaskContext task(R"({"s":"x","i":5,"f":5.0,"d":0.5,"b":true,"l":["a","b"]})");
  EXPECT_EQ(*task.metadata_string("s", ""), "x");
  EXPECT_EQ(*task.metadata_string("absent", "else"), "else");
  EXPECT_EQ(*task.metadata_int("i", 0), 5);
  EXPECT_EQ(*task.metadata_int("f", 0), 5);
  EXPECT_EQ(*task.metadata_number("d", 0), 0.5);
  EXPECT_EQ(*task.metadata_number("i", 0), 5.0);
  EXPECT_EQ(*task.metadata_bool("b", false), true);
  EXPECT_THAT(*task.metadata_strings("l"), ElementsAre("a", "b"));
  EXPECT_TRUE(task.metadata_strings("absent")->empty());
}

TEST(TaskContextTest, AWrongKindNamesTheFieldAndWhatWasExpected) {
  const FakeTaskContext task(R"({"s":5,"i":"x","d":1.5,"big":1e300,"l":["a",1],"n":null})");
  EXPECT_EQ(task.metadata_string("s", "").error().message,
            "metadata 's' must be a text, not the number 5");
  EXPECT_EQ(task.metadata_int("i", 0).error().message,
            "metadata 'i' must be a whole number, not the text \"x\"");
  EXPECT_EQ(task.metadata_int("d", 0).error().fields.at(0).field, "metadata.d");
  EXPECT_FALSE(task.metadata_int("big", 0));
  EXPECT_FALSE(task.metadata_strings("l"));
  EXPECT_FALSE(task.metadata_bool("n", true));
}

TEST(TaskContextTest, MetadataThatIsNoObjectIsAnError) {
  for (const char* text : {"[]", "5", "{", "{\"a\":1}x", "nonsense", "{\"a\":1,\"a\":1}"}) {
    const FakeTaskContext task(text);
    const auto value = task.metadata_int("a", 1);
    ASSERT_FALSE(value) << text;
    EXPECT_EQ(value.error().code, ErrorCode::kInvalidArgument);
  }
}

TEST(CatalogTest, FindsHandlersOfStaticLibrariesByTheirType) {
  const auto catalog = make_handler_catalog();
  EXPECT_NE(catalog->find("null"), nullptr);
  EXPECT_EQ(catalog->find("nul"), nullptr);
  const auto types = catalog->types();
  EXPECT_TRUE(std::is_sorted(types.begin(), types.end()));
  EXPECT_THAT(types, testing::Contains("null"));
}

TEST(CatalogDeathTest, ATypeTakenTwiceStopsTheProgram) {
  EXPECT_DEATH(register_task_handler("null", nullptr), "two handlers are registered");
}

TEST(NullHandlerTest, AnswersAtOnce) {
  const auto handler = make_handler_catalog()->find("null");
  EXPECT_FALSE(handler->blocking());
  EXPECT_EQ(execute_and_wait(*handler, std::make_shared<FakeTaskContext>()).result, "");
  const auto task = std::make_shared<FakeTaskContext>(R"({"fail":true,"result":"as asked"})");
  const auto outcome = execute_and_wait(*handler, task);
  EXPECT_EQ(outcome.status, RunStatus::kFailed);
  EXPECT_EQ(outcome.error, "as asked");
  EXPECT_THAT(
      execute_and_wait(*handler, std::make_shared<FakeTaskContext>(R"({"sleep_ms":-1,"fail":3})"))
          .error,
      HasSubstr("'sleep_ms' must be 0 to 86400000; metadata 'fail' must be true or false"));
}

TEST(NullHandlerTest, SleepsWithoutAThreadAndWakesWhenStopped) {
  const auto handler = make_handler_catalog()->find("null");
  EXPECT_GE(
      execute_and_wait(*handler, std::make_shared<FakeTaskContext>(R"({"sleep_ms":20})")).elapsed,
      std::chrono::milliseconds{20});
  auto task = std::make_shared<FakeTaskContext>(R"({"sleep_ms":86400000})");
  std::promise<HandlerOutcome> outcome;
  handler->execute(task, [&](HandlerOutcome given) { outcome.set_value(given); });
  task->request_stop();
  EXPECT_EQ(outcome.get_future().get().status, RunStatus::kCancelled);
}

}  // namespace
}  // namespace rota::handlers
