// Rows of `setting`.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "store/accounts.h"
#include "store/sqlite/connection.h"

namespace rota::store {

Result<std::optional<std::string>> find_setting(Connection& connection, std::string_view name);
Result<void> change_settings(Connection& connection, std::span<const SettingChange> changes);

}  // namespace rota::store
