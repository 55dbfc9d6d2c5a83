#include "handlers/command_environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rota::handlers {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

EnvironmentRules rules(const std::vector<std::string>& texts) {
  auto parsed = EnvironmentRules::parse(texts);
  EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().message);
  return *std::move(parsed);
}

std::string refused(const std::string& rule) {
  const auto parsed = EnvironmentRules::parse({rule});
  return parsed ? "accepted" : parsed.error().message;
}

TEST(EnvironmentRulesTest, ATaskSetsParametersLanguageAndZoneAndNothingElse) {
  const EnvironmentRules none;
  EXPECT_THAT(none.fault_of("TASK_MODE", "any/text ${x}", "/usr/bin/env"), IsEmpty());
  EXPECT_THAT(none.fault_of("LANG", "en_GB.UTF-8", "/usr/bin/env"), IsEmpty());
  EXPECT_THAT(none.fault_of("LC_TIME", "C", "/usr/bin/env"), IsEmpty());
  EXPECT_THAT(none.fault_of("TZ", "Europe/London", "/usr/bin/env"), IsEmpty());
  EXPECT_THAT(none.fault_of("TZ", "<+03>-3", "/usr/bin/env"), IsEmpty());
  EXPECT_THAT(none.fault_of("NO_COLOR", "1", "/usr/bin/env"), IsEmpty());
  EXPECT_THAT(none.fault_of("COLUMNS", "120", "/usr/bin/env"), IsEmpty());
}

TEST(EnvironmentRulesTest, NamesOfCodeConfigurationAndPathsAreRefused) {
  const EnvironmentRules none;
  for (const char* name : {"PERL5OPT",
                           "PERL5LIB",
                           "PYTHONWARNINGS",
                           "PYTHONPATH",
                           "PYTHONSTARTUP",
                           "BROWSER",
                           "EDITOR",
                           "PAGER",
                           "PATH",
                           "HOME",
                           "TMPDIR",
                           "LD_PRELOAD",
                           "LD_AUDIT",
                           "BASH_ENV",
                           "ENV",
                           "IFS",
                           "GIT_CONFIG_COUNT",
                           "GIT_SSH_COMMAND",
                           "NODE_OPTIONS",
                           "RUBYOPT",
                           "CLASSPATH",
                           "JAVA_TOOL_OPTIONS",
                           "ROTA_FENCE",
                           "TERMINFO",
                           "LOCPATH",
                           "MODE",
                           "GCONV_PATH",
                           "XDG_CONFIG_HOME",
                           "OPENSSL_CONF",
                           "CURL_HOME"}) {
    EXPECT_THAT(none.fault_of(name, "x", "/usr/bin/env"), HasSubstr("may not set")) << name;
  }
  for (const char* name : {"", "1A", "A B", "A=B", "TASK", "TASK_A-B", "TASK_\n"}) {
    EXPECT_THAT(none.fault_of(name, "x", "/usr/bin/env"), HasSubstr("may not set")) << name;
  }
}

// The C library takes a zone with a slash in front, and once took a locale with one, for a file.
TEST(EnvironmentRulesTest, TheValuesOfPlainNamesNameNoFile) {
  const EnvironmentRules none;
  for (const char* value :
       {"/etc/shadow", ":/etc/shadow", "../../etc/shadow", "", "a b", "$HOME"}) {
    EXPECT_THAT(none.fault_of("TZ", value, ""), HasSubstr("'TZ'")) << value;
  }
  for (const char* value : {"/tmp/locale", "../x", "a b"}) {
    EXPECT_THAT(none.fault_of("LANG", value, ""), HasSubstr("'LANG'")) << value;
    EXPECT_THAT(none.fault_of("LC_ALL", value, ""), HasSubstr("'LC_ALL'")) << value;
  }
}

TEST(EnvironmentRulesTest, TheOperatorAllowsMoreForAllProgramsOrForOne) {
  const EnvironmentRules some =
      rules({"MODE", "STAGE", "PG*", "/usr/bin/python3:PYTHONPATH", "/opt/jobs/:DB_*"});
  EXPECT_THAT(some.fault_of("MODE", "x", "/bin/a"), IsEmpty());
  EXPECT_THAT(some.fault_of("STAGE", "x", "/bin/a"), IsEmpty());
  EXPECT_THAT(some.fault_of("PGHOST", "x", "/bin/a"), IsEmpty());
  EXPECT_THAT(some.fault_of("PYTHONPATH", "/x", "/usr/bin/python3"), IsEmpty());
  EXPECT_THAT(some.fault_of("PYTHONPATH", "/x", "/usr/bin/perl"), HasSubstr("may not set"));
  EXPECT_THAT(some.fault_of("DB_NAME", "x", "/opt/jobs/night"), IsEmpty());
  EXPECT_THAT(some.fault_of("DB_NAME", "x", "/opt/other"), HasSubstr("may not set"));
}

TEST(EnvironmentRulesTest, NoRuleForAllProgramsGivesAwayCode) {
  for (const char* name : {"LD_PRELOAD", "LD_*", "PYTHONPATH", "PERL5OPT", "GIT_CONFIG_COUNT",
                           "BASH_ENV", "HOME", "X_PRELOAD"}) {
    EXPECT_THAT(refused(name), HasSubstr("code of their own")) << name;
  }
  const EnvironmentRules wide = rules({"P*", "L*"});
  EXPECT_THAT(wide.fault_of("PERL5OPT", "x", "/bin/a"), HasSubstr("may not set"));
  EXPECT_THAT(wide.fault_of("LD_PRELOAD", "x", "/bin/a"), HasSubstr("may not set"));
  EXPECT_THAT(wide.fault_of("PATH", "x", "/bin/a"), HasSubstr("may not set"));
  EXPECT_THAT(wide.fault_of("PORT", "x", "/bin/a"), IsEmpty());
}

TEST(EnvironmentRulesTest, ARuleThatCannotBeMeantIsRefused) {
  for (const char* rule : {"PATH", "/bin/a:PATH", "ROTA_*", "TMPDIR"}) {
    EXPECT_THAT(refused(rule), HasSubstr("never be set")) << rule;
  }
  EXPECT_THAT(refused("*"), HasSubstr("not a variable's name"));
  EXPECT_THAT(refused("A=1"), HasSubstr("not a variable's name"));
  // A list in an environment variable is cut at its commas: "/bin/a:X,Y" would be a rule for all.
  EXPECT_THAT(refused("/bin/a:X,Y"), HasSubstr("not a variable's name"));
  EXPECT_THAT(refused(""), HasSubstr("not a variable's name"));
  EXPECT_THAT(refused("python3:PYTHONPATH"), HasSubstr("relative path"));
  EXPECT_THAT(refused(":A"), HasSubstr("names no program"));
}

}  // namespace
}  // namespace rota::handlers
