// Readings of the machine this server runs on, straight from the kernel.
#pragma once

#include <cstdint>
#include <string>

#include "rota/result.h"

namespace rota::handlers {

struct MachineReading {
  double load = 0;  ///< Runnable processes, averaged over a minute.
  unsigned cores = 1;
  std::uint64_t memory_bytes = 0;
  std::uint64_t memory_available_bytes = 0;
  std::uint64_t disk_bytes = 0;       ///< Of the file system that holds the folder.
  std::uint64_t disk_free_bytes = 0;  ///< What an ordinary user may still write.
};

/// Errors: kIo.
Result<MachineReading> read_machine(const std::string& folder);

/// "1.5 GB", "12 kB": for people, powers of ten.
std::string format_bytes(std::uint64_t bytes);

}  // namespace rota::handlers
