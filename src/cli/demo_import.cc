#include "cli/demo_import.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <filesystem>

#include "base/private_folder.h"
#include "cli/demo_tasks.h"
#include "cli/task_fields.h"
#include "shop/example_shop.h"
#include "store/store.h"

namespace rota::cli {
namespace {

namespace json = boost::json;

// JSON's value as the text that the field's own option would take.
std::string as_field_text(const json::value& value) {
  return value.is_string() ? std::string(value.as_string()) : json::serialize(value);
}

Result<Task> task_from(const json::object& object) {
  Task task;
  for (const auto& [key, value] : object) {
    if (auto set = set_task_field(task, key, as_field_text(value)); !set) return fail(set.error());
  }
  return task;
}

}  // namespace

Result<std::vector<Task>> demo_tasks() {
  json::error_code failure;
  const json::value parsed = json::parse(kDemoTasksJson, failure);
  if (failure || !parsed.is_array()) {
    return fail(ErrorCode::kInternal, "the embedded demo tasks are not a JSON array");
  }
  std::vector<Task> tasks;
  for (const json::value& one : parsed.as_array()) {
    auto task = task_from(one.as_object());
    if (!task) return fail(task.error());
    tasks.push_back(std::move(*task));
  }
  return tasks;
}

Result<DemoReport> import_demo(Scheduler& scheduler, const std::string& data_folder,
                               std::string_view by) {
  auto tasks = demo_tasks();
  if (!tasks) return fail(tasks.error());
  DemoReport report;
  std::vector<Task> missing;
  for (Task& task : *tasks) {
    const auto present = scheduler.load_task_by_name(task.name);
    if (present) {
      ++report.present;
      continue;
    }
    if (present.error().code != ErrorCode::kNotFound) return fail(present.error());
    if (auto valid = scheduler.validate_task(task); !valid) return fail(valid.error());
    missing.push_back(std::move(task));
  }
  const auto shop =
      shop::make_example_shop((std::filesystem::path(data_folder) / "shop.db").string());
  if (!shop && shop.error().code != ErrorCode::kAlreadyExists) return fail(shop.error());
  report.shop_made = shop.has_value();
  if (missing.empty()) return report;
  auto added = scheduler.store().add_tasks(missing, by);
  if (!added) return fail(added.error());
  report.added = added->size();
  return report;
}

std::string folder_of_database(const std::string& database) {
  if (database.starts_with("postgres")) return "var";
  const std::filesystem::path path =
      database.starts_with("sqlite:") ? database.substr(7) : database;
  return path.has_parent_path() ? path.parent_path().string() : ".";
}

Result<void> make_database_folder(const std::string& database) {
  if (database.starts_with("postgres")) return {};
  const std::filesystem::path folder = folder_of_database(database);
  const std::error_code failure = base::make_private_folder(folder);
  if (!failure) return {};
  return fail(ErrorCode::kIo,
              fmt::format("the folder {} cannot be made: {}", folder.string(), failure.message()),
              "name another database with --db, or make the folder yourself");
}

}  // namespace rota::cli
