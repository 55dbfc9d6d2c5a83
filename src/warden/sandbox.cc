#include "warden/sandbox.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>

#include "warden/fd.h"
#include "warden/syscall_filter.h"

namespace rota::warden {
namespace {

// Written down here because the headers of Debian 12 end with the second version.
constexpr std::uint64_t kRead =
    LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t kTruncate = 1u << 14;  // version 3
constexpr std::uint64_t kIoctl = 1u << 15;     // version 5
constexpr std::uint64_t kScopeAll = 3;         // version 6: abstract sockets, signals
// No devices: they lead around all rules.
constexpr std::uint64_t kWrite = kRead | LANDLOCK_ACCESS_FS_WRITE_FILE |
                                 LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
                                 LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
                                 LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
                                 LANDLOCK_ACCESS_FS_MAKE_SYM | LANDLOCK_ACCESS_FS_REFER | kTruncate;
constexpr std::uint64_t kDevice =
    LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | kTruncate | kIoctl;
constexpr std::uint64_t kOfFiles = LANDLOCK_ACCESS_FS_EXECUTE | kDevice;

constexpr std::array<const char*, 5> kDevices{"/dev/null", "/dev/zero", "/dev/full", "/dev/random",
                                              "/dev/urandom"};

struct RulesetAttributes {
  std::uint64_t files = 0;
  std::uint64_t net = 0;
  std::uint64_t scoped = 0;
};

int landlock_version() {
  const long version =
      ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  return version < 0 ? 0 : static_cast<int>(version);
}

std::uint64_t known_rights(int version) {
  std::uint64_t all = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;
  if (version >= 2) all |= LANDLOCK_ACCESS_FS_REFER;
  if (version >= 3) all |= kTruncate;
  if (version >= 5) all |= kIoctl;
  return all;
}

class Ruleset {
 public:
  explicit Ruleset(int version) : known_(known_rights(version)) {
    const RulesetAttributes attributes{known_, 0, version >= 6 ? kScopeAll : 0};
    const std::size_t size = version >= 6 ? sizeof attributes : sizeof attributes.files;
    fd_ = Fd(static_cast<int>(::syscall(SYS_landlock_create_ruleset, &attributes, size, 0)));
  }

  bool is_open() const { return fd_.is_open(); }

  // What is not there, or closed to this user, needs no rule.
  bool allow(const std::string& path, std::uint64_t rights) const {
    const Fd parent(::open(path.c_str(), O_PATH | O_CLOEXEC));
    if (!parent.is_open()) return true;
    struct stat facts{};
    if (::fstat(parent.get(), &facts) != 0) return false;
    landlock_path_beneath_attr rule{};
    rule.allowed_access = rights & known_ & (S_ISDIR(facts.st_mode) ? ~0ull : kOfFiles);
    rule.parent_fd = parent.get();
    return ::syscall(SYS_landlock_add_rule, fd_.get(), LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
  }

  bool enter() const { return ::syscall(SYS_landlock_restrict_self, fd_.get(), 0) == 0; }

 private:
  std::uint64_t known_;
  Fd fd_;
};

// Root could still read other processes (CAP_PERFMON, CAP_SYS_PTRACE) or change the machine. With
// no_new_privs nothing that it starts gets these back.
bool drop_all_but_files() {
  if (::geteuid() != 0) return true;  // has none
  constexpr std::array kKept{CAP_CHOWN,  CAP_DAC_OVERRIDE,    CAP_DAC_READ_SEARCH,
                             CAP_FOWNER, CAP_FSETID,          CAP_SETGID,
                             CAP_SETUID, CAP_NET_BIND_SERVICE};
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> data{};
  if (::syscall(SYS_capget, &header, data.data()) != 0) return false;
  std::array<std::uint32_t, _LINUX_CAPABILITY_U32S_3> mask{};
  for (const unsigned kept : kKept) mask[kept / 32] |= 1u << (kept % 32);
  for (std::size_t i = 0; i < data.size(); ++i) {
    data[i].effective &= mask[i];
    data[i].permitted &= mask[i];
    data[i].inheritable = 0;
  }
  return ::syscall(SYS_capset, &header, data.data()) == 0;
}

}  // namespace

Result<void> check_sandbox() {
  const int version = landlock_version();
  if (version > 0 && can_filter_calls()) return {};
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("--command-sandbox: this kernel has no {}",
                          version > 0 ? "seccomp" : "Landlock, or does not switch it on"),
              "leave the option out and give --run-as a user without other rights, or use a kernel "
              "from 5.13 on with 'landlock' in its lsm= list");
}

std::vector<std::string> sandbox_gaps() {
  const int version = landlock_version();
  std::vector<std::string> gaps;
  if (version < 3) {
    gaps.emplace_back("a file that commands may read can be emptied by them where its mode allows");
  }
  if (version < 6) {
    gaps.emplace_back("commands can send signals to other processes of their user");
  }
  return gaps;
}

bool enter_sandbox(const handlers::ProcessSandbox& sandbox, const std::string& own_folder) {
  const int version = landlock_version();
  const Ruleset rules(version);
  if (!rules.is_open()) return false;
  for (const std::string& path : sandbox.read) {
    if (!rules.allow(path, kRead)) return false;
  }
  for (const std::string& path : sandbox.write) {
    if (!rules.allow(path, kWrite)) return false;
  }
  for (const char* path : kDevices) {
    if (!rules.allow(path, kDevice)) return false;
  }
  if (!own_folder.empty() && !rules.allow(own_folder, kWrite)) return false;
  // Before version 3 nothing else keeps a program from emptying a file by its path.
  return rules.enter() && drop_all_but_files() && filter_calls(version < 3);
}

}  // namespace rota::warden
