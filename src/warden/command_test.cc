// The `command` handler with a real warden behind it: it stands here because src/handlers knows
// only the port.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "handlers/catalog.h"
#include "handlers/fake_task_context.h"
#include "warden/client.h"

namespace rota::handlers {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class CommandTest : public testing::Test {
 protected:
  CommandTest() : runner_(warden::start_warden().value()) {
    environment_.processes = runner_.get();
    environment_.command.allow = {"*"};
    environment_.command.allow_root = true;
  }

  HandlerOutcome run(std::string metadata) {
    task_ = std::make_shared<FakeTaskContext>(std::move(metadata));
    return execute_and_wait(*handler(), task_);
  }

  std::shared_ptr<TaskHandler> handler() {
    catalog_ = make_handler_catalog(environment_);
    return catalog_->find("command");
  }

  std::unique_ptr<ProcessRunner> runner_;
  HandlerEnvironment environment_;
  std::unique_ptr<HandlerCatalog> catalog_;
  std::shared_ptr<FakeTaskContext> task_;
};

TEST_F(CommandTest, IsOffUnlessAllowedAndNamesTheFlag) {
  environment_.command.allow = {};
  const auto outcome = run(R"({"argv":["true"]})");
  EXPECT_EQ(outcome.status, RunStatus::kFailed);
  EXPECT_THAT(outcome.error, HasSubstr("--allow-command"));
  EXPECT_FALSE(outcome.worth_a_retry);
  EXPECT_THAT(run(R"({"shell":"true"})").error, HasSubstr("--allow-command"));
}

TEST_F(CommandTest, StartsOnlyWhatTheServerAllows) {
  environment_.command.allow = {"/usr/bin/true", "/opt/jobs/"};
  EXPECT_EQ(run(R"({"argv":["true"]})").status, RunStatus::kSucceeded);
  EXPECT_THAT(run(R"({"argv":["/usr/bin/../bin/false"]})").error,
              HasSubstr("--allow-command /usr/bin/false"));
  EXPECT_THAT(run(R"({"argv":["/opt/jobs/../../usr/bin/false"]})").error,
              HasSubstr("may not start '/usr/bin/false'"));
  EXPECT_THAT(run(R"({"argv":["./here"]})").error, HasSubstr("relative path"));
  EXPECT_THAT(run(R"({"argv":["no-such-program"]})").error, HasSubstr("no program"));
}

TEST_F(CommandTest, AShellTextNeedsItsOwnPermission) {
  EXPECT_THAT(run(R"({"shell":"echo hi"})").error, HasSubstr("--allow-shell"));
  environment_.command.allow_shell = true;
  EXPECT_EQ(run(R"({"shell":"echo hi | tr a-z A-Z"})").result, "HI");
}

TEST_F(CommandTest, NeverRunsAsRootUnlessTold) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  environment_.command.allow_root = false;
  EXPECT_THAT(run(R"({"argv":["true"]})").error, HasSubstr("--run-as"));
  environment_.command.run_as = "nobody";
  EXPECT_EQ(run(R"({"argv":["id","-un"]})").result, "nobody");
}

TEST_F(CommandTest, FailsWithTheExitCodeAndTheLastLineOfStandardError) {
  environment_.command.allow_shell = true;
  EXPECT_EQ(run(R"({"shell":"echo one >&2; echo two >&2; exit 3"})").error, "exit code 3: two");
  EXPECT_EQ(run(R"({"shell":"kill -9 $$"})").error, "ended by signal 9 (KILL)");
  EXPECT_EQ(run(R"({"shell":"exit 3","success_codes":[0,3]})").result, "exit code 3");
}

TEST_F(CommandTest, ItsOutputIsTheOutputOfTheRun) {
  environment_.command.allow_shell = true;
  const auto outcome = run(R"({"shell":"cat; echo err >&2","input":"line\n"})");
  EXPECT_EQ(outcome.result, "line");
  EXPECT_EQ(task_->output(1), "line\n");
  EXPECT_EQ(task_->output(2), "err\n");
}

TEST_F(CommandTest, TheProgramKnowsItsRunAndNothingOfTheServer) {
  ::setenv("ROTA_TEST_SECRET", "hidden", 1);
  ::setenv("PATH", "/tmp:/bin", 1);  // of whoever starts the server: no command's business
  task_ = std::make_shared<FakeTaskContext>(
      R"({"argv":["env"],"environment":{"TASK_MODE":"full","LANG":"de_DE.UTF-8"}})");
  task_->task_.timezone = "Europe/London";
  execute_and_wait(*handler(), task_);
  const std::string environment = "\n" + task_->output(1);
  for (const char* line :
       {"\nROTA_TASK=A task\n", "\nROTA_RUN_ID=42\n", "\nROTA_SCHEDULED_FOR=2026-11-23T09:30:00Z\n",
        "\nROTA_ATTEMPT=1\n", "\nROTA_FENCE=3\n", "\nROTA_FIRE_KEY=7:2026-11-23T09:30:00Z:42\n",
        "\nROTA_BUSINESS_DATE=2026-11-23\n", "\nTASK_MODE=full\n", "\nTZ=Europe/London\n",
        "\nPATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n", "\nHOME=/",
        "\nLANG=de_DE.UTF-8\n", "\nTMPDIR=/tmp/rota-run-"}) {
    EXPECT_THAT(environment, HasSubstr(line));
  }
  EXPECT_THAT(environment, Not(HasSubstr("hidden")));
}

