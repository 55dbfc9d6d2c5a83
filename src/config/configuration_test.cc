#include "config/configuration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <set>

#include "config/setting_value.h"

namespace rota::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Configuration read(std::string_view text, Inputs inputs = {}) {
  inputs.file = "rota.toml";
  auto made = read_configuration(inputs, text);
  EXPECT_TRUE(made.has_value()) << (made ? "" : made.error().message);
  return made.value_or(Configuration{});
}

// "PLACE MESSAGE" of each fault.
std::vector<std::string> faults(std::string_view text, Inputs inputs = {}) {
  inputs.file = "rota.toml";
  const auto made = read_configuration(inputs, text);
  std::vector<std::string> found;
  if (made) return found;
  EXPECT_EQ(made.error().code, ErrorCode::kInvalidArgument);
  for (const FieldError& fault : made.error().fields) {
    found.push_back(fault.field + " " + fault.message);
  }
  return found;
}

const Origin& origin_of(const Configuration& made, std::string_view key) {
  return made.origins[static_cast<std::size_t>(find_setting(key) - all_settings().data())];
}

TEST(ConfigurationTest, AnEmptyFileLeavesTheDefaults) {
  const Configuration made = read("");
  EXPECT_EQ(made.settings.server.port, api::kDefaultPort);
  EXPECT_EQ(made.settings.engine.workers, 16u);
  EXPECT_EQ(made.settings.engine.lease, EngineOptions{}.lease);
  EXPECT_FALSE(made.is_given("server.port"));
}

TEST(ConfigurationTest, TakesEveryKindOfValueFromAFile) {
  const Configuration made = read(R"(
    db = "/var/lib/rota/rota.db"
    [log]
    file = ""
    quiet = true
    [server]
    port = 9000
    allow_host = ["a.example", "b.example"]
    requests_per_second = 12.5
    [engine]
    lease = "10s"
    output_bytes_max = "2MiB"
    [queues]
    reports = 4
    "nightly mail" = 1
    [command]
    allow = ["/opt/jobs/"]
  )");
  const Settings& settings = made.settings;
  EXPECT_EQ(settings.db, "/var/lib/rota/rota.db");
  EXPECT_EQ(settings.log_file, "");
  EXPECT_TRUE(settings.quiet);
  EXPECT_EQ(settings.server.port, 9000);
  EXPECT_THAT(settings.server.allowed_hosts, ElementsAre("a.example", "b.example"));
  EXPECT_EQ(settings.server.requests_per_second, 12.5);
  EXPECT_EQ(settings.engine.lease, std::chrono::seconds{10});
  EXPECT_EQ(settings.engine.output_bytes_max, 2u << 20);
  EXPECT_EQ(settings.engine.queue_limits,
            (std::map<std::string, std::size_t>{{"reports", 4}, {"nightly mail", 1}}));
  EXPECT_THAT(settings.command.allow, ElementsAre("/opt/jobs/"));
  EXPECT_EQ(origin_text(origin_of(made, "server.port")), "rota.toml:7");
}

TEST(ConfigurationTest, AFlagCountsBeforeAVariableAndThatBeforeTheFile) {
  const std::string_view file = "server.port = 1\nengine.workers = 1\nlog.quiet = true";
  Inputs inputs;
  inputs.environment = {{"ROTA_SERVER_PORT", "2"}, {"ROTA_ENGINE_WORKERS", "2"}};
  inputs.flags = {{"server.port", {"3"}}};
  const Configuration made = read(file, inputs);
  EXPECT_EQ(made.settings.server.port, 3);
  EXPECT_EQ(made.settings.engine.workers, 2u);
  EXPECT_TRUE(made.settings.quiet);
  EXPECT_EQ(origin_text(origin_of(made, "server.port")), "--port");
  EXPECT_EQ(origin_text(origin_of(made, "engine.workers")), "ROTA_ENGINE_WORKERS");
  EXPECT_EQ(origin_text(origin_of(made, "log.quiet")), "rota.toml:3");
  EXPECT_EQ(origin_text(origin_of(made, "server.bind")), "default");
}

TEST(ConfigurationTest, AListReplacesTheOneBeneathIt) {
  Inputs inputs;
  inputs.environment = {{"ROTA_COMMAND_ALLOW", "/bin/a,/bin/b"}, {"ROTA_QUEUES", "a=1,b=2"}};
  Configuration made = read("command.allow = ['/opt/']\n[queues]\nc = 3", inputs);
  EXPECT_THAT(made.settings.command.allow, ElementsAre("/bin/a", "/bin/b"));
  EXPECT_EQ(made.settings.engine.queue_limits,
            (std::map<std::string, std::size_t>{{"a", 1}, {"b", 2}}));
  inputs.flags = {{"command.allow", {"/with,comma"}}};
  made = read("command.allow = ['/opt/']", inputs);
  EXPECT_THAT(made.settings.command.allow, ElementsAre("/with,comma"));
}

