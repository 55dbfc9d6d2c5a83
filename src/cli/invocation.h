// What was typed, as plain values: the parser fills these, the commands read them. Nothing here
// knows the library that parses.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "cli/calendar_invocation.h"
#include "config/configuration.h"

namespace rota::cli {

/// Options that every command has.
struct GlobalOptions {
  std::string database;  ///< --db, else ROTA_DB, else var/rota.db.
  bool json = false;
};

/// Fields of a task as typed: the column's name and its text. Later ones win.
using FieldTexts = std::vector<std::pair<std::string, std::string>>;

struct ServeCommand {
  std::string config_file;  ///< --config; empty: ROTA_CONFIG.
  config::FlagTexts flags;  ///< The settings that were typed.
};

/// Prints every setting of such a server, and where each value came from.
struct ConfigShowCommand {
  ServeCommand serve;
};

/// Reads a file as `serve` would, and says what is wrong with it.
struct ConfigCheckCommand {
  std::string file;  ///< Empty: ROTA_CONFIG.
};

struct TaskListCommand {
  std::string search;
  std::string type;
  std::optional<bool> active;
  bool failing = false;
  std::string order = "id";
  bool descending = false;
  std::size_t limit = 0;  ///< 0: all.
};

struct TaskShowCommand {
  std::string task;
};

struct TaskAddCommand {
  FieldTexts fields;
  std::string metadata_file;
};

struct TaskEditCommand {
  std::string task;
  FieldTexts fields;
  std::string metadata_file;
  std::optional<std::int64_t> expect_version;
  bool dry_run = false;
};

struct TaskRemoveCommand {
  std::string task;
  bool yes = false;
  bool with_history = false;
};

struct TaskRunCommand {
  std::string task;
  std::string metadata;
  std::string metadata_file;
  bool wait = false;
  std::int64_t wait_s = 0;  ///< Give up waiting after so long; 0: never.
};

struct TaskPauseCommand {
  std::string task;
  std::string until;  ///< RFC 3339; empty: until resumed.
  std::string reason;
};

struct TaskResumeCommand {
  std::string task;
  bool catch_up = false;  ///< Make up for slots of the pause, as the task's policy says.
  bool dry_run = false;
};

struct BackfillCommand {
  std::string task;
  std::string from;  ///< RFC 3339 or a date.
  std::string to;    ///< The same; empty: now.
  bool missing_only = false;
  bool dry_run = false;
  double pace_s = 1;  ///< One run begins so long after the other, at the soonest.
};

/// Which days a typed schedule may run on.
struct WorkingDayChoice {
  bool working_days = false;
  std::string on_non_working_day = "skip";
  int offset = 0;        ///< In working days.
  std::string calendar;  ///< Name; empty: the database's default, else england-and-wales.
};

struct NextCommand {
  std::string schedule;
  std::string timezone = "UTC";
  std::string from;    ///< RFC 3339; empty: now.
  std::string anchor;  ///< RFC 3339; empty: as from.
  std::size_t count = 5;
  WorkingDayChoice days;
  bool batch = false;
};

struct ExplainCommand {
  std::string schedule;
  std::string task;  ///< Instead of a schedule.
  std::string timezone = "UTC";
  std::string from;
  std::size_t count = 10;
  WorkingDayChoice days;
};

struct RunsCommand {
  std::string task;
  std::vector<std::string> statuses;
  bool skipped = false;    ///< Also slots that did not run.
  bool decisions = false;  ///< What became of every slot, instead of runs.
  std::string from;        ///< Slots from here on; RFC 3339 or a date, empty: from the first.
  std::string to;          ///< Slots before this; the same, empty: up to the last.
  bool follow = false;
  std::size_t limit = 20;
};

struct OutputCommand {
  std::int64_t run = 0;
  bool follow = false;
  bool raw = false;  ///< The bytes as they came, even to a terminal.
};

struct HandlersCommand {
  std::string type;
};

struct ImportDemoCommand {
  std::string data_folder;  ///< Where the example shop goes; empty: beside the database.
};

struct UserListCommand {};

struct UserAddCommand {
  std::string name;
  std::string role = "view";
};

struct UserRemoveCommand {
  std::string name;
  bool yes = false;
};

struct UserPasswordCommand {
  std::string name;
};

struct UserRoleCommand {
  std::string name;
  std::string role;
};

struct TokenListCommand {};

struct TokenAddCommand {
  std::string user;
  std::string name;
  std::string role = "view";
  std::int64_t days = 90;  ///< 0: never expires.
};

struct TokenRemoveCommand {
  std::int64_t id = 0;
};

struct SecretListCommand {};

struct SecretAddCommand {
  std::string name;
  bool replace = false;  ///< A new value for an old name.
};

struct SecretRemoveCommand {
  std::string name;
  bool yes = false;
};

struct SecretRotateKeyCommand {};

struct DoctorCommand {};

struct CompletionCommand {
  std::string shell;
};

struct VersionCommand {};

using Command =
    std::variant<ServeCommand, ConfigShowCommand, ConfigCheckCommand, TaskListCommand,
                 TaskShowCommand, TaskAddCommand, TaskEditCommand, TaskRemoveCommand,
                 TaskRunCommand, TaskPauseCommand, TaskResumeCommand, BackfillCommand, NextCommand,
                 ExplainCommand, RunsCommand, OutputCommand, HandlersCommand, ImportDemoCommand,
                 UserListCommand, UserAddCommand, UserRemoveCommand, UserPasswordCommand,
                 UserRoleCommand, TokenListCommand, TokenAddCommand, TokenRemoveCommand,
                 SecretListCommand, SecretAddCommand, SecretRemoveCommand, SecretRotateKeyCommand,
                 DoctorCommand, CompletionCommand, VersionCommand, CalendarCommand>;

struct Invocation {
  GlobalOptions global;
  Command command;
};

/// The parser has already said everything: help was asked for, or the command makes no sense.
struct ParseExit {
  int exit_code = 0;
  std::string out;
  std::string err;
};

/// Understands the command line. `database_default` stands in where --db is absent.
std::variant<Invocation, ParseExit> parse_command_line(int argc, const char* const* argv,
                                                       const std::string& database_default);

/// One command or group as completion and the documentation see it.
struct CommandSpec {
  std::string path;  ///< "task add"; empty: the program itself.
  std::string help;
  struct Option {
    std::string name;  ///< "--schedule"
    std::string help;
    bool takes_value = false;
  };
  std::vector<Option> options;
  std::vector<std::string> subcommands;
  bool takes_task = false;  ///< Its argument is a task's name or id.
};

/// Every command, the program itself first. For completion scripts.
std::vector<CommandSpec> list_commands();

}  // namespace rota::cli
