#include "handlers/program_file.h"

#include <gmock/gmock.h>

#include "handlers/command_policy.h"
#include "handlers/trusted_folder_fixture.h"

namespace rota::handlers {
namespace {

using testing::HasSubstr;

class ProgramFileTest : public TrustedFolder {
 protected:
  ProgramTrust trust(const std::string& within = {}) const {
    return {false, ::geteuid(), within.empty() ? "" : within + "/"};
  }
  std::string outcome(const std::string& path, const ProgramTrust& how) const {
    const auto file = open_program(path, how);
    if (!file) return file.error().message;
    ::close(file->fd);
    return file->real_path;
  }
};

TEST_F(ProgramFileTest, OpensWhatOnlyRootAndTheOperatorCanChange) {
  const std::string program = make_program("job", "#!/bin/sh\n");
  EXPECT_EQ(outcome(program, trust(folder_)), program);
  EXPECT_EQ(outcome("/usr/bin/env", trust("/usr/bin")), "/usr/bin/env");
}

TEST_F(ProgramFileTest, FollowsLinksToWhereTheyLead) {
  make_folder("jobs");
  const std::string program = make_program("jobs/real", "");
  std::filesystem::create_symlink("real", folder_ + "/jobs/name");
  std::filesystem::create_symlink("../jobs/./name", folder_ + "/jobs/further");
  EXPECT_EQ(outcome(folder_ + "/jobs/further", trust(folder_ + "/jobs")), program);
  std::filesystem::create_symlink("round", folder_ + "/jobs/round");
  EXPECT_THAT(outcome(folder_ + "/jobs/round", trust()), HasSubstr("symbolic links"));
}

TEST_F(ProgramFileTest, ALinkOutOfTheAllowedFolderIsNoProgramOfIt) {
  make_folder("jobs");
  std::filesystem::create_symlink("/usr/bin/env", folder_ + "/jobs/out");
  EXPECT_THAT(outcome(folder_ + "/jobs/out", trust(folder_ + "/jobs")),
              HasSubstr("leads out of " + folder_ + "/jobs/ to /usr/bin/env"));
  std::filesystem::create_directory_symlink("/usr/bin", folder_ + "/jobs/bin");
  EXPECT_THAT(outcome(folder_ + "/jobs/bin/env", trust(folder_ + "/jobs")),
              HasSubstr("leads out of"));
  EXPECT_EQ(outcome(folder_ + "/jobs/out", trust()), "/usr/bin/env") << "named exactly";
  // A neighbour whose name begins alike is not inside.
  make_folder("jobs-old");
  make_program("jobs-old/x", "");
  std::filesystem::create_symlink("../jobs-old/x", folder_ + "/jobs/x");
  EXPECT_THAT(outcome(folder_ + "/jobs/x", trust(folder_ + "/jobs")), HasSubstr("leads out of"));
}

TEST_F(ProgramFileTest, WhatOthersMayWriteIsNotStarted) {
  EXPECT_THAT(outcome(make_program("a", "", 0775), trust()), HasSubstr("its group may write"));
  EXPECT_THAT(outcome(make_program("b", "", 0757), trust()), HasSubstr("everybody may write"));
  make_folder("open", 0777);
  EXPECT_THAT(outcome(make_program("open/c", ""), trust()),
              HasSubstr("everybody may write the folder " + folder_ + "/open"));
  make_folder("sticky", 01777);
  EXPECT_THAT(outcome(make_program("sticky/d", ""), trust()), HasSubstr("everybody may write"));
  // Also where only the way of a link leads through it.
  const std::string program = make_program("e", "");
  std::filesystem::create_symlink(program, folder_ + "/open/e");
  EXPECT_THAT(outcome(folder_ + "/open/e", trust()), HasSubstr("everybody may write the folder"));
  EXPECT_EQ(outcome(program, trust()), program);
}

TEST_F(ProgramFileTest, WhatBelongsToSomebodyElseIsNotStarted) {
  const std::string program = make_program("a", "");
  ProgramTrust other = trust();
  other.operator_id = 54321;
  if (::geteuid() == 0) {
    ASSERT_EQ(::chown(program.c_str(), 12345, 0), 0);
    EXPECT_THAT(outcome(program, other), HasSubstr("belongs to user 12345"));
  } else {
    EXPECT_THAT(outcome(program, other), HasSubstr("belongs to user"));
  }
}

TEST_F(ProgramFileTest, WhatIsNoProgramIsSaidToBeNone) {
  EXPECT_THAT(outcome(folder_, trust()), HasSubstr("not a program"));
  EXPECT_THAT(outcome(folder_ + "/none", trust()), HasSubstr("No such file"));
  EXPECT_THAT(outcome(make_program("plain", "", 0644), trust()), HasSubstr("not a program"));
  EXPECT_THAT(outcome(folder_ + "/plain/..", trust()), HasSubstr("Not a directory"));
}

TEST_F(ProgramFileTest, APolicyThatCannotBeMeantIsRefusedAtTheStart) {
  const auto refused = [](const std::string& pattern) {
    CommandPolicy policy;
    policy.allow = {pattern};
    const auto good = check_policy(policy);
    return good ? "accepted" : good.error().message + " | " + good.error().hint;
  };
  EXPECT_THAT(refused("jobs/run.sh"), HasSubstr("relative path"));
  EXPECT_THAT(refused(""), HasSubstr("relative path"));
  EXPECT_THAT(refused("/usr/bin/*"), HasSubstr("names no program of this machine"));
  EXPECT_THAT(refused("/usr/../usr/bin/"), HasSubstr("write /usr/bin/"));
  EXPECT_THAT(refused("/usr/bin"), HasSubstr("write /usr/bin/ to allow"));
  EXPECT_THAT(refused("/no/such/folder/"), HasSubstr("names no folder"));
  EXPECT_THAT(refused("/etc/passwd"), HasSubstr("names no program"));
  EXPECT_THAT(refused(make_folder("open", 0777) + "/"), HasSubstr("everybody may write"));
  EXPECT_THAT(refused(make_program("a", "", 0775)), HasSubstr("its group may write"));
  for (const char* good : {"*", "/usr/bin/", "/usr/bin/env"}) EXPECT_EQ(refused(good), "accepted");
  EXPECT_EQ(refused(folder_ + "/"), "accepted");
}

}  // namespace
}  // namespace rota::handlers