TEST(ConfigurationTest, SaysAllFaultsAtOnceEachWithItsPlace) {
  Inputs inputs;
  inputs.environment = {{"ROTA_ENGINE_WORKERS", "many"}};
  inputs.flags = {{"server.port", {"70000"}}};
  EXPECT_THAT(
      faults("[server]\nprot = 1\n  bind = 5\n[enigne]\nworkers = 0\n", inputs),
      ElementsAre("rota.toml:2:1 server.prot is not a setting; did you mean server.port?",
                  "rota.toml:3:3 server.bind must be a text, not 5", HasSubstr("rota.toml:4:"),
                  "ROTA_ENGINE_WORKERS must be a whole number, 1 to 1024, not 'many'",
                  "--port must be a whole number, 0 to 65535, not 70000"));
}

TEST(ConfigurationTest, AFileFullOfWrongKeysIsRefusedSoonWithItsFirstHundred) {
  std::string text;
  for (int i = 0; i < 50'000; ++i) text += "key" + std::to_string(i) + " = 1\n";
  const auto begin = std::chrono::steady_clock::now();
  const auto made = read_configuration({.file = "f"}, text);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{20});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().fields.size(), 100u);
  EXPECT_THAT(made.error().message, HasSubstr("50000 faults"));
}

TEST(ConfigurationTest, FindsTheKeyThatWasMeantInAnotherSection) {
  EXPECT_THAT(faults("port = 80"),
              ElementsAre(HasSubstr("port is not a setting; did you mean server.port?")));
  EXPECT_THAT(faults("[server]\nworkers = 8"), ElementsAre(HasSubstr("engine.workers?")));
  EXPECT_THAT(faults("[Server]\nport = 80"), ElementsAre(HasSubstr("did you mean [server]?")));
  EXPECT_THAT(faults("[queus]\na = 1"), ElementsAre(HasSubstr("did you mean [queues]?")));
  EXPECT_THAT(faults("server = 5"), ElementsAre(HasSubstr("it is the section [server]")));
}

TEST(ConfigurationTest, RefusesValuesOfTheWrongKindOrOutOfBounds) {
  for (const char* text : {"server.port = 65536",
                           "server.port = -1",
                           "server.port = '80'",
                           "server.port = 80.5",
                           "log.quiet = 'yes'",
                           "engine.lease = 5",
                           "engine.lease = '5'",
                           "engine.lease = '2d'",
                           "engine.output_bytes_max = '1MB'",
                           "command.allow = '/bin/'",
                           "command.allow = [1]",
                           "command.allow = ['']",
                           "queues.a = 0",
                           "queues.a = '4'",
                           "queues = 4",
                           "db = 1979-05-27",
                           "db = \"a\\u0000b\"",
                           "server.requests_per_second = inf",
                           "server.requests_per_second = nan",
                           "[[queues]]\na = 1",
                           "server.bind.x = 1"}) {
    EXPECT_EQ(faults(text).size(), 1u) << text;
  }
  EXPECT_THAT(faults("engine.lease = 5"), ElementsAre(HasSubstr("with its unit, \"5s\"")));
}

TEST(ConfigurationTest, AnItemAtFaultIsNamedByItsOwnPlace) {
  EXPECT_THAT(faults("[queues]\na = 1\n  b = 0\n"),
              ElementsAre("rota.toml:3:3 queues.b must be a whole number, 1 to 100000, not 0"));
  EXPECT_THAT(faults("[command]\nallow = [\n  '/bin/',\n  5,\n]\n"),
              ElementsAre(HasSubstr("rota.toml:4:3 command.allow must be")));
  EXPECT_THAT(faults("[server]\nbind = '0.0.0.0'\n"), ElementsAre(HasSubstr("rota.toml:2:1 ")));
}

TEST(ConfigurationTest, ASyntaxFaultNamesItsPlaceAndTheRestIsStillLookedAt) {
  Inputs inputs;
  inputs.flags = {{"server.port", {"x"}}};
  const auto found = faults("[server]\nport 80\n", inputs);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_THAT(found[0], HasSubstr("rota.toml:2:"));
  EXPECT_THAT(faults("log.quiet = yes\n"), ElementsAre(HasSubstr("true or false")));
  EXPECT_THAT(faults("db = 'a'\ndb = 'b'\n"), ElementsAre(HasSubstr("rota.toml:2:")));
  EXPECT_THAT(faults(std::string_view("db = 'a'\n\0", 10)), ElementsAre(HasSubstr("2:1 a NUL")));
  EXPECT_EQ(faults("db = '" + std::string(9000, 'x') + "'").size(), 1u);
  EXPECT_EQ(faults("db = '\xff\xfe'").size(), 1u);
}

