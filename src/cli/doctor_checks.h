// The checks of `rota doctor`, each a function that looks at one thing and says how it is and what
// to do about it.
#pragma once

#include <string>
#include <vector>

#include "cli/commands.h"
#include "rota/scheduler.h"

namespace rota::cli {

enum class Health { kOk, kWarning, kFail };

struct Finding {
  Health health = Health::kOk;
  std::string subject;  ///< "disk space"
  std::string message;  ///< What is so.
  std::string hint;     ///< What to do; empty when all is well.
};

// Of this machine; need no database.
Finding check_database_file(const std::string& database);
Finding check_timezone_data();
Finding check_disk_space(const std::string& database);

// Of an open database.
Finding check_contents(Scheduler& scheduler);
Finding check_integrity(Scheduler& scheduler);
Finding check_server(Scheduler& scheduler, const Clock& clock);
Finding check_clock(Scheduler& scheduler, const Clock& clock);
Finding check_task_errors(Scheduler& scheduler);
Finding check_calendars(Scheduler& scheduler, const Clock& clock);
Finding check_handlers(Scheduler& scheduler);
Finding check_failing_tasks(Scheduler& scheduler);
Finding check_overruns(Scheduler& scheduler);
Finding check_users(Scheduler& scheduler);
Finding check_audit(Scheduler& scheduler);

}  // namespace rota::cli
