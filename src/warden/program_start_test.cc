// What a program finds around it when it starts, and what is gone when it has ended.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <mutex>
#include <sstream>

#include "warden/client.h"

namespace rota::warden {
namespace {

using handlers::ProcessEnd;
using handlers::ProcessSpec;
using testing::HasSubstr;

ProcessSpec program(std::string path, const std::vector<std::string>& arguments) {
  ProcessSpec spec;
  spec.program = std::move(path);
  spec.argv = {spec.program};
  spec.argv.insert(spec.argv.end(), arguments.begin(), arguments.end());
  spec.environment = {"PATH=/usr/bin:/bin"};
  spec.allow_root = true;
  return spec;
}

ProcessSpec shell(const std::string& script) { return program("/bin/sh", {"-c", script}); }

struct Job {
  std::mutex mutex;
  std::string out;
  std::string err;
  std::promise<ProcessEnd> promise;

  ProcessEnd wait() { return promise.get_future().get(); }
};

class ProgramStartTest : public testing::Test {
 protected:
  ProgramStartTest() : runner_(start_warden().value()) {
    char name[] = "/tmp/rota-start-XXXXXX";
    folder_ = ::mkdtemp(name);
  }
  ~ProgramStartTest() override {
    runner_.reset();
    std::filesystem::remove_all(folder_);
  }

  std::shared_ptr<Job> start(const ProcessSpec& spec) {
    auto job = std::make_shared<Job>();
    const auto started = runner_->start(
        spec,
        [job](int stream, std::string_view bytes) {
          const std::lock_guard lock(job->mutex);
          (stream == 1 ? job->out : job->err) += bytes;
        },
        [job](const ProcessEnd& end) { job->promise.set_value(end); });
    EXPECT_TRUE(started) << started.error().message;
    return job;
  }

  std::unique_ptr<handlers::ProcessRunner> runner_;
  std::string folder_;
};

TEST_F(ProgramStartTest, ABoundOnProcessesHoldsAForkBomb) {
  auto spec = shell("for i in $(seq 200); do sleep 5 & done 2>&1; echo $(jobs -p | wc -l)");
  spec.limits.processes = 60;
  if (::geteuid() == 0) spec.run_as = "games";  // root knows no such bound
  auto job = start(spec);
  // The shell gives up with its first failed fork, or says how many it has.
  job->wait();
  EXPECT_THAT(job->out + job->err, testing::AnyOf(HasSubstr("ork"), HasSubstr("emporarily")));
}

TEST_F(ProgramStartTest, EachProgramHasATemporaryFolderThatGoesWithIt) {
  auto spec = shell(
      "stat -c '%a %U' \"$TMPDIR\"; echo \"$TMPDIR\"; id -un; cd \"$TMPDIR\" && "
      "mkdir -p a/b/c && echo x > a/b/c/d && chmod 0 a/b && ln -s /etc out && "
      "ln -s /etc/passwd file && chmod 500 . && mkfifo a/pipe");
  spec.private_folder = true;
  for (const char* user : {"", "nobody"}) {
    if (*user != '\0' && ::geteuid() != 0) continue;
    spec.run_as = user;
    auto job = start(spec);
    const ProcessEnd end = job->wait();
    EXPECT_EQ(end.exit_code, 0) << job->err;
    EXPECT_FALSE(end.files_left);
    std::istringstream out(job->out);
    std::string mode, owner, path, name;
    out >> mode >> owner >> path >> name;
    EXPECT_EQ(mode, "700");
    EXPECT_EQ(owner, name);
    EXPECT_THAT(path, testing::StartsWith("/"));
    EXPECT_FALSE(std::filesystem::exists(std::filesystem::symlink_status(path))) << path;
  }
  EXPECT_TRUE(std::filesystem::exists("/etc/passwd"));
}

TEST_F(ProgramStartTest, ATemporaryFolderOfAnyDepthGoes) {
  auto spec = shell(
      "cd \"$TMPDIR\"; pwd -P; i=0; while [ $i -lt 600 ]; do mkdir deep-folder "
      ".removed-$i && : > .removed-$i/x && cd -P deep-folder || exit 9; i=$((i+1)); "
      "done");
  spec.private_folder = true;
  auto job = start(spec);
  const ProcessEnd end = job->wait();
  EXPECT_EQ(end.exit_code, 0) << job->err;
  EXPECT_FALSE(end.files_left);
  const std::string path = job->out.substr(0, job->out.find('\n'));
  EXPECT_FALSE(std::filesystem::exists(path)) << path;
}

TEST_F(ProgramStartTest, AScriptKnowsItsOwnPathAndABinaryIsStartedByItsDescriptor) {
  const std::string script = folder_ + "/script";
  std::ofstream(script) << "#!/bin/sh\necho \"$0 $1\"; ls /proc/self/fd\n";
  ::chmod(script.c_str(), 0755);
  auto job = start(program(script, {"word"}));
  EXPECT_EQ(job->wait().exit_code, 0) << job->err;
  EXPECT_EQ(job->out, script + " word\n0\n1\n2\n3\n");  // 3 is ls's own
  auto binary = start(program("/bin/ls", {"/proc/self/fd"}));
  EXPECT_EQ(binary->wait().exit_code, 0);
  EXPECT_EQ(binary->out, "0\n1\n2\n3\n");
}

TEST_F(ProgramStartTest, AFileThatOthersCanChangeIsNotStartedWhateverTheServerFoundBefore) {
  const std::string script = folder_ + "/script";  // below /tmp
  std::ofstream(script) << "#!/bin/sh\n";
  ::chmod(script.c_str(), 0755);
  auto spec = program(script, {});
  spec.trust = {false, ::geteuid(), ""};
  const ProcessEnd end = start(spec)->wait();
  ASSERT_TRUE(end.not_started);
  EXPECT_EQ(end.not_started->code, ErrorCode::kNotAllowedHere);
  EXPECT_THAT(end.not_started->message, HasSubstr("changed by others"));
}

TEST_F(ProgramStartTest, AnotherUserHasNoCapabilitiesAndItsOwnStreams) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  auto spec = shell(
      "grep -E 'Cap(Inh|Prm|Eff|Amb)' /proc/self/status; echo x > /dev/stderr; "
      "echo y > /dev/stdout");
  spec.run_as = "nobody";
  auto job = start(spec);
  EXPECT_EQ(job->wait().exit_code, 0);
  EXPECT_THAT(job->out, testing::ContainsRegex("CapEff:\t0000000000000000"));
  EXPECT_THAT(job->out, testing::ContainsRegex("CapAmb:\t0000000000000000"));
  EXPECT_THAT(job->out, HasSubstr("y\n"));
  EXPECT_EQ(job->err, "x\n");
}

}  // namespace
}  // namespace rota::warden
