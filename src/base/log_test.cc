#include "base/log.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>
#include <vector>

#include "base/log_line.h"

namespace rota::base {
namespace {

const ManualClock kClock{*parse_instant("2026-11-23T09:30:00.000123Z")};

class LogFileTest : public testing::Test {
 protected:
  LogFileTest() {
    char name[] = "/tmp/rota-log-XXXXXX";
    folder_ = ::mkdtemp(name);
    path_ = folder_ + "/var/log/tasks.log";
  }
  ~LogFileTest() override { std::filesystem::remove_all(folder_); }
  static std::string read(const std::string& path) {
    std::ifstream in(path);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }
  std::string folder_;
  std::string path_;
};

std::ptrdiff_t reports_in(const std::string& text) {
  std::ptrdiff_t count = 0;
  for (std::size_t at = 0; (at = text.find("lines were lost", at)) != std::string::npos; ++at)
    ++count;
  return count;
}

TEST_F(LogFileTest, WritesOneJsonObjectALineWithTimeLevelChannelAndFields) {
  auto sink = open_json_log(path_).value();
  const Logger log(kClock, {sink});
  log.info("tasks", "completed",
           {{"task", "Backup"}, {"run_id", std::int64_t{7}}, {"share", 0.5}, {"ok", true}});
  log.flush();
  EXPECT_EQ(read(path_),
            R"({"time":"2026-11-23T09:30:00.000123Z","level":"info","channel":"tasks",)"
            R"("message":"completed","task":"Backup","run_id":7,"share":0.5,"ok":true})"
            "\n");
}

TEST_F(LogFileTest, MakesItsFolderAndAFileThatOnlyItsOwnerReads) {
  auto sink = open_json_log(path_).value();
  struct stat found{};
  ASSERT_EQ(::stat(path_.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777u, 0600u);
}

TEST_F(LogFileTest, FoldersThatItMakesAreTheirOwnersAlone) {
  const mode_t before = ::umask(0);
  ASSERT_TRUE(open_json_log(path_));
  ::umask(before);
  struct stat found{};
  for (const char* made : {"/var", "/var/log"}) {
    ASSERT_EQ(::stat((folder_ + made).c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777u, 0700u) << made;
  }
}

TEST_F(LogFileTest, SymbolicLinkIsRefusedAndItsTargetLeftAlone) {
  const std::string target = folder_ + "/precious";
  std::ofstream(target) << "precious";
  std::filesystem::create_symlink(target, folder_ + "/tasks.log");
  const auto refused = open_json_log(folder_ + "/tasks.log");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("it is a symbolic link"), std::string::npos);
  EXPECT_EQ(read(target), "precious");
}

TEST_F(LogFileTest, LinkThatTakesTheFilesPlaceIsNotFollowed) {
  path_ = folder_ + "/tasks.log";
  auto sink = open_json_log(path_).value();
  const Logger log(kClock, {sink});
  const std::string target = folder_ + "/precious";
  std::ofstream(target) << "precious";
  std::filesystem::rename(path_, folder_ + "/old.log");
  std::filesystem::create_symlink(target, path_);
  sink->reopen();
  log.info("tasks", "kept");
  log.flush();
  EXPECT_EQ(read(target), "precious");
  EXPECT_NE(read(folder_ + "/old.log").find("kept"), std::string::npos) << "better there than lost";
}

TEST_F(LogFileTest, PipeWithoutAReaderIsRefusedAndNotWaitedFor) {
  path_ = folder_ + "/tasks.log";
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  EXPECT_FALSE(open_json_log(path_));
}

TEST_F(LogFileTest, DeviceIsWrittenTo) {
  auto sink = open_json_log("/dev/null").value();
  const Logger log(kClock, {sink});
  log.info("tasks", "gone");
  log.flush();
  EXPECT_EQ(sink->lost_lines(), 0u);
}

TEST_F(LogFileTest, HostileTextCannotForgeALineOrBreakTheJson) {
  auto sink = open_json_log(path_).value();
  const Logger log(kClock, {sink});
  const std::string_view hostile("a\"\\\n\r\t\x01\x7f\x1b[2J\xff\xc3\xa9\0z", 17);
  log.info("tasks", hostile, {{"n\"ame", std::nan("")}});
  log.flush();
  const std::string text = read(path_);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  EXPECT_NE(text.find("\"message\":\"a\\\"\\\\\\n\\r\\t\\u0001\\u007f\\u001b[2J\xEF\xBF\xBD\xC3\xA9"
                      "\\u0000z\",\"n\\\"ame\":null}"),
            std::string::npos)
      << text;
}

TEST_F(LogFileTest, FollowsRotationWhenToldTo) {
  auto sink = open_json_log(path_).value();
  const Logger log(kClock, {sink});
  log.info("tasks", "before");
  log.flush();
  std::filesystem::rename(path_, path_ + ".1");
  log.reopen();
  log.info("tasks", "after");
  log.flush();
  EXPECT_NE(read(path_ + ".1").find("before"), std::string::npos);
  EXPECT_EQ(read(path_ + ".1").find("after"), std::string::npos);
  EXPECT_NE(read(path_).find("after"), std::string::npos);
}

TEST_F(LogFileTest, ManyThreadsLoseNoLine) {
  auto sink = open_json_log(path_).value();
  const Logger log(kClock, {sink});
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) log.info("tasks", "line", {{"i", std::int64_t{i}}});
    });
  }
  for (auto& thread : threads) thread.join();
  sink->flush();
  const std::string text = read(path_);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 4000);
  EXPECT_EQ(sink->lost_lines(), 0u);
}

