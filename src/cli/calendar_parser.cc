#include "cli/calendar_parser.h"

#include <CLI/CLI.hpp>

namespace rota::cli {
namespace {

class CalendarParser {
 public:
  CalendarParser(CLI::App& group, CalendarTargets& targets, const AddCalendarLeaf& add_leaf)
      : group_(group), targets_(targets), add_leaf_(add_leaf) {}

  void add_all() {
    leaf(group_, "list", "Every calendar: what it stands on, its rule, its feed", targets_.list);
    add_show();
    add_add();
    add_edit();
    add_remove();
    add_days();
    add_import();
    add_feed();
    add_refresh();
    add_diff();
    add_default();
  }

 private:
  static constexpr const char* kName = "The calendar's name or id";

  template <class Target>
  CLI::App& leaf(CLI::App& parent, const char* name, const char* help, Target& target) {
    return add_leaf_(parent, name, help, [&target] { return CalendarCommand{target}; });
  }

  static void add_dry_run(CLI::App& to, bool& flag) {
    to.add_flag("--dry-run", flag,
                "Change nothing; list the slots of the next 60 days that would appear, vanish or "
                "move");
  }

  static void add_fields(CLI::App& to, CalendarTexts& fields) {
    const auto add = [&](const char* option, const char* column, const char* type,
                         const char* help) {
      to.add_option_function<std::string>(
            option,
            [&fields, column](const std::string& text) { fields.emplace_back(column, text); }, help)
          ->type_name(type);
    };
    add("--parent", "parent", "CALENDAR", "What it stands on: its closed days are closed here too");
    add("--weekend", "weekend", "DAYS",
        "sat,sun; empty: no weekend; 'parent': the parent's (without a parent sat,sun)");
    add("--rule", "rule", "RULE",
        "Computed bank holidays: england-and-wales, scotland, northern-ireland; empty: none");
    add("--valid-from", "valid_from", "DATE", "Before it, it adds nothing to its parent");
    add("--valid-until", "valid_until", "DATE", "After it, it adds nothing to its parent");
    add("--description", "description", "TEXT", "For colleagues");
  }

  void add_show() {
    CLI::App& c = leaf(group_, "show", "A calendar and the closed days of a year, with origin",
                       targets_.show);
    c.add_option("NAME", targets_.show.name, kName)->required();
    c.add_option("--year", targets_.show.year, "Of this year (default: the present one)")
        ->type_name("YEAR")
        ->check(CLI::Range(1970, 2199));
  }

  void add_add() {
    CLI::App& c = leaf(group_, "add", "Add a calendar", targets_.add);
    c.add_option("NAME", targets_.add.name, "How tasks will call it")->required();
    add_fields(c, targets_.add.fields);
    add_dry_run(c, targets_.add.dry_run);
    c.footer("rota calendar add Acme --parent england-and-wales");
  }

  void add_edit() {
    CLI::App& c = leaf(group_, "edit", "Change a calendar; tasks that follow it are planned anew",
                       targets_.edit);
    c.add_option("NAME", targets_.edit.name, kName)->required();
    c.add_option_function<std::string>(
         "--name",
         [this](const std::string& text) { targets_.edit.fields.emplace_back("name", text); },
         "Its new name")
        ->type_name("NAME");
    add_fields(c, targets_.edit.fields);
    c.add_option("--expect-version", targets_.edit.expect_version,
                 "Refuse if somebody else saved meanwhile")
        ->type_name("N");
    add_dry_run(c, targets_.edit.dry_run);
  }

  void add_remove() {
    CLI::App& c = leaf(group_, "remove", "Remove a calendar that nothing follows", targets_.remove);
    c.add_option("NAME", targets_.remove.name, kName)->required();
    c.add_flag("--yes,-y", targets_.remove.yes, "Do not ask");
    add_dry_run(c, targets_.remove.dry_run);
  }

  void add_days() {
    CLI::App& days = *group_.add_subcommand("day", "Add and remove single days by hand");
    days.require_subcommand(1);
    CLI::App& add = leaf(days, "add", "Close a date, or open one with --working", targets_.day_add);
    add.add_option("NAME", targets_.day_add.name, kName)->required();
    add.add_option("DATE", targets_.day_add.date, "2026-12-24")->required();
    add.add_option("TITLE", targets_.day_add.title, "Why: 'Company holiday'")->required();
    add.add_flag("--working", targets_.day_add.working,
                 "A working day, whatever weekend, rule and parent say");
    add_dry_run(add, targets_.day_add.dry_run);
    CLI::App& remove =
        leaf(days, "remove", "Take back what was said of a date", targets_.day_remove);
    remove.add_option("NAME", targets_.day_remove.name, kName)->required();
    remove.add_option("DATE", targets_.day_remove.date, "2026-12-24")->required();
    add_dry_run(remove, targets_.day_remove.dry_run);
  }

  void add_import() {
    CLI::App& c = leaf(group_, "import",
                       "Take the all-day events of an iCalendar file, instead of those imported "
                       "before",
                       targets_.import);
    c.add_option("NAME", targets_.import.name, kName)->required();
    c.add_option("FILE", targets_.import.file, "An .ics file of at most 1 MiB; -: input")
        ->required();
    add_dry_run(c, targets_.import.dry_run);
  }

  void add_feed() {
    CLI::App& c = leaf(group_, "feed", "Let a calendar's days come from an address", targets_.feed);
    c.add_option("NAME", targets_.feed.name, kName)->required();
    c.add_option("URL", targets_.feed.url,
                 "http or https; 'gov.uk' stands for https://www.gov.uk/bank-holidays.json");
    c.add_option("--format", targets_.feed.format, "gov.uk or ics (default: by the address)")
        ->check(CLI::IsMember({"gov.uk", "ics"}));
    c.add_option("--division", targets_.feed.division, "Of gov.uk (default: the calendar's rule)")
        ->type_name("NAME");
    c.add_option("--refresh", targets_.feed.refresh_s, "Seconds between askings (default 86400)")
        ->type_name("SECONDS")
        ->check(CLI::Range(60, 31'622'400));
    c.add_flag("--remove", targets_.feed.remove, "Remove the feed and the days it brought");
    add_dry_run(c, targets_.feed.dry_run);
  }

  void add_refresh() {
    CLI::App& c = leaf(group_, "refresh", "Ask feeds now; a failure keeps the last good days",
                       targets_.refresh);
    c.add_option("NAME", targets_.refresh.name, "Only this calendar (default: all with a feed)");
    c.add_flag("--accept-fewer", targets_.refresh.accept_fewer,
               "Believe a feed that lost more than half of its days");
    c.add_flag("--allow-private-http", targets_.refresh.allow_private,
               "Ask private and loopback addresses too");
    add_dry_run(c, targets_.refresh.dry_run);
  }

  void add_diff() {
    CLI::App& c = leaf(group_, "diff", "Where a feed's days and the computed ones do not agree",
                       targets_.diff);
    c.add_option("NAME", targets_.diff.name, kName)->required();
  }

  void add_default() {
    CLI::App& c = leaf(group_, "default", "Show or set the calendar of tasks that name none",
                       targets_.default_one);
    c.add_option("NAME", targets_.default_one.name, "The new default");
    add_dry_run(c, targets_.default_one.dry_run);
  }

  CLI::App& group_;
  CalendarTargets& targets_;
  const AddCalendarLeaf& add_leaf_;
};

}  // namespace

void add_calendar_commands(CLI::App& group, CalendarTargets& targets,
                           const AddCalendarLeaf& add_leaf) {
  CalendarParser(group, targets, add_leaf).add_all();
}

}  // namespace rota::cli
