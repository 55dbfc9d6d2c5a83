#include "warden/user.h"

#include <fmt/format.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstring>

namespace rota::warden {
namespace {

Result<User> own_user() {
  User user{::geteuid(), ::getegid(), {}, "/"};
  std::vector<char> space(16 * 1024);
  passwd entry{};
  passwd* found = nullptr;
  ::getpwuid_r(user.uid, &entry, space.data(), space.size(), &found);
  if (found != nullptr) user.home = entry.pw_dir;  // a container's user may have no entry
  return user;
}

std::string own_name() {
  std::vector<char> space(16 * 1024);
  passwd entry{};
  passwd* found = nullptr;
  ::getpwuid_r(::geteuid(), &entry, space.data(), space.size(), &found);
  return found != nullptr ? entry.pw_name : fmt::format("{}", ::geteuid());
}

// What starting, ending and tidying up after programs of another user takes.
bool can_become_others() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> data{};
  if (::syscall(SYS_capget, &header, data.data()) != 0) return false;
  for (const unsigned needed : {CAP_SETUID, CAP_SETGID, CAP_KILL, CAP_CHOWN}) {
    if ((data[needed / 32].effective >> (needed % 32) & 1u) == 0) return false;
  }
  return true;
}

bool drop_capabilities() {
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> none{};
  return ::syscall(SYS_capset, &header, none.data()) == 0;
}

Error wrong(std::string message, std::string hint) {
  return {ErrorCode::kInvalidArgument, std::move(message), std::move(hint), std::nullopt, {}};
}

}  // namespace

Result<User> find_user(const std::string& name) {
  if (name.empty()) return own_user();
  std::vector<char> space(16 * 1024);
  passwd entry{};
  passwd* found = nullptr;
  const int why = ::getpwnam_r(name.c_str(), &entry, space.data(), space.size(), &found);
  if (found == nullptr && why != 0 && why != ENOENT && why != ESRCH) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("the user '{}' cannot be looked up: {}", name, std::strerror(why)));
  }
  if (found == nullptr) {
    return fail(ErrorCode::kNotFound, fmt::format("there is no user named '{}'", name),
                "make the user, or name another in the run-as setting");
  }
  User user{entry.pw_uid, entry.pw_gid, std::vector<gid_t>(256), entry.pw_dir};
  int count = static_cast<int>(user.groups.size());
  if (::getgrouplist(name.c_str(), entry.pw_gid, user.groups.data(), &count) < 0) {
    user.groups.resize(static_cast<std::size_t>(count));
    ::getgrouplist(name.c_str(), entry.pw_gid, user.groups.data(), &count);
  }
  user.groups.resize(static_cast<std::size_t>(count));
  return user;
}

Result<void> check_run_as(const std::string& name, bool allow_root) {
  const std::string own = own_name();
  const bool root = ::geteuid() == 0;
  if (name.empty()) {
    return fail(wrong(
        "commands are allowed, but --run-as does not say as whom they run",
        root ? "give --run-as USER: one with no other rights, for example --run-as nobody"
             : fmt::format("--run-as {} accepts that they reach all that you can, this server's "
                           "database and key too; a server started as root can run them as another "
                           "user",
                           own)));
  }
  const auto user = find_user(name);
  if (!user) {
    return fail(wrong(fmt::format("--run-as {}: {}", name, user.error().message),
                      "name a user of this machine, or make one: adduser --system NAME"));
  }
  if (user->uid == 0 && !allow_root) {
    return fail(wrong("commands would run as root",
                      "give --run-as another user, for example nobody, or accept it with "
                      "--allow-root-commands"));
  }
  if (user->uid != ::geteuid() && !can_become_others()) {
    return fail(
        wrong(fmt::format("--run-as {}: only a server started as root can run commands as "
                          "another user than its own",
                          name),
              fmt::format("start it as root, or accept your own user with --run-as {}", own)));
  }
  return {};
}

bool take_user(const StartMessage& start) {
  if (start.change_user && (::setgroups(start.groups.size(), start.groups.data()) != 0 ||
                            ::setresgid(start.gid, start.gid, start.gid) != 0 ||
                            ::setresuid(start.uid, start.uid, start.uid) != 0)) {
    return false;
  }
  return ::geteuid() == 0 || drop_capabilities();
}

}  // namespace rota::warden
