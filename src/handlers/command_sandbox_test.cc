#include "handlers/command_sandbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace rota::handlers {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Not;

class CommandSandboxTest : public testing::Test {
 protected:
  CommandSandboxTest() {
    char name[] = "/tmp/rota-paths-XXXXXX";
    folder_ = fs::canonical(::mkdtemp(name));
    for (const char* inner : {"server", "jobs", "data", "mixed/deep/server", "mixed/deep/more"}) {
      fs::create_directories(folder_ + "/" + inner);
    }
    std::ofstream(folder_ + "/mixed/file") << "x";
    policy_.sandbox.on = true;
  }
  ~CommandSandboxTest() override { fs::remove_all(folder_); }

  std::string refused() const {
    const auto made = make_sandbox(policy_, {folder_ + "/server", folder_ + "/mixed/deep/server"});
    return made ? "accepted" : made.error().message;
  }

  std::string folder_;
  CommandPolicy policy_;
};

TEST_F(CommandSandboxTest, NamesTheSystemAndTheAllowedPrograms) {
  policy_.allow = {folder_ + "/jobs/", "/usr/bin/env"};
  policy_.sandbox.write_folders = {folder_ + "/data"};
  const auto made = make_sandbox(policy_, {folder_ + "/server"});
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_TRUE(made->on);
  EXPECT_THAT(made->read, IsSupersetOf({std::string("/usr"), std::string("/etc"),
                                        std::string("/proc"), folder_ + "/jobs"}));
  EXPECT_THAT(made->write, testing::ElementsAre(folder_ + "/data"));
  for (const std::string& path : made->read) EXPECT_THAT(path, Not(HasSubstr("/server")));
}

TEST_F(CommandSandboxTest, OfAFolderWithHiddenFilesTheRestIsAllowed) {
  policy_.allow = {folder_ + "/mixed/"};
  const auto made = make_sandbox(
      policy_, {folder_ + "/mixed/deep/server/rota.db.key", folder_ + "/mixed/deep/server"});
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_THAT(made->read, IsSupersetOf({folder_ + "/mixed/file", folder_ + "/mixed/deep/more"}));
  EXPECT_THAT(made->read, Not(Contains(folder_ + "/mixed")));
  EXPECT_THAT(made->read, Not(Contains(folder_ + "/mixed/deep")));
  EXPECT_THAT(made->read, Not(Contains(folder_ + "/mixed/deep/server")));
}

TEST_F(CommandSandboxTest, NoFolderOfTheOperatorLeadsToTheServersFiles) {
  for (const std::string& folder :
       {folder_, folder_ + "/server", std::string("/"), folder_ + "/mixed"}) {
    policy_.sandbox.read_folders = {folder};
    EXPECT_THAT(refused(), HasSubstr("the server's own files")) << folder;
  }
  fs::create_directory_symlink(folder_ + "/server", folder_ + "/link");
  policy_.sandbox.read_folders = {folder_ + "/link"};
  EXPECT_THAT(refused(), HasSubstr("the server's own files"));
  policy_.sandbox.read_folders = {"data"};
  EXPECT_THAT(refused(), HasSubstr("relative path"));
  policy_.sandbox.read_folders = {folder_ + "/none"};
  EXPECT_THAT(refused(), HasSubstr("no folder of this machine"));
  policy_.sandbox.read_folders = {};
  policy_.allow = {folder_ + "/server/"};
  EXPECT_THAT(refused(), HasSubstr("lies among the server's own files"));
}

TEST_F(CommandSandboxTest, WhatCommandsWriteIsNotWhatTheyAre) {
  policy_.allow = {folder_ + "/jobs/"};
  for (const char* folder : {"/jobs", "/jobs/", "/jobs/out"}) {
    fs::create_directories(folder_ + "/jobs/out");
    policy_.sandbox.write_folders = {folder_ + folder};
    EXPECT_THAT(refused(), HasSubstr("change the programs")) << folder;
  }
}

TEST_F(CommandSandboxTest, OffMeansOff) {
  policy_.sandbox = {};
  policy_.sandbox.write_folders = {"nonsense"};
  const auto made = make_sandbox(policy_, {});
  ASSERT_TRUE(made);
  EXPECT_FALSE(made->on);
}

}  // namespace
}  // namespace rota::handlers
