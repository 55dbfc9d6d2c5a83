// Beside calendar_parser.cc and usage.cc the only file that sees CLI11: it is slow to compile, and
// nothing else needs to know it. Builds the commands over one set of plain structs, parses into
// them, and says which one was meant.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>

#include "cli/account_options.h"
#include "cli/calendar_parser.h"
#include "cli/field_options.h"
#include "cli/invocation.h"
#include "cli/serve_options.h"
#include "cli/usage.h"

namespace rota::cli {
namespace {

constexpr const char* kTaskHelp = "The task's name or id";

// CLI11 writes into this while it parses; the chosen command is copied out of it.
class Parser {
 public:
  explicit Parser(std::string database_default) {
    global_.database = std::move(database_default);
    app_.name("rota");
    app_.require_subcommand(1);
    app_.option_defaults()->take_last();
    app_.footer(
        "Try: rota import demo, then rota serve. 'rota COMMAND --help' explains a command.\n"
        "Exit codes: 0 done, 1 the work failed, 2 wrong usage; docs/cli.md lists the others.");
    add_global(app_);
    add_serve();
    add_config();
    add_tasks();
    add_backfill();
    add_schedules();
    add_runs();
    add_calendars();
    add_accounts();
    add_rest();
  }

  CLI::App& app() { return app_; }
  const GlobalOptions& global() const { return global_; }
  const Command& chosen() const { return chosen_; }

 private:
  void add_global(CLI::App& command) {
    command
        .add_option("--db", global_.database, "Database file (default: $ROTA_DB or var/rota.db)")
        ->type_name("PATH");
    command.add_flag("--json", global_.json, "Answer with JSON, for programs");
  }

  CLI::App& group(CLI::App& parent, const char* name, const char* help) {
    CLI::App& made = *parent.add_subcommand(name, help);
    made.require_subcommand(1);
    return made;
  }

  // A command whose options go to `target`, which must be a member of this parser.
  template <class Target>
  CLI::App& leaf(CLI::App& parent, const char* name, const char* help, Target& target) {
    CLI::App& made = *parent.add_subcommand(name, help);
    add_global(made);
    made.final_callback([this, &target] { chosen_ = target; });
    return made;
  }

