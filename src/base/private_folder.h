// Folders for what is nobody else's business: databases, logs, backups.
#pragma once

#include <filesystem>
#include <system_error>

namespace rota::base {

/// Makes the folder and those above it that are missing, each for its owner alone (0700), whatever
/// the umask allows. No error when it is there already, with whatever mode. Thread rule: any
/// thread.
std::error_code make_private_folder(const std::filesystem::path& folder);

}  // namespace rota::base
