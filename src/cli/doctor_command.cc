// `rota doctor`: looks at the machine and the database and says what is well, what is not, and what
// to do. Exits with 1 when something failed.
#include <fmt/format.h>

#include <algorithm>

#include "api/json_writer.h"
#include "cli/commands.h"
#include "cli/database.h"
#include "cli/doctor_checks.h"
#include "cli/text.h"

namespace rota::cli {
namespace {

std::string_view word(Health health) {
  return health == Health::kOk ? "ok" : health == Health::kWarning ? "warn" : "fail";
}

void print_finding(const Console& console, const Finding& finding) {
  const Style style = finding.health == Health::kOk        ? Style::kGood
                      : finding.health == Health::kWarning ? Style::kWarning
                                                           : Style::kBad;
  console.out << console.styled(style, fmt::format("{:<4}", word(finding.health)))
              << fmt::format("  {:<13}  {}\n", finding.subject, escape_text(finding.message));
  if (!finding.hint.empty()) {
    console.out << fmt::format("{:21}{}\n", "", escape_text(finding.hint));
  }
}

void print_json(const Console& console, const std::vector<Finding>& findings, bool healthy) {
  api::JsonWriter json;
  json.begin_object().field("healthy", healthy).key("findings").begin_array();
  for (const Finding& finding : findings) {
    json.begin_object()
        .field("health", word(finding.health))
        .field("subject", finding.subject)
        .field("message", finding.message)
        .field("hint", finding.hint)
        .end_object();
  }
  json.end_array().end_object();
  console.out << json.take() << '\n';
}

std::vector<Finding> examine(const Context& context) {
  std::vector<Finding> findings{check_timezone_data(), check_disk_space(context.database),
                                check_database_file(context.database)};
  if (!database_exists(context.database)) return findings;
  auto scheduler = open_database(context);
  if (!scheduler) {
    findings.push_back(
        {Health::kFail, "database", scheduler.error().message, scheduler.error().hint});
    return findings;
  }
  findings.push_back(check_contents(**scheduler));
  findings.push_back(check_integrity(**scheduler));
  findings.push_back(check_clock(**scheduler, context.clock));
  findings.push_back(check_server(**scheduler, context.clock));
  findings.push_back(check_calendars(**scheduler, context.clock));
  findings.push_back(check_task_errors(**scheduler));
  findings.push_back(check_handlers(**scheduler));
  findings.push_back(check_failing_tasks(**scheduler));
  findings.push_back(check_overruns(**scheduler));
  findings.push_back(check_users(**scheduler));
  findings.push_back(check_audit(**scheduler));
  return findings;
}

}  // namespace

Result<int> run_command(const DoctorCommand&, const Context& context) {
  const std::vector<Finding> findings = examine(context);
  const bool failed = std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
    return finding.health == Health::kFail;
  });
  if (context.console.json) {
    print_json(context.console, findings, !failed);
  } else {
    for (const Finding& finding : findings) print_finding(context.console, finding);
  }
  return failed ? error_traits(ErrorCode::kFailed).exit_code : 0;
}

}  // namespace rota::cli
