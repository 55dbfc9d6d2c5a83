// Who a program runs as, looked up once by the server.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "rota/result.h"
#include "warden/wire.h"

namespace rota::warden {

struct User {
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups;
  std::string home;
};

/// The user of that name; without one the user that this process runs as. Errors: kNotFound,
/// kUnavailable when the user database cannot be read.
Result<User> find_user(const std::string& name);

/// Whether commands can and may run as that user: it is named, is there, this process can become
/// it, and root only where that is allowed. Errors: kInvalidArgument, with what to write instead.
Result<void> check_run_as(const std::string& name, bool allow_root);

/// Takes the groups, group and user of the message, and lets go of all capabilities but root's.
/// False: errno says why.
bool take_user(const StartMessage& start);

}  // namespace rota::warden
