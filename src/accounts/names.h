// Names of users and tokens: what they may be, and how they are written in the audit.
#pragma once

#include <string>
#include <string_view>

#include "rota/result.h"
#include "store/accounts.h"

namespace rota::accounts {

/// ASCII letters in lower case, as the database compares names.
std::string fold_case(std::string_view text);

/// kInvalidArgument beside the field `name`: empty, too long, hidden characters, broken UTF-8, or
/// blanks around it.
Result<void> check_name(std::string_view name);

/// Name and password at once, all faults in one error.
Result<void> check_new_user(std::string_view name, std::string_view password);

/// As a JSON string.
std::string quoted(std::string_view text);

/// "user 3"
std::string object_of(store::UserId id);
std::string object_of(store::TokenId id);

}  // namespace rota::accounts
