#include <gtest/gtest.h>

#include <set>

#include "cli/invocation.h"
#include "cli/task_fields.h"
#include "config/setting_table.h"

namespace rota::cli {
namespace {

std::variant<Invocation, ParseExit> parse(std::vector<const char*> words) {
  words.insert(words.begin(), "rota");
  return parse_command_line(static_cast<int>(words.size()), words.data(), "default.db");
}

template <class Wanted>
Wanted parse_to(std::vector<const char*> words) {
  auto parsed = parse(std::move(words));
  EXPECT_TRUE(std::holds_alternative<Invocation>(parsed))
      << (parsed.index() == 1 ? std::get<ParseExit>(parsed).err : "");
  return std::get<Wanted>(std::get<Invocation>(parsed).command);
}

std::string complaint(std::vector<const char*> words) {
  auto parsed = parse(std::move(words));
  EXPECT_TRUE(std::holds_alternative<ParseExit>(parsed));
  EXPECT_EQ(std::get<ParseExit>(parsed).exit_code, 2);
  return std::get<ParseExit>(parsed).err;
}

TEST(CommandsParserTest, OptionsOfAllCommandsMayStandBeforeOrAfterTheCommand) {
  for (const auto& words : {std::vector{"--db", "x.db", "--json", "task", "list"},
                            std::vector{"task", "list", "--json", "--db", "x.db"}}) {
    const auto parsed = std::get<Invocation>(parse(words));
    EXPECT_EQ(parsed.global.database, "x.db");
    EXPECT_TRUE(parsed.global.json);
  }
  EXPECT_EQ(std::get<Invocation>(parse({"task", "list"})).global.database, "default.db");
}

TEST(CommandsParserTest, EveryFieldOfATaskIsAnOption) {
  for (const TaskField& field : task_fields()) {
    const std::string option = "--" + option_name(field.name);
    const auto command = field.kind == FieldKind::kFlag
                             ? parse_to<TaskAddCommand>({"task", "add", option.c_str()})
                             : parse_to<TaskAddCommand>({"task", "add", option.c_str(), "-5"});
    const std::string expected = field.kind == FieldKind::kFlag ? "true" : "-5";
    const FieldTexts wanted{{std::string(field.name), expected}};
    EXPECT_EQ(command.fields, wanted) << option;
  }
  const FieldTexts off{{"active", "false"}};
  EXPECT_EQ(parse_to<TaskEditCommand>({"task", "edit", "x", "--no-active"}).fields, off);
}

TEST(CommandsParserTest, AZoneAndWorkingDaysAreNamedAsForABareExpression) {
  const FieldTexts wanted{{"timezone", "Asia/Tokyo"}, {"working_days_only", "true"}};
  EXPECT_EQ(
      parse_to<TaskAddCommand>({"task", "add", "--tz", "Asia/Tokyo", "--working-days"}).fields,
      wanted);
}

TEST(CommandsParserTest, AnEmptyTextIsAValue) {
  const FieldTexts empty{{"starts_at", ""}};
  EXPECT_EQ(parse_to<TaskEditCommand>({"task", "edit", "x", "--starts-at", ""}).fields, empty);
}

TEST(CommandsParserTest, TheWordsOfAScheduleNeedNoQuotes) {
  EXPECT_EQ(parse_to<NextCommand>({"next", "every", "5", "minutes", "--count", "2"}).schedule,
            "every 5 minutes");
  EXPECT_EQ(parse_to<NextCommand>({"next", "--tz", "UTC", "--", "-x"}).schedule, "-x");
}

const std::vector<std::string>* typed(const ServeCommand& command, std::string_view key) {
  for (const auto& [name, texts] : command.flags) {
    if (name == key) return &texts;
  }
  return nullptr;
}

TEST(CommandsParserTest, AllowRulesAddUpAndTakeOneWordEach) {
  const auto command =
      parse_to<ServeCommand>({"serve", "--allow-command", "/bin/", "--allow-command", "/usr/bin/df",
                              "--port", "9", "--allow-host", "rota.example"});
  EXPECT_EQ(*typed(command, "command.allow"), (std::vector<std::string>{"/bin/", "/usr/bin/df"}));
  EXPECT_EQ(*typed(command, "server.allow_host"), std::vector<std::string>{"rota.example"});
  EXPECT_EQ(*typed(command, "server.port"), std::vector<std::string>{"9"});
  EXPECT_TRUE(parse_to<ServeCommand>({"serve"}).flags.empty());
}

TEST(CommandsParserTest, EverySettingWithAFlagIsAnOptionOfServe) {
  for (const config::Setting& setting : config::all_settings()) {
    if (setting.flag.empty()) continue;
    const std::string flag(setting.flag);
    const bool takes_value = !setting.value_name.empty();
    const auto command = takes_value ? parse_to<ServeCommand>({"serve", flag.c_str(), "x=1"})
                                     : parse_to<ServeCommand>({"serve", flag.c_str()});
    ASSERT_NE(typed(command, setting.key), nullptr) << flag;
    EXPECT_EQ(typed(command, setting.key)->back(), takes_value ? "x=1" : "true") << flag;
  }
}

TEST(CommandsParserTest, EveryOptionOfServeIsASetting) {
  std::set<std::string> flags{"--help", "--json", "--config"};
  for (const config::Setting& setting : config::all_settings()) flags.emplace(setting.flag);
  std::size_t serving = 0;
  for (const CommandSpec& spec : list_commands()) {
    if (spec.path != "serve") continue;
    for (const auto& option : spec.options) {
      ++serving;
      EXPECT_TRUE(flags.contains(option.name)) << option.name << " is in no row of the table";
    }
  }
  EXPECT_GE(serving, 20u);
}

TEST(CommandsParserTest, AYesOrNoCanBeSwitchedOff) {
  const auto command = parse_to<ServeCommand>({"serve", "--quiet=false"});
  EXPECT_EQ(*typed(command, "log.quiet"), std::vector<std::string>{"false"});
}

TEST(CommandsParserTest, TheDatabaseOfAServerMayStandBeforeTheCommand) {
  EXPECT_EQ(*typed(parse_to<ServeCommand>({"--db", "x.db", "serve"}), "db"),
            std::vector<std::string>{"x.db"});
  EXPECT_EQ(*typed(parse_to<ServeCommand>({"serve", "--db", "y.db"}), "db"),
            std::vector<std::string>{"y.db"});
}

TEST(CommandsParserTest, TheLastOfARepeatedOptionWins) {
  EXPECT_EQ(
      typed(parse_to<ServeCommand>({"serve", "--port", "1", "--port", "2"}), "server.port")->back(),
      "2");
}

TEST(CommandsParserTest, AMisspeltCommandIsGuessed) {
  EXPECT_NE(complaint({"tsak", "list"}).find("did you mean 'task'"), std::string::npos);
  EXPECT_NE(complaint({"task", "lst"}).find("did you mean 'list'"), std::string::npos);
  EXPECT_EQ(complaint({"xyz"}).find("did you mean"), std::string::npos);
  EXPECT_NE(complaint({"task", "show"}).find("TASK is required"), std::string::npos);
}

TEST(CommandsParserTest, TheListOfCommandsKnowsEveryCommandOnce) {
  std::set<std::string> paths;
  for (const CommandSpec& spec : list_commands()) {
    EXPECT_TRUE(paths.insert(spec.path).second) << spec.path;
    EXPECT_FALSE(spec.help.empty());
    EXPECT_TRUE(spec.path != "task edit" || spec.takes_task);
  }
  EXPECT_TRUE(paths.contains("import demo"));
  EXPECT_GE(paths.size(), 20u);
}

}  // namespace
}  // namespace rota::cli
