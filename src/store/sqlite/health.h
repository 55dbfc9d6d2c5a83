// How the database stands: its changes, counts, damage, and a copy of it.
#pragma once

#include <string>
#include <vector>

#include "store/sqlite/connection.h"
#include "store/store.h"

namespace rota::store {

Result<std::vector<TaskChange>> query_changes(Connection& connection, std::int64_t after_seq,
                                              std::size_t limit);
Result<std::vector<TaskChange>> query_task_changes(Connection& connection, TaskId id,
                                                   std::int64_t before_seq, std::size_t limit);
Result<std::int64_t> query_last_change(Connection& connection);
Result<StoreSummary> summary_of(Connection& connection, const std::string& path);
/// What SQLite's own check has to say, at most 20 lines; empty: nothing.
Result<std::vector<std::string>> find_damage(Connection& connection);
/// A consistent copy while others go on writing (SQLite's backup API). kAlreadyExists when there
/// is a file of that name.
Result<void> copy_database(Connection& connection, const std::string& path);

}  // namespace rota::store
