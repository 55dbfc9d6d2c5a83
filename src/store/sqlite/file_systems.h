// Which file systems SQLite's locks cannot be trusted on.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "rota/result.h"

namespace rota::store {

/// "nfs", "smb", "9p", "fuse", "afs", "ceph", "lustre", "ocfs2" or "gfs2", by the number that
/// statfs(2) gives; empty for all others.
std::string_view untrusted_kind(std::uint32_t magic);

/// kUnavailable, naming the kind, unless it is empty or among the accepted.
Result<void> accept_kind(std::string_view kind, std::span<const std::string> accepted);

/// Both, for the file system that the path lies on.
Result<void> check_file_system(const std::string& path, std::span<const std::string> accepted);

}  // namespace rota::store
