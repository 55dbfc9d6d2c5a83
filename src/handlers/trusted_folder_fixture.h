// For tests of programs: a folder of its own in a place that only root and this user can change.
// /tmp is none: everybody may put a file there.
#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "handlers/program_file.h"

namespace rota::handlers {

class TrustedFolder : public testing::Test {
 protected:
  void SetUp() override {
    const char* home = std::getenv("HOME");
    for (const std::string& parent :
         {std::string("/opt"), std::string("/usr/local"), std::string(home != nullptr ? home : ""),
          std::filesystem::current_path().string()}) {
      if (parent.empty() || !check_program_folder(parent, ::geteuid())) continue;
      std::string name = parent + "/rota-test-XXXXXX";
      if (::mkdtemp(name.data()) == nullptr) continue;
      ::chmod(name.c_str(), 0755);
      folder_ = name;
      return;
    }
    GTEST_SKIP() << "no folder here is closed to others: /opt, /usr/local, home, working folder";
  }
  void TearDown() override {
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
  }

  std::string make_folder(const std::string& name, mode_t mode = 0755) const {
    const std::string path = folder_ + "/" + name;
    ::mkdir(path.c_str(), mode);
    ::chmod(path.c_str(), mode);
    return path;
  }
  std::string make_program(const std::string& name, const std::string& text,
                           mode_t mode = 0755) const {
    const std::string path = folder_ + "/" + name;
    std::ofstream(path) << text;
    ::chmod(path.c_str(), mode);
    return path;
  }

  std::string folder_;
};

}  // namespace rota::handlers