TEST(ConfigurationTest, WhatTheParserOnlyAssertsIsAFaultToo) {
  EXPECT_THAT(faults("db = 'a'\n[`\n"), ElementsAre(HasSubstr("rota.toml:2:")));
  EXPECT_THAT(faults("db = 'a'\n\ndate = 1979-05-27T~7:32:00Z\nx = 1\n"),
              ElementsAre(HasSubstr("rota.toml:3:")));
  EXPECT_THAT(faults("db = \u0274\n"), ElementsAre(HasSubstr("rota.toml:1:")));
  EXPECT_THAT(faults("\u00e9 = 1\n"), ElementsAre(HasSubstr("rota.toml:1:")));
}

TEST(ConfigurationTest, SettingsThatContradictEachOtherAreRefused) {
  EXPECT_THAT(faults("server.no_sign_in = true\nserver.bind = '0.0.0.0'"),
              ElementsAre(HasSubstr("everybody an admin")));
  EXPECT_THAT(faults("server.bind = '0.0.0.0'"), ElementsAre(HasSubstr("plain text")));
  EXPECT_THAT(faults("server.tls_cert = 'a.pem'"), ElementsAre(HasSubstr("--tls-key")));
  EXPECT_THAT(faults("engine.lease = '1s'"), ElementsAre(HasSubstr("engine.heartbeat")));
}

TEST(ConfigurationTest, AMisspeltVariableIsAWarningAndAForeignOneIsNot) {
  Inputs inputs;
  inputs.environment = {{"ROTA_SERVER_PROT", "1"}, {"ROTA_PROGRAM", "x"}, {"ROTA_CONFIG", "y"}};
  EXPECT_THAT(read("", inputs).warnings, ElementsAre(HasSubstr("did you mean ROTA_SERVER_PORT?")));
}

TEST(ConfigurationTest, TheEnvironmentIsReadByItsPrefix) {
  const char* const variables[] = {"PATH=/bin", "ROTA_DB=/a=b", "ROTA_CONFIG=/c.toml",
                                   "ROTA_LOG_FILE=", nullptr};
  const Inputs inputs = inputs_of("", {}, variables);
  EXPECT_EQ(inputs.file, "/c.toml");
  EXPECT_THAT(inputs.environment,
              ElementsAre(std::pair("ROTA_DB", "/a=b"), std::pair("ROTA_CONFIG", "/c.toml")));
  EXPECT_EQ(inputs_of("/d.toml", {}, variables).file, "/d.toml");
}

TEST(SettingTableTest, EveryRowIsWholeAndDiffersFromAllOthers) {
  std::set<std::string> keys;
  std::set<std::string> flags;
  std::set<std::string> variables;
  for (const Setting& setting : all_settings()) {
    EXPECT_TRUE(keys.emplace(setting.key).second) << setting.key;
    EXPECT_TRUE(setting.flag.empty() || flags.emplace(setting.flag).second) << setting.flag;
    EXPECT_TRUE(variables.insert(variable_of(setting)).second) << variable_of(setting);
    EXPECT_TRUE(setting.key.find_first_not_of("abcdefghijklmnopqrstuvwxyz_.") ==
                std::string_view::npos)
        << setting.key;
    EXPECT_FALSE(setting.meaning.empty()) << setting.key;
    EXPECT_FALSE(default_text(setting).empty()) << setting.key;
    EXPECT_LE(setting.min, setting.max) << setting.key;
  }
  EXPECT_EQ(variable_of(*find_setting("server.port")), "ROTA_SERVER_PORT");
  EXPECT_EQ(find_setting("server"), nullptr);
}

// A new bound of the engine does not compile here until it is counted, and so put into the table.
TEST(SettingTableTest, EveryOptionOfTheEngineIsASetting) {
  EngineOptions engine;
  const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r] = engine;
  const std::set<const void*> members{&a, &b, &c, &d, &e, &f, &g, &h, &i,
                                      &j, &k, &l, &m, &n, &o, &p, &q, &r};
  std::set<const void*> set;
  Settings settings;
  for (const Setting& setting : all_settings()) {
    if (!setting.key.starts_with("engine.") && setting.key != "queues") continue;
    std::visit([&](auto target) { set.insert(&target(settings)); }, setting.target);
  }
  EXPECT_EQ(set.size(), members.size());
}

TEST(SettingTableTest, EveryDefaultIsWithinItsBounds) {
  for (const Setting& setting : all_settings()) {
    if (!setting.unset.empty()) continue;
    Settings settings;
    const Node node = node_of_texts(setting, {value_text(setting, settings)});
    EXPECT_EQ(set_value(setting, node, settings), std::nullopt) << setting.key;
    EXPECT_EQ(value_text(setting, settings), value_text(setting, Settings{})) << setting.key;
  }
}

TEST(SettingValueTest, ASecretIsNeverShown) {
  Setting secret = *find_setting("db");
  secret.secret = true;
  Settings settings;
  settings.db = "hunter2";
  EXPECT_EQ(value_text(secret, settings), "(hidden)");
}

}  // namespace
}  // namespace rota::config
