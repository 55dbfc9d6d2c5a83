// Who a program runs as, looked up once by the server.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "rota/result.h"

namespace rota::warden {

struct User {
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups;
  std::string home;
};

/// Errors: kNotFound, kUnavailable when the user database cannot be read.
Result<User> find_user(const std::string& name);

}  // namespace rota::warden
