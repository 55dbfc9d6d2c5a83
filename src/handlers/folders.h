// Folders and files that handlers keep below the data folder.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "rota/result.h"
#include "rota/time.h"

namespace rota::handlers {

struct FoundFile {
  std::filesystem::path path;
  std::uint64_t size = 0;
  Instant changed{};
};

/// Regular files directly in the folder (no links), by name; none when it does not exist.
/// Errors: kIo.
Result<std::vector<FoundFile>> list_files(const std::filesystem::path& folder);

/// Makes the folder and those above it, private to this user. Errors: kIo.
Result<void> make_folder(const std::filesystem::path& folder);

/// Writes a file whole or not at all: under another name first, then renamed. Mode 0600.
/// Errors: kIo, kStorageFull.
Result<void> write_file(const std::filesystem::path& path, std::string_view bytes);

/// "20261123T093000Z": for file names.
std::string compact_time(Instant at);

}  // namespace rota::handlers
