#include "warden/user.h"

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>

#include <cstring>

namespace rota::warden {

Result<User> find_user(const std::string& name) {
  std::vector<char> space(16 * 1024);
  passwd entry{};
  passwd* found = nullptr;
  const int wrong = ::getpwnam_r(name.c_str(), &entry, space.data(), space.size(), &found);
  if (found == nullptr && wrong != 0 && wrong != ENOENT && wrong != ESRCH) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("the user '{}' cannot be looked up: {}", name, std::strerror(wrong)));
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

}  // namespace rota::warden
