// The 21 demo tasks that the original system shipped with, and bringing them into a database.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "rota/result.h"
#include "rota/scheduler.h"

namespace rota::cli {

struct DemoReport {
  std::size_t added = 0;
  std::size_t present = 0;  ///< A task of that name was there already: left as it is.
  bool shop_made = false;   ///< The example shop's database was not there yet.
};

/// The demo tasks as they are added. Never fails: a test holds the embedded file.
Result<std::vector<Task>> demo_tasks();

/// Adds those whose name is not taken yet, all or none, and makes the example shop that their
/// business tasks work on (shop.db in the data folder). Repeating it changes nothing.
Result<DemoReport> import_demo(Scheduler& scheduler, const std::string& data_folder,
                               std::string_view by);

/// The folder that holds the database: what handlers make goes there too.
std::string folder_of_database(const std::string& database);

/// Makes the folder a new database file goes into. Errors: kIo, kPermissionDenied.
Result<void> make_database_folder(const std::string& database);

}  // namespace rota::cli
