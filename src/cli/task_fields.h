// The fields of a task that people may set, in one table: options of `task add` and `task edit`,
// the lines of `task show` and the keys of --json all come from it, under the column's own name.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "rota/result.h"
#include "rota/task.h"

namespace rota::cli {

/// A flag is switched by --x and --no-x, anything else takes a value.
enum class FieldKind { kValue, kFlag };

struct TaskField {
  std::string_view name;  ///< As the column: "working_days_only".
  FieldKind kind;
  std::string_view value;  ///< What the value looks like, for help: "ZONE", "1..100".
  std::string_view help;
  Result<void> (*set)(Task&, std::string_view text);
  std::string (*get)(const Task&);  ///< Empty: not set.
};

/// In the order people expect them; that of the page.
std::span<const TaskField> task_fields();

/// Sets one field from its text. Errors name the field; kInvalidArgument.
Result<void> set_task_field(Task& task, std::string_view name, std::string_view text);

/// "working_days_only" becomes "working-days-only".
std::string option_name(std::string_view field);

/// A second name for it, as the commands about a bare expression call it (`rota next --tz`); empty
/// for most.
std::string_view short_option_name(std::string_view field);

}  // namespace rota::cli
