// Facts about the machine that `rota version` and `rota doctor` report.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace rota::cli {

/// "2026b": the version of the installed time zone data; empty when it cannot be found.
std::string timezone_data_version();

/// Free bytes for an ordinary user on the disk that holds the path.
std::optional<std::uint64_t> disk_free(const std::string& path);

/// "512.0 MiB"
std::string format_bytes(std::uint64_t bytes);

/// Who is logged in, for the record; "uid 1000" when the system has no name for it.
std::string current_user();

}  // namespace rota::cli
