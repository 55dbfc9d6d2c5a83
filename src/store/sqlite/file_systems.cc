#include "store/sqlite/file_systems.h"

#include <fmt/format.h>
#include <sys/vfs.h>

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace rota::store {
namespace {

// linux/magic.h and statfs(2). FUSE is sshfs, s3fs, and the shared folders of virtual machines.
struct Kind {
  std::uint32_t magic;
  std::string_view name;
};
constexpr Kind kUntrusted[] = {{0x6969, "nfs"},        {0x517B, "smb"},       {0xFF534D42, "smb"},
                               {0xFE534D42, "smb"},    {0x01021997, "9p"},    {0x65735546, "fuse"},
                               {0x5346414F, "afs"},    {0x6B414653, "afs"},   {0x00C36400, "ceph"},
                               {0x0BD00BD0, "lustre"}, {0x7461636F, "ocfs2"}, {0x01161970, "gfs2"}};

}  // namespace

std::string_view untrusted_kind(std::uint32_t magic) {
  const auto* const kind = std::ranges::find(kUntrusted, magic, &Kind::magic);
  return kind == std::end(kUntrusted) ? std::string_view() : kind->name;
}

Result<void> accept_kind(std::string_view kind, std::span<const std::string> accepted) {
  if (kind.empty() || std::ranges::find(accepted, kind) != accepted.end()) return {};
  return fail(ErrorCode::kUnavailable,
              fmt::format("the database lies on a network file system ({})", kind),
              fmt::format("SQLite's locks cannot be trusted there: use a local disk; or accept the "
                          "risk by name with --accept-file-system {}",
                          kind));
}

Result<void> check_file_system(const std::string& path, std::span<const std::string> accepted) {
  struct statfs about{};
  if (::statfs(path.c_str(), &about) != 0) return {};
  return accept_kind(untrusted_kind(static_cast<std::uint32_t>(about.f_type)), accepted);
}

}  // namespace rota::store
