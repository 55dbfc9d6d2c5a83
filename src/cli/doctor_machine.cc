// What `rota doctor` asks of the machine: the file, the disk, the time zones.
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "cli/doctor_checks.h"
#include "cli/machine.h"

namespace rota::cli {
namespace {

constexpr std::uint64_t kMiB = 1 << 20;
constexpr std::uint64_t kSpaceNeeded = 50 * kMiB;
constexpr std::uint64_t kSpaceWished = 1024 * kMiB;

std::filesystem::path file_of(const std::string& database) {
  return database.starts_with("sqlite:") ? database.substr(7) : database;
}

}  // namespace

Finding check_database_file(const std::string& database) {
  const std::string subject = "database file";
  const std::filesystem::path path = file_of(database);
  struct stat facts{};
  if (stat(path.c_str(), &facts) != 0) {
    return {Health::kFail, subject, fmt::format("there is no file {}", path.string()),
            "is its disk mounted? 'rota import demo' or 'rota serve --create' makes one; --db or "
            "ROTA_DB names another"};
  }
  if (!S_ISREG(facts.st_mode)) {
    return {Health::kFail, subject, fmt::format("{} is no file", path.string()),
            "name the database's file with --db"};
  }
  if (facts.st_nlink > 1) {
    return {Health::kFail, subject,
            fmt::format("{} has {} names (hard links)", path.string(), facts.st_nlink),
            fmt::format("SQLite's log goes by one of them, so no server starts: find / -xdev "
                        "-samefile {} shows them; remove all but one",
                        path.string())};
  }
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  if (access(path.c_str(), R_OK | W_OK) != 0 || access(folder.c_str(), W_OK) != 0) {
    return {Health::kFail, subject,
            fmt::format("{} or its folder cannot be written by you", path.string()),
            "run Rota as the owner of the file, or change the owner with chown"};
  }
  if ((facts.st_mode & S_IWOTH) != 0) {
    return {Health::kWarning, subject, fmt::format("everybody may write {}", path.string()),
            fmt::format("chmod o-w {}", path.string())};
  }
  return {
      Health::kOk, subject,
      fmt::format("{}, {}", path.string(), format_bytes(static_cast<std::uint64_t>(facts.st_size))),
      ""};
}

Finding check_timezone_data() {
  const std::string version = timezone_data_version();
  if (!version.empty()) return {Health::kOk, "time zones", "tzdata " + version, ""};
  return {Health::kFail, "time zones", "no time zone data is installed",
          "apt-get install tzdata; without it schedules outside UTC cannot be planned"};
}

Finding check_disk_space(const std::string& database) {
  const std::filesystem::path path = file_of(database);
  const std::string folder = path.has_parent_path() ? path.parent_path().string() : ".";
  const auto free = disk_free(folder);
  if (!free) {
    return {Health::kWarning, "disk space", fmt::format("the disk of {} does not say", folder), ""};
  }
  const Health health = *free < kSpaceNeeded   ? Health::kFail
                        : *free < kSpaceWished ? Health::kWarning
                                               : Health::kOk;
  return {health, "disk space", fmt::format("{} free for {}", format_bytes(*free), folder),
          health == Health::kOk ? "" : "make room, or let old runs go with keep_runs"};
}

}  // namespace rota::cli
