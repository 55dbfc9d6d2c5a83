#include "handlers/command_environment.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/mask.h"
#include "handlers/command_policy.h"

namespace rota::handlers {
namespace {

constexpr std::string_view kLetters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

// A task's own parameters; no program of the system reads names of this kind.
constexpr std::string_view kParameterPrefix = "TASK_";

// They choose a language, a zone or a width. Their values are checked, for some libraries take a
// value with a slash for the path of a file to load.
constexpr std::array<std::string_view, 5> kPlainNames{"LANG", "LC_*", "NO_COLOR", "COLUMNS",
                                                      "LINES"};

// Set by Rota, or what programs are found by: no rule can give them away.
constexpr std::array<std::string_view, 3> kReserved{"PATH", "TMPDIR", "ROTA_*"};

// Through these nearly every program is made to run other code, so a rule for all programs would be
// a rule that lets tasks run anything. The list need not be complete: it only refuses mistakes of
// an operator.
constexpr std::array<std::string_view, 26> kLoadCode{"LD_*",
                                                     "DYLD_*",
                                                     "*_PRELOAD",
                                                     "BASH_ENV",
                                                     "ENV",
                                                     "BASH_FUNC_*",
                                                     "IFS",
                                                     "PS4",
                                                     "SHELLOPTS",
                                                     "BASHOPTS",
                                                     "PROMPT_COMMAND",
                                                     "GCONV_PATH",
                                                     "GLIBC_TUNABLES",
                                                     "PYTHON*",
                                                     "PERL*",
                                                     "RUBY*",
                                                     "NODE_*",
                                                     "GIT_*",
                                                     "JAVA_*",
                                                     "_JAVA_*",
                                                     "JDK_JAVA_*",
                                                     "HOME",
                                                     "BROWSER",
                                                     "EDITOR",
                                                     "PAGER",
                                                     "LOCPATH"};

bool matches(std::string_view pattern, std::string_view name) {
  if (pattern.starts_with('*')) return name.ends_with(pattern.substr(1));
  if (pattern.ends_with('*')) return name.starts_with(pattern.substr(0, pattern.size() - 1));
  return pattern == name;
}

template <class Patterns>
bool matches_any(const Patterns& patterns, std::string_view name) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](std::string_view pattern) { return matches(pattern, name); });
}

bool is_name(std::string_view name) {
  return !name.empty() && !(name[0] >= '0' && name[0] <= '9') &&
         name.find_first_not_of(kLetters) == std::string_view::npos;
}

bool is_plain_value(std::string_view value) {
  return value.find_first_not_of(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
             "_.@:+-") == std::string_view::npos;
}

Error rule_error(std::string_view rule, std::string_view why, std::string hint) {
  return {ErrorCode::kInvalidArgument,
          fmt::format("--allow-environment '{}' {}", base::masked_line(nullptr, rule, 100), why),
          std::move(hint),
          std::nullopt,
          {}};
}

Result<void> check_rule(std::string_view rule, std::string_view program, std::string_view name) {
  std::string_view stem = name;
  if (stem.ends_with('*')) stem.remove_suffix(1);
  if (!is_name(stem)) {
    return fail(rule_error(rule, "is not a variable's name",
                           "write NAME, PREFIX_* or PROGRAM:NAME; repeat the option for more"));
  }
  if (matches_any(kReserved, stem)) {
    return fail(rule_error(rule, "can never be set by a task", "Rota sets it for every command"));
  }
  if (program.empty() && matches_any(kLoadCode, stem)) {
    return fail(rule_error(rule, "would let tasks run code of their own in every program",
                           fmt::format("name the program: --allow-environment PROGRAM:{}", name)));
  }
  if (!program.empty() && !program.starts_with('/')) {
    return fail(rule_error(rule, "names a program by a relative path", "write its absolute path"));
  }
  return {};
}

}  // namespace

Result<EnvironmentRules> EnvironmentRules::parse(const std::vector<std::string>& rules) {
  EnvironmentRules all;
  for (const std::string& text : rules) {
    const std::size_t colon = text.rfind(':');
    const bool named = colon != std::string::npos;
    const std::string program = named ? text.substr(0, colon) : "";
    if (named && program.empty()) {
      return fail(rule_error(text, "names no program", "write PROGRAM:NAME, or NAME alone"));
    }
    const std::string name = named ? text.substr(colon + 1) : text;
    if (auto good = check_rule(text, program, name); !good) return fail(good.error());
    all.rules_.push_back({program, name});
  }
  return all;
}

std::string EnvironmentRules::fault_of(std::string_view name, std::string_view value,
                                       const std::string& program) const {
  const std::string shown = base::masked_line(nullptr, name, 60);
  if (!is_name(name)) return fmt::format("may not set '{}', which is no variable's name", shown);
  if (matches_any(kReserved, name)) return fmt::format("may not set '{}', which Rota sets", shown);
  if (name.starts_with(kParameterPrefix)) return {};
  if (name == "TZ") {
    return is_plain_zone(value) ? "" : "must give 'TZ' the name of a time zone, not a path";
  }
  if (matches_any(kPlainNames, name)) {
    return is_plain_value(value)
               ? ""
               : fmt::format("must give '{}' a plain word, without '/' or blanks", shown);
  }
  for (const Rule& rule : rules_) {
    if (!matches(rule.name, name)) continue;
    if (rule.program.empty() ? !matches_any(kLoadCode, name)
                             : pattern_allows(rule.program, program)) {
      return {};
    }
  }
  return fmt::format(
      "may not set '{}': tasks set TASK_*, LANG, LC_*, TZ, NO_COLOR, COLUMNS, LINES, and what the "
      "server allows with --allow-environment",
      shown);
}

bool is_plain_zone(std::string_view text) {
  return !text.empty() && !text.starts_with('/') && text.find("..") == std::string_view::npos &&
         text.find_first_not_of(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_/+-,.<>") ==
             std::string_view::npos;
}

}  // namespace rota::handlers
