// The audit as lines of JSON with everything that its chain covers, so that it can be kept
// elsewhere and verified there with the key (docs/security/README.md shows how).
#pragma once

#include <functional>
#include <string>

#include "store/accounts.h"

namespace rota::cli {

/// Every row up to `through` (0: all): a first line that says where they begin, a line a row, a
/// last one with the newest row. `write` takes one line with its end. Returns how many rows.
Result<std::int64_t> export_audit(store::AccountStore& accounts, std::int64_t through, Instant now,
                                  const std::function<Result<void>(std::string_view)>& write);

/// The same into a new file of mode 0600, on the disk when it returns. kAlreadyExists; kIo. A file
/// that could not be finished is removed.
Result<std::int64_t> export_audit_to(store::AccountStore& accounts, std::int64_t through,
                                     Instant now, const std::string& path);

}  // namespace rota::cli