TEST_F(CommandTest, RefusesVariablesThatAreNotAllowed) {
  for (const char* name : {"LD_PRELOAD", "BASH_ENV", "IFS", "ROTA_FENCE", "A B", "", "1A", "A=B",
                           "PERL5OPT", "PYTHONPATH", "PATH", "TMPDIR", "MODE"}) {
    const auto outcome =
        run(fmt::format(R"({{"argv":["true"],"environment":{{"{}":"x"}}}})", name));
    EXPECT_THAT(outcome.error, HasSubstr("may not set")) << name;
    EXPECT_FALSE(outcome.worth_a_retry);
  }
  EXPECT_THAT(run(R"({"argv":["true"],"environment":{"MODE":"x"}})").error,
              HasSubstr("--allow-environment"));
}

TEST_F(CommandTest, TheServerMayAllowVariablesForOneProgram) {
  environment_.command.environment = {"/usr/bin/env:MODE", "/usr/bin/env:PYTHONPATH", "STAGE"};
  run(R"({"argv":["env"],"environment":{"MODE":"full","STAGE":"live"}})");
  EXPECT_THAT(task_->output(1), HasSubstr("MODE=full\n"));
  EXPECT_THAT(task_->output(1), HasSubstr("STAGE=live\n"));
  EXPECT_THAT(run(R"({"argv":["true"],"environment":{"MODE":"full"}})").error,
              HasSubstr("may not set 'MODE'"));
}

TEST_F(CommandTest, AWrongVariableIsFoundWhenTheTaskIsSaved) {
  const auto check = [&](const char* text) {
    const auto good = handler()->check_metadata(text);
    return good ? "accepted" : good.error().message;
  };
  EXPECT_THAT(check(R"({"argv":["true"],"environment":{"PERL5OPT":"-d"}})"),
              HasSubstr("may not set 'PERL5OPT'"));
  EXPECT_EQ(check(R"({"argv":["true"],"environment":{"TASK_KEY":"${secret:key}"}})"), "accepted");
  EXPECT_THAT(check(R"({"argv":["true"],"shell":"x"})"), HasSubstr("not both"));
  EXPECT_EQ(check(R"({"argv":["a program to come"]})"), "accepted");
  // A command line that adds tasks knows nothing of the rules of the server.
  environment_.command.allow = {};
  EXPECT_EQ(check(R"({"argv":["true"],"environment":{"MODE":"full"}})"), "accepted");
}

TEST_F(CommandTest, NamesEveryWrongField) {
  const auto outcome = run(R"({"argv":["true"],"shell":"x","grace_s":-1,"folder":"here","cpu_s":"x",
                               "success_codes":["a"]})");
  for (const char* field : {"'argv'", "'grace_s'", "'folder'", "'cpu_s'", "'success_codes'"}) {
    EXPECT_THAT(outcome.error, HasSubstr(field));
  }
  EXPECT_THAT(run("{}").error, HasSubstr("'argv' or 'shell' must be given"));
  EXPECT_THAT(run(R"({"argv":["true"],"success_codes":7})").error, HasSubstr("list of exit codes"));
}

TEST_F(CommandTest, AStopEndsTheTreeAfterItsGrace) {
  environment_.command.allow_shell = true;
  const auto task = std::make_shared<FakeTaskContext>(
      R"({"shell":"trap '' TERM; setsid sleep 1000 & echo ready; sleep 1000; sleep 1000","grace_s":0})");
  std::promise<HandlerOutcome> outcome;
  const auto command = handler();
  command->execute(task, [&](HandlerOutcome given) { outcome.set_value(given); });
  while (task->output(1) != "ready\n") std::this_thread::yield();
  task->deadline_ = task->clock().steady_now();
  task->request_stop();
  EXPECT_EQ(outcome.get_future().get().status, RunStatus::kTimedOut);
}

TEST_F(CommandTest, AStopBeforeTheStartEndsItToo) {
  const auto task = std::make_shared<FakeTaskContext>(R"({"argv":["sleep","1000"]})");
  task->request_stop();
  EXPECT_EQ(execute_and_wait(*handler(), task).status, RunStatus::kCancelled);
}

TEST_F(CommandTest, HoldsNoThreadWhileItRuns) { EXPECT_FALSE(handler()->blocking()); }

TEST_F(CommandTest, SaysSoWhereThereIsNoSupervisor) {
  environment_.processes = nullptr;
  EXPECT_THAT(run(R"({"argv":["true"]})").error, HasSubstr("no supervisor"));
}

}  // namespace
}  // namespace rota::handlers
