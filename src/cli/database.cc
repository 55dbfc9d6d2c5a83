#include "cli/database.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "store/store.h"

namespace rota::cli {
namespace {

constexpr std::size_t kFileMax = 1 << 20;

// "did you mean": the one task whose name contains the text, or the first of several.
std::string similar_task(Scheduler& scheduler, std::string_view text) {
  TaskQuery query;
  query.search = std::string(text);
  query.limit = 1;
  const auto page = scheduler.list_tasks(query);
  if (!page || page->rows.empty()) return "rota task list shows all tasks";
  return fmt::format("did you mean '{}'? rota task list shows all tasks",
                     page->rows.front().task.name);
}

}  // namespace

std::optional<TaskId> as_id(std::string_view text) {
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, value);
  if (failure != std::errc{} || stop != end || value <= 0) return std::nullopt;
  return TaskId{value};
}

std::string key_file_from_environment() {
  const char* named = std::getenv("ROTA_KEY_FILE");
  return named != nullptr ? named : "";
}

bool database_exists(const std::string& database) {
  if (database.starts_with("postgresql:") || database.starts_with("postgres:")) return true;
  std::string path = database;
  if (path.starts_with("sqlite:")) path.erase(0, 7);
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

Result<std::unique_ptr<Scheduler>> open_database(const Context& context) {
  if (!database_exists(context.database)) {
    return fail(ErrorCode::kNotFound, fmt::format("there is no database at {}", context.database),
                "make one with 'rota import demo' or 'rota serve', or name another with --db or "
                "ROTA_DB");
  }
  Options options;
  options.database = context.database;
  options.key_file = key_file_from_environment();
  options.log_file.clear();
  return Scheduler::open(options, &context.clock);
}

Result<TaskView> find_task(Scheduler& scheduler, std::string_view name_or_id) {
  auto by_name = scheduler.load_task_by_name(name_or_id);
  if (by_name || by_name.error().code != ErrorCode::kNotFound) return by_name;
  if (const auto id = as_id(name_or_id)) {
    auto by_id = scheduler.load_task(*id);
    if (by_id || by_id.error().code != ErrorCode::kNotFound) return by_id;
  }
  return fail(ErrorCode::kNotFound,
              fmt::format("there is no task '{}'", name_or_id.substr(0, kTaskNameMax)),
              similar_task(scheduler, name_or_id));
}

Result<std::vector<TaskView>> load_tasks(Scheduler& scheduler, TaskQuery query, std::size_t limit) {
  std::vector<TaskView> tasks;
  do {
    query.limit = limit == 0 ? 1000 : std::min<std::size_t>(1000, limit - tasks.size());
    auto page = scheduler.list_tasks(query);
    if (!page) return fail(page.error());
    std::move(page->rows.begin(), page->rows.end(), std::back_inserter(tasks));
    query.cursor = page->next_cursor;
  } while (!query.cursor.empty() && (limit == 0 || tasks.size() < limit));
  return tasks;
}

Result<bool> server_is_running(Scheduler& scheduler, const Clock& clock) {
  auto nodes = scheduler.store().list_nodes();
  if (!nodes) return fail(nodes.error());
  return std::any_of(nodes->begin(), nodes->end(), [&](const store::NodeView& node) {
    return node.status == "live" && node.lease_until > clock.now();
  });
}

Result<std::string> read_text_file(const std::string& path, std::istream& input) {
  std::ifstream file;
  if (path != "-") {
    file.open(path, std::ios::binary);
    if (!file) {
      return fail(ErrorCode::kIo, fmt::format("the file {} cannot be read", path),
                  "check that it exists and that you may read it");
    }
  }
  std::istream& from = path == "-" ? input : file;
  std::string text(kFileMax + 1, '\0');
  from.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(from.gcount()));
  if (text.size() > kFileMax) {
    return fail(ErrorCode::kLimitExceeded, fmt::format("{} is larger than 1 MiB", path));
  }
  return text;
}

}  // namespace rota::cli
