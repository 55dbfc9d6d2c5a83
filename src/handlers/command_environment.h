// Which variables a task may give to a program. Everything that is not allowed is refused: programs
// know too many names that load code, read a configuration or change where they look (PERL5OPT,
// PYTHONPATH, GIT_CONFIG_COUNT, BROWSER, ...) for a list of the dangerous ones to be complete.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rota/result.h"

namespace rota::handlers {

class EnvironmentRules {
 public:
  /// Each rule is "NAME" or "PREFIX_*" for every program, or the same behind "PROGRAM:", an
  /// absolute path or a folder ending in '/'. Names known to load code need a program. PATH, TMPDIR
  /// and ROTA_* can never be allowed. Errors: kInvalidArgument.
  static Result<EnvironmentRules> parse(const std::vector<std::string>& rules);

  /// What is wrong with a task setting this for that program (its path; empty: not known yet, then
  /// rules of every program count); empty: nothing.
  std::string fault_of(std::string_view name, std::string_view value,
                       const std::string& program) const;

 private:
  struct Rule {
    std::string program;  // empty: every program
    std::string name;     // may end in '*'
  };
  std::vector<Rule> rules_;
};

/// Whether a text can be a time zone's name or POSIX rule, and names no file ("/etc/x", ":x").
bool is_plain_zone(std::string_view text);

}  // namespace rota::handlers