  static void add_list(CLI::App& to, const char* name, std::vector<std::string>& values,
                       const char* type, const char* help) {
    to.add_option(name, values, help)
        ->type_name(type)
        ->allow_extra_args(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  }

  // The words of a schedule may be typed without quotes; they are joined by one blank.
  static CLI::Option* add_words(CLI::App& to, const char* name, std::string& text,
                                const char* help) {
    return to
        .add_option_function<std::vector<std::string>>(
            name,
            [&text](const std::vector<std::string>& words) {
              text.clear();
              for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
            },
            help)
        ->type_name("TEXT")
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  }

  void add_serve() {
    CLI::App& c = leaf(app_, "serve", "Run the server: planner, runner and page", serve_);
    add_settings(c, serve_.config_file);
    c.footer(
        "Every setting is also a key of the --config file and an environment variable: "
        "'rota config show' lists them. A flag counts before a variable, and that before the "
        "file.\nSIGTERM and Ctrl-C finish what runs, a second one stops at once; SIGHUP reads the "
        "certificate again.");
    c.final_callback([this, &c] {
      serve_.flags = typed_settings(app_, c);
      chosen_ = serve_;
    });
  }

  void add_config() {
    CLI::App& group_app = group(app_, "config", "Settings of the server: show them, check a file");
    CLI::App& show =
        leaf(group_app, "show", "Every setting, and where its value came from", show_config_);
    add_settings(show, show_config_.serve.config_file);
    show.footer("It knows the options of 'rota serve', to show what they would do.");
    show.final_callback([this, &show] {
      show_config_.serve.flags = typed_settings(app_, show);
      chosen_ = show_config_;
    });
    CLI::App& check =
        leaf(group_app, "check", "Find every fault in a configuration file", check_config_);
    check.add_option("FILE", check_config_.file, "The file (default: $ROTA_CONFIG)");
  }

  void add_tasks() {
    CLI::App& tasks = group(app_, "task", "List, show, add, edit, remove, run and pause tasks");
    CLI::App& list = leaf(tasks, "list", "List tasks", list_);
    list.add_option("--search", list_.search, "Part of name, type, description or tags")
        ->type_name("TEXT");
    list.add_option("--type", list_.type, "Only of this handler")->type_name("TYPE");
    list.add_flag_callback("--active", [this] { list_.active = true; }, "Only active ones");
    list.add_flag_callback(
        "--inactive", [this] { list_.active = false; }, "Only switched-off ones");
    list.add_flag("--failing", list_.failing, "Only those that fail or cannot be planned");
    list.add_option("--order", list_.order, "id, name, type, priority, next, executed or failures")
        ->type_name("COLUMN")
        ->check(CLI::IsMember({"id", "name", "type", "priority", "next", "executed", "failures"}));
    list.add_flag("--descending", list_.descending, "The other way round");
    list.add_option("--limit", list_.limit, "At most so many (default: all)")
        ->type_name("COUNT")
        ->check(CLI::Range(1, 100'000'000));

    CLI::App& show = leaf(tasks, "show", "Show a task, how it stands and its next slots", show_);
    show.add_option("TASK", show_.task, kTaskHelp)->required();

    CLI::App& add =
        leaf(tasks, "add", "Add a task; --name, --type and --schedule are needed", add_);
    add_field_options(add, add_.fields);
    add.add_option("--metadata-file", add_.metadata_file, "Read the metadata from a file; -: input")
        ->type_name("PATH");
    add.footer(
        "rota task add --name 'Tidy up' --type command --schedule '0 3 * * 1-5' \\\n"
        "    --timezone Europe/London --metadata '{\"argv\":[\"/usr/bin/tidy\"]}'");

    CLI::App& edit =
        leaf(tasks, "edit", "Change fields of a task; a running server follows", edit_);
    edit.add_option("TASK", edit_.task, kTaskHelp)->required();
    add_field_options(edit, edit_.fields);
    edit.add_option("--metadata-file", edit_.metadata_file,
                    "Read the metadata from a file; -: input")
        ->type_name("PATH");
    edit.add_option("--expect-version", edit_.expect_version,
                    "Refuse if somebody else saved meanwhile")
        ->type_name("N");
    edit.add_flag("--dry-run", edit_.dry_run, "Only list the slots that would change");
    add_task_actions(tasks);
  }

  void add_task_actions(CLI::App& tasks) {
    CLI::App& remove =
        leaf(tasks, "remove", "Remove a task; its history stays unless told", remove_);
    remove.add_option("TASK", remove_.task, kTaskHelp)->required();
    remove.add_flag("--yes,-y", remove_.yes, "Do not ask");
    remove.add_flag("--with-history", remove_.with_history,
                    "Also remove its runs and their output");

    CLI::App& run = leaf(tasks, "run", "Run a task now, beside its schedule", run_);
    run.add_option("TASK", run_.task, kTaskHelp)->required();
    run.add_option("--metadata", run_.metadata, "Metadata for this run alone")->type_name("JSON");
    run.add_option("--metadata-file", run_.metadata_file, "The same from a file; -: input")
        ->type_name("PATH");
    run.add_flag("--wait", run_.wait, "Show its output; the exit code tells the outcome");
    run.add_option("--wait-for", run_.wait_s, "Wait at most so long")
        ->type_name("SECONDS")
        ->check(CLI::Range(1, 10'000'000));

    CLI::App& pause = leaf(tasks, "pause", "Stop planning a task until a time or a resume", pause_);
    pause.add_option("TASK", pause_.task, kTaskHelp)->required();
    pause.add_option("--until", pause_.until, "When it goes on by itself")->type_name("TIME");
    pause.add_option("--reason", pause_.reason, "Why, for colleagues")->type_name("TEXT");

    CLI::App& resume = leaf(tasks, "resume", "Plan a paused task again, from now on", resume_);
    resume.add_option("TASK", resume_.task, kTaskHelp)->required();
    resume.add_flag("--catch-up", resume_.catch_up,
                    "Also run what the pause took away, as the task's catch-up policy says");
    resume.add_flag("--dry-run", resume_.dry_run, "Only list what --catch-up would run");
  }

  void add_backfill() {
    CLI::App& c = leaf(app_, "backfill", "Run slots of the past that did not run", backfill_);
    c.add_option("TASK", backfill_.task, kTaskHelp)->required();
    c.add_option("--from", backfill_.from, "Slots from here on")->type_name("TIME")->required();
    c.add_option("--to", backfill_.to, "Slots up to here (default: now)")->type_name("TIME");
    c.add_flag("--missing-only", backfill_.missing_only,
               "Leave what ran, even if it failed; else all but what is under way runs again");
    c.add_flag("--dry-run", backfill_.dry_run, "Only list what would run");
    c.add_option("--pace", backfill_.pace_s,
                 "Begin each so long after the other, at the soonest (default 1)")
        ->type_name("SECONDS")
        ->check(CLI::Range(0, 86'400));
    c.footer(
        "Runs wait behind regular work, and for one another unless the task allows overlaps.\n"
        "rota backfill 'Nightly import' --from 2026-11-01 --missing-only --dry-run");
  }

  static void add_working_days(CLI::App& to, WorkingDayChoice& days) {
    to.add_flag("--working-days", days.working_days, "Not on days that the calendar closes");
    to.add_option("--on-non-working-day", days.on_non_working_day,
                  "With --working-days, slots of closed days: skip (default), next, previous, "
                  "nearest or run")
        ->type_name("WHAT")
        ->check(CLI::IsMember({"skip", "next", "previous", "nearest", "run"}));
    to.add_option("--offset", days.offset,
                  "With --working-days, then so many working days later, or earlier: -60 to 60")
        ->type_name("DAYS")
        ->check(CLI::Range(-60, 60));
    to.add_option("--calendar", days.calendar,
                  "Working days: england-and-wales, scotland, northern-ireland, weekdays, or "
                  "one of the database's (default: the database's, else england-and-wales)")
        ->type_name("NAME");
  }

  void add_schedules() {
    CLI::App& next = leaf(app_, "next", "When a schedule is due next", next_);
    add_words(next, "SCHEDULE", next_.schedule, "The text that says when");
    next.add_option("--tz", next_.timezone, "Zone it is read in (default UTC)")->type_name("ZONE");
    next.add_option("--from", next_.from, "Slots after this moment (default: now)")
        ->type_name("TIME");
    next.add_option("--anchor", next_.anchor, "Where a period's grid begins (default: --from)")
        ->type_name("TIME");
    next.add_option("--count", next_.count, "How many (default 5)")
        ->type_name("COUNT")
        ->check(CLI::Range(1, 1000));
    add_working_days(next, next_.days);
    next.add_flag("--batch", next_.batch, "JSON lines in, JSON lines out, for test programs");
    next.footer(
        "rota next --tz Europe/London '30 9 * * 1-5'\nrota next first monday of next month\n"
        "rota next --tz Europe/London WD3 09:30\n"
        "rota next 3 working days before the 25th 17:00\n"
        "rota next 'RRULE:FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=16;BYMINUTE=0;BYSECOND=0'");

    CLI::App& explain =
        leaf(app_, "explain", "What a schedule means, and why each slot is", explain_);
    add_words(explain, "SCHEDULE", explain_.schedule, "The text that says when");
    explain.add_option("--task", explain_.task, "Explain this task's schedule")->type_name("TASK");
    explain.add_option("--tz", explain_.timezone, "Zone it is read in (default UTC)")
        ->type_name("ZONE");
    explain.add_option("--from", explain_.from, "Slots after this moment (default: now)")
        ->type_name("TIME");
    explain.add_option("--count", explain_.count, "How many (default 10)")
        ->type_name("COUNT")
        ->check(CLI::Range(1, 1000));
    add_working_days(explain, explain_.days);
    explain.footer(
        "rota explain --tz Europe/London third working day of the month 09:30\n"
        "rota explain --tz Europe/London --working-days --on-non-working-day next '0 9 1 * *'\n"
        "Slots that do not run stand in the table too, with the reason.");
  }

  void add_runs() {
    CLI::App& runs = leaf(app_, "runs", "What ran, newest first", runs_);
    runs.add_option("TASK", runs_.task, "Only of this task (name or id)");
    add_list(runs, "--status", runs_.statuses, "STATUS",
             "Only these: queued, claimed, running, succeeded, failed, timed_out, cancelled, lost, "
             "skipped; may be repeated");
    runs.add_flag("--skipped", runs_.skipped, "Also slots that did not run, with the reason");
    runs.add_flag("--decisions", runs_.decisions,
                  "What became of every due slot: ran, late, skipped, missed, and why");
    runs.add_option("--from", runs_.from, "Only slots from here on")->type_name("TIME");
    runs.add_option("--to", runs_.to, "Only slots before this")->type_name("TIME");
    runs.add_flag("--follow,-f", runs_.follow, "Keep printing runs as they end");
    runs.add_option("--limit", runs_.limit, "At most so many (default 20)")
        ->type_name("COUNT")
        ->check(CLI::Range(1, 1'000'000));

    CLI::App& output = leaf(app_, "output", "What a run printed", output_);
    output.add_option("RUN", output_.run, "The run's id, as in rota runs")->required();
    output.add_flag("--follow,-f", output_.follow, "Keep printing until the run ends");
    output.add_flag("--raw", output_.raw, "The bytes as they came, even to a terminal");
  }

  void add_calendars() {
    CLI::App& calendars =
        group(app_, "calendar", "Working days: bank holidays, days by hand, feeds");
    add_calendar_commands(calendars, calendars_,
                          [this](CLI::App& parent, const char* name, const char* help,
                                 const std::function<CalendarCommand()>& made) -> CLI::App& {
                            CLI::App& command = *parent.add_subcommand(name, help);
                            add_global(command);
                            command.final_callback([this, made] { chosen_ = made(); });
                            return command;
                          });
  }

  void add_accounts() {
    const auto add = [this](CLI::App& parent, const char* name, const char* help,
                            auto& target) -> CLI::App& { return leaf(parent, name, help, target); };
    CLI::App& users = group(app_, "user", "People who may sign in, and what they may do");
    add_user_options(users, accounts_, add);
    add_token_options(group(app_, "token", "API tokens, for programs"), accounts_, add);
    add_secret_options(group(app_, "secret", "Passwords and keys that tasks may use"), accounts_,
                       add);
  }

  void add_rest() {
    CLI::App& handlers = leaf(app_, "handlers", "The types a task can have", handlers_);
    handlers.add_option("TYPE", handlers_.type, "Explain this one and its metadata");
    CLI::App& import = group(app_, "import", "Bring in tasks");
    CLI::App& demo =
        leaf(import, "demo", "Add the 21 demo tasks that are not there yet, and their example shop",
             demo_);
    demo.add_option("--data", demo_.data_folder, "Folder of the shop (default: the database's)")
        ->type_name("FOLDER");
    leaf(app_, "doctor", "Check the database, the server and this machine", doctor_);
    CLI::App& completion = leaf(app_, "completion", "Print a completion script", completion_);
    completion.add_option("SHELL", completion_.shell, "bash, zsh or fish")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
    leaf(app_, "version", "Print the version and what it was built with", version_);
  }

  GlobalOptions global_;
  ServeCommand serve_;
  ConfigShowCommand show_config_;
  ConfigCheckCommand check_config_;
  TaskListCommand list_;
  TaskShowCommand show_;
  TaskAddCommand add_;
  TaskEditCommand edit_;
  TaskRemoveCommand remove_;
  TaskRunCommand run_;
  TaskPauseCommand pause_;
  TaskResumeCommand resume_;
  BackfillCommand backfill_;
  NextCommand next_;
  ExplainCommand explain_;
  RunsCommand runs_;
  OutputCommand output_;
  HandlersCommand handlers_;
  ImportDemoCommand demo_;
  AccountCommands accounts_;
  DoctorCommand doctor_;
  CompletionCommand completion_;
  VersionCommand version_;
  CalendarTargets calendars_;
  Command chosen_;
  CLI::App app_{"Rota runs tasks that live in a database, on time."};
};

}  // namespace

std::variant<Invocation, ParseExit> parse_command_line(int argc, const char* const* argv,
                                                       const std::string& database_default) {
  const auto parser = std::make_unique<Parser>(database_default);
  try {
    parser->app().parse(argc, argv);
    return Invocation{parser->global(), parser->chosen()};
  } catch (const CLI::Success& wanted) {  // --help
    std::ostringstream out;
    std::ostringstream err;
    parser->app().exit(wanted, out, err);
    return ParseExit{0, out.str(), err.str()};
  } catch (const CLI::ParseError& error) {
    return usage_error(parser->app(), error);
  }
}

std::vector<CommandSpec> list_commands() {
  const auto parser = std::make_unique<Parser>("");
  return list_specs(parser->app());
}

}  // namespace rota::cli
