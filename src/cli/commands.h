// The commands: one function and one file each. They return the exit code, or the error that the
// program prints and turns into one.
#pragma once

#include <memory>
#include <string>

#include "cli/console.h"
#include "cli/invocation.h"
#include "rota/clock.h"
#include "rota/result.h"
#include "rota/scheduler.h"

namespace rota::cli {

/// What every command works with; outlives the command.
struct Context {
  const Console& console;
  const Clock& clock;
  std::string database;
  std::string user;  ///< Who types, for the record: "ann (command line)".
  Sources& sources;  ///< A command puts in what it parses, for the caret of errors.
};

Result<int> run_command(const ServeCommand& command, const Context& context);
Result<int> run_command(const ConfigShowCommand& command, const Context& context);
Result<int> run_command(const ConfigCheckCommand& command, const Context& context);
Result<int> run_command(const TaskListCommand& command, const Context& context);
Result<int> run_command(const TaskShowCommand& command, const Context& context);
Result<int> run_command(const TaskAddCommand& command, const Context& context);
Result<int> run_command(const TaskEditCommand& command, const Context& context);
Result<int> run_command(const TaskRemoveCommand& command, const Context& context);
Result<int> run_command(const TaskRunCommand& command, const Context& context);
Result<int> run_command(const TaskPauseCommand& command, const Context& context);
Result<int> run_command(const TaskResumeCommand& command, const Context& context);
Result<int> run_command(const BackfillCommand& command, const Context& context);
Result<int> run_command(const NextCommand& command, const Context& context);
Result<int> run_command(const ExplainCommand& command, const Context& context);
Result<int> run_command(const RunsCommand& command, const Context& context);
Result<int> run_command(const OutputCommand& command, const Context& context);
Result<int> run_command(const HandlersCommand& command, const Context& context);
Result<int> run_command(const ImportDemoCommand& command, const Context& context);
Result<int> run_command(const UserListCommand& command, const Context& context);
Result<int> run_command(const UserAddCommand& command, const Context& context);
Result<int> run_command(const UserRemoveCommand& command, const Context& context);
Result<int> run_command(const UserPasswordCommand& command, const Context& context);
Result<int> run_command(const UserRoleCommand& command, const Context& context);
Result<int> run_command(const TokenListCommand& command, const Context& context);
Result<int> run_command(const TokenAddCommand& command, const Context& context);
Result<int> run_command(const TokenRemoveCommand& command, const Context& context);
Result<int> run_command(const SecretListCommand& command, const Context& context);
Result<int> run_command(const SecretAddCommand& command, const Context& context);
Result<int> run_command(const SecretRemoveCommand& command, const Context& context);
Result<int> run_command(const SecretRotateKeyCommand& command, const Context& context);
Result<int> run_command(const AuditVerifyCommand& command, const Context& context);
Result<int> run_command(const AuditExportCommand& command, const Context& context);
Result<int> run_command(const AuditPruneCommand& command, const Context& context);
Result<int> run_command(const AuditAcceptCommand& command, const Context& context);
Result<int> run_command(const DoctorCommand& command, const Context& context);
Result<int> run_command(const CompletionCommand& command, const Context& context);
Result<int> run_command(const VersionCommand& command, const Context& context);
Result<int> run_command(const CalendarCommand& command, const Context& context);

}  // namespace rota::cli
