// Opening the database for a command, and finding what a name or a number means in it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "cli/commands.h"
#include "rota/scheduler.h"

namespace rota::cli {

/// Opens an existing database; a command never makes one by a mistyped path. Errors: kNotFound
/// with what to do, and those of Scheduler::open.
Result<std::unique_ptr<Scheduler>> open_database(const Context& context);

/// ROTA_KEY_FILE, or empty.
std::string key_file_from_environment();

/// Whether the database is there (a server's address always counts as there).
bool database_exists(const std::string& database);

/// "812" as an id; none: it is no id.
std::optional<TaskId> as_id(std::string_view text);

/// A task by its name, or by its id when no task has that name. Errors: kNotFound, naming a task
/// that is called nearly the same where there is one.
Result<TaskView> find_task(Scheduler& scheduler, std::string_view name_or_id);

/// Every task that matches, page by page; `limit` 0: all.
Result<std::vector<TaskView>> load_tasks(Scheduler& scheduler, TaskQuery query, std::size_t limit);

/// Whether a server is running on this database just now.
Result<bool> server_is_running(Scheduler& scheduler, const Clock& clock);

/// The whole of a file of at most 1 MiB, or of standard input for "-".
Result<std::string> read_text_file(const std::string& path, std::istream& input);

}  // namespace rota::cli
