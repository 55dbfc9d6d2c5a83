#include "base/private_folder.h"

#include <sys/stat.h>

#include <cerrno>

namespace rota::base {

std::error_code make_private_folder(const std::filesystem::path& folder) {
  std::error_code ignored;
  if (folder.empty() || std::filesystem::is_directory(folder, ignored)) return {};
  if (auto above = make_private_folder(folder.parent_path()); above) return above;
  if (::mkdir(folder.c_str(), 0700) == 0) return {};
  const int why = errno;  // EEXIST: somebody else was faster, or a file is in the way
  if (why == EEXIST && std::filesystem::is_directory(folder, ignored)) return {};
  return {why, std::generic_category()};
}

}  // namespace rota::base
