// `data_backup` copies Rota's own database, consistently while it is in use, into
// <data folder>/backups, and removes copies that are older than asked, never the newest.
#include <fmt/format.h>

#include <algorithm>

#include "handlers/environment.h"
#include "handlers/folders.h"
#include "handlers/machine.h"
#include "handlers/metadata.h"
#include "rota/handler.h"

namespace rota::handlers {
namespace {

namespace fs = std::filesystem;

class DataBackupTaskHandler final : public TaskHandler {
 public:
  explicit DataBackupTaskHandler(const HandlerEnvironment& environment)
      : environment_(environment) {}

  std::string_view summary() const override {
    return "Copies Rota's database and ages old copies.";
  }
  std::string_view metadata_schema() const override {
    return R"({
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "backupType": {"type": "string", "title": "Kind", "enum": ["full"], "default": "full",
                       "description": "The whole database in one file."},
        "retentionDays": {"type": "integer", "title": "Keep for", "minimum": 1, "maximum": 36500,
                          "default": 30, "description": "Days; the newest copy always stays."}
      }
    })";
  }

 protected:
  Result<std::string> handle(TaskContext& task) override {
    Metadata metadata(task);
    const std::string kind = metadata.string("backupType", "full");
    const auto days = metadata.integer("retentionDays", 30, 1, 36'500);
    if (kind != "full") metadata.complain("backupType", "must be \"full\"");
    if (auto good = metadata.check(); !good) return fail(std::move(good.error()));
    if (!environment_.back_up_database) {
      return fail(ErrorCode::kNotAllowedHere, "no database to back up is configured here",
                  "this handler copies Rota's own SQLite database; back up PostgreSQL with its own "
                  "tools");
    }
    const fs::path folder = fs::path(environment_.data_folder) / "backups";
    // The slot names the file, so that another attempt replaces what a failed one began.
    const fs::path file = folder / fmt::format("rota-{}.db", compact_time(task.scheduled_for()));
    if (auto made = copy_to(folder, file); !made) return fail(std::move(made.error()));
    auto removed = remove_old(folder, file, task.clock().now() - std::chrono::days{days});
    if (!removed) return fail(std::move(removed.error()));
    std::error_code ignored;
    return fmt::format("{} written, {}; {} older than {} days removed", file.string(),
                       format_bytes(fs::file_size(file, ignored)), *removed, days);
  }

 private:
  Result<void> copy_to(const fs::path& folder, const fs::path& file) const {
    if (auto made = make_folder(folder); !made) return made;
    const fs::path partial = file.string() + ".partial";
    std::error_code wrong;
    fs::remove(partial, wrong);
    if (auto copied = environment_.back_up_database(partial); !copied) {
      fs::remove(partial, wrong);
      return copied;
    }
    fs::permissions(partial, fs::perms::owner_read | fs::perms::owner_write, wrong);
    if (!wrong) fs::rename(partial, file, wrong);
    if (!wrong) return {};
    return fail(ErrorCode::kIo, fmt::format("the backup '{}' cannot be put in place: {}",
                                            file.string(), wrong.message()));
  }

  static Result<int> remove_old(const fs::path& folder, const fs::path& newest, Instant before) {
    auto files = list_files(folder);
    if (!files) return fail(std::move(files.error()));
    int removed = 0;
    for (const FoundFile& file : *files) {
      const std::string name = file.path.filename();
      const bool ours = name.starts_with("rota-") && name.ends_with(".db");
      std::error_code ignored;
      if (ours && file.path != newest && file.changed < before && fs::remove(file.path, ignored)) {
        ++removed;
      }
    }
    return removed;
  }

  const HandlerEnvironment& environment_;
};

ROTA_REGISTER_TASK_HANDLER(DataBackupTaskHandler);

}  // namespace
}  // namespace rota::handlers
