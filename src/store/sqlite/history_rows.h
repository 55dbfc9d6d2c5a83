// What outlives runs and tasks: the names of removed tasks, and which tasks' slots are left out.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "store/sqlite/connection.h"
#include "store/store.h"

namespace rota::store {

Result<std::vector<LeftOut>> query_left_out(Connection& connection, Instant since,
                                            std::optional<TaskId> task);
Result<std::vector<RemovedTask>> query_removed(Connection& connection, std::string_view name);
Result<std::vector<RemovedTask>> query_removed(Connection& connection, std::span<const TaskId> ids);
/// Of a task that is removed with its history.
Result<void> forget_removed(Connection& connection, TaskId task);

}  // namespace rota::store
