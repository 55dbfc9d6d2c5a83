#include "handlers/machine.h"

#include <fmt/format.h>
#include <sys/statvfs.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <thread>

namespace rota::handlers {
namespace {

std::uint64_t meminfo(const std::string& wanted) {
  std::ifstream in("/proc/meminfo");
  std::string name;
  std::string unit;
  for (std::uint64_t value = 0; in >> name >> value; std::getline(in, unit)) {
    if (name == wanted) return value * 1024;
  }
  return 0;
}

// The folder may not have been made yet: then the disk that it will be on.
std::string existing_part(std::filesystem::path folder) {
  std::error_code ignored;
  folder = std::filesystem::absolute(folder, ignored);
  while (!std::filesystem::exists(folder, ignored) && folder.has_relative_path()) {
    folder = folder.parent_path();
  }
  return folder;
}

}  // namespace

Result<MachineReading> read_machine(const std::string& folder) {
  MachineReading reading;
  std::ifstream load("/proc/loadavg");
  load >> reading.load;
  reading.cores = std::max(1u, std::thread::hardware_concurrency());
  reading.memory_bytes = meminfo("MemTotal:");
  reading.memory_available_bytes = meminfo("MemAvailable:");
  const std::string existing = existing_part(folder);
  struct statvfs disk{};
  if (!load || reading.memory_bytes == 0) {
    return fail(ErrorCode::kIo, "the load or memory of this machine cannot be read from /proc");
  }
  if (::statvfs(existing.c_str(), &disk) != 0) {
    return fail(ErrorCode::kIo,
                fmt::format("the disk of '{}' cannot be read: {}", existing, std::strerror(errno)));
  }
  reading.disk_bytes = std::uint64_t{disk.f_blocks} * disk.f_frsize;
  reading.disk_free_bytes = std::uint64_t{disk.f_bavail} * disk.f_frsize;
  return reading;
}

std::string format_bytes(std::uint64_t bytes) {
  if (bytes < 1000) return fmt::format("{} bytes", bytes);
  double value = static_cast<double>(bytes);
  const char* unit = "";
  for (const char* next : {"kB", "MB", "GB", "TB", "PB"}) {
    if (value < 999.5) break;
    value /= 1000;
    unit = next;
  }
  return fmt::format("{:.{}f} {}", value, value < 9.95 ? 1 : 0, unit);
}

}  // namespace rota::handlers
