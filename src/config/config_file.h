// Reads a configuration file from the disk. It decides which programs may run, so it must be one
// that only its owner can change.
#pragma once

#include <string>

#include "rota/result.h"

namespace rota::config {

inline constexpr std::size_t kFileBytesMax = 1 << 20;

/// The whole file. Errors: kNotFound, kIo where it cannot be read or is no regular file,
/// kPermissionDenied where others may write it or it belongs to somebody else than root and this
/// user, kLimitExceeded beyond kFileBytesMax.
Result<std::string> read_config_file(const std::string& path);

}  // namespace rota::config