// As if the disk were full from this size of the file on.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit tight{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &tight);
  }
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, old_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_{};
  void (*old_)(int) = std::signal(SIGXFSZ, SIG_IGN);
};

void expect_whole_lines(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_TRUE(line.starts_with("{\"time\":\"20") && line.ends_with("}")) << line;
  }
}

TEST_F(LogFileTest, LinesLostOnAFullDiskAreCountedAndReportedAndNoneIsCut) {
  auto sink = open_json_log(path_).value();
  const Logger log(kClock, {sink});
  for (const rlim_t room : {150, 20, 400, 1000}) {
    const auto size = static_cast<rlim_t>(std::filesystem::file_size(path_));
    const std::uint64_t lost_before = sink->lost_lines();
    const FullDisk full(size + room);
    for (int i = 0; i < 12; ++i)
      log.info("tasks", "a line of a good length, to fill the disk soon");
    log.flush();
    EXPECT_GT(sink->lost_lines(), lost_before);
    EXPECT_EQ(std::filesystem::file_size(path_) > size, room > 100) << "what fits is written";
    expect_whole_lines(read(path_));
  }
  EXPECT_EQ(log.lost_lines(), sink->lost_lines());
  log.info("tasks", "room again");
  log.flush();
  const std::string text = read(path_);
  expect_whole_lines(text);
  EXPECT_NE(text.find("\"message\":\"room again\"}\n"), std::string::npos) << text;
  // Every line that was lost has been reported, and every other one stands there.
  std::uint64_t reported = 0;
  for (std::size_t at = 0; (at = text.find("\"lines\":", at)) != std::string::npos;) {
    reported += std::stoull(text.substr(at += 8));
  }
  EXPECT_EQ(reported, sink->lost_lines());
  EXPECT_EQ(static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n')),
            4 * 12 + 1 - reported + static_cast<std::uint64_t>(reports_in(text)));
}

TEST_F(LogFileTest, LostLinesAreReportedAlsoWhenNothingElseIsLogged) {
  auto sink = open_json_log(path_).value();
  const Logger log(kClock, {sink});
  {
    const FullDisk full(10);
    log.info("tasks", "lost");
    log.flush();
  }
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{30};
  while (reports_in(read(path_)) == 0 && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
  EXPECT_EQ(reports_in(read(path_)), 1);
  EXPECT_NE(read(path_).find("\"lines\":1}"), std::string::npos) << read(path_);
}

TEST_F(LogFileTest, ALineThatCannotBeTakenBackIsFinishedWhenThereIsRoom) {
  const int file = ::memfd_create("log", MFD_ALLOW_SEALING | MFD_CLOEXEC);
  ASSERT_EQ(::fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK), 0);
  const std::string path = "/dev/fd/" + std::to_string(file);
  auto sink = open_json_log(path).value();
  const Logger log(kClock, {sink});
  {
    const FullDisk full(150);
    for (int i = 0; i < 3; ++i) log.info("tasks", "a line of a good length, to fill the disk soon");
    log.flush();
  }
  EXPECT_EQ(sink->lost_lines(), 1u) << "the second was begun";
  log.info("tasks", "room again");
  log.flush();
  const std::string text = read(path);
  expect_whole_lines(text);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 4) << text;
  EXPECT_NE(text.find("\"lines\":1}"), std::string::npos) << text;
  ::close(file);
}

TEST(LogTest, SaysWhatToDoWhenTheFileCannotBeOpened) {
  const auto sink = open_json_log("/proc/nowhere/tasks.log");
  ASSERT_FALSE(sink);
  EXPECT_NE(sink.error().message.find("/proc/nowhere/tasks.log"), std::string::npos);
  EXPECT_FALSE(sink.error().hint.empty());
}

TEST(LogTest, LeavesOutWhatIsBelowItsLevel) {
  struct Counter final : LogSink {
    void write(Instant, LogLevel, std::string_view, std::string_view, const LogField*,
               std::size_t) override {
      ++lines;
    }
    int lines = 0;
  };
  auto counter = std::make_shared<Counter>();
  const Logger log(kClock, {counter, nullptr}, LogLevel::kWarning);
  log.info("tasks", "no");
  log.warning("tasks", "yes");
  Logger().error("tasks", "a silent logger says nothing");
  EXPECT_EQ(counter->lines, 1);
}

std::string human(bool colour, std::string_view message, std::vector<LogField> fields) {
  LineBuffer line;
  append_human_line(line, colour, kClock.now(), LogLevel::kWarning, "tasks", message, fields.data(),
                    fields.size());
  return {line.data(), line.size()};
}

TEST(LogTest, WritesAlignedLinesForPeople) {
  EXPECT_EQ(human(false, "started", {{"task", "Send SMS"}, {"type", "send_sms"}}),
            "09:30:00.000 warning tasks    started   task=\"Send SMS\" type=send_sms\n");
}

TEST(LogTest, TerminalLinesCarryNoForeignEscapes) {
  const std::string line = human(false, "a\x1b[2J", {{"task", "\x1b]0;title\x07"}});
  EXPECT_EQ(line.find('\x1b'), std::string::npos);
  EXPECT_NE(human(true, "started", {}).find("\x1b[33m"), std::string::npos);
}

}  // namespace
}  // namespace rota::base
