// `log_archival` looks after the log folder: moves a large current log aside (the server notices
// and begins a new one), compresses what has been moved aside, and removes what is old enough,
// unless it was to be archived elsewhere first and nothing could take it there.
#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <memory>

#include "handlers/environment.h"
#include "handlers/folders.h"
#include "handlers/machine.h"
#include "handlers/metadata.h"
#include "rota/handler.h"

namespace rota::handlers {
namespace {

namespace fs = std::filesystem;

constexpr auto kSettled = std::chrono::minutes{1};  // the server may still write to a moved file

Result<void> compress(const fs::path& from, const fs::path& to) {
  const std::string partial = to.string() + ".partial";
  std::ifstream in(from, std::ios::binary);
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> out(::gzopen(partial.c_str(), "wbe6"),
                                                       ::gzclose);
  bool good = in.is_open() && out != nullptr;
  char piece[65536];
  while (good && in) {
    in.read(piece, sizeof piece);
    const auto size = static_cast<unsigned>(in.gcount());
    good = size == 0 || ::gzwrite(out.get(), piece, size) == static_cast<int>(size);
  }
  good = good && in.eof() && ::gzflush(out.get(), Z_FINISH) == Z_OK;
  std::error_code wrong;
  if (good) fs::permissions(partial, fs::perms::owner_read | fs::perms::owner_write, wrong);
  if (good && !wrong) fs::last_write_time(partial, fs::last_write_time(from, wrong), wrong);
  if (good && !wrong) fs::rename(partial, to, wrong);
  if (good && !wrong) fs::remove(from, wrong);
  if (good && !wrong) return {};
  fs::remove(partial, wrong);
  return fail(ErrorCode::kIo, fmt::format("'{}' cannot be compressed", from.string()),
              "look at the room on the disk and the rights of the log folder");
}

struct Settings {
  std::chrono::days retention{90};
  bool compress = true;
  std::string location;
  std::uint64_t rotate_bytes = 0;
  bool leaves_this_machine() const {
    return !location.empty() && location != "local" && location != "none";
  }
};

struct Tally {
  int rotated = 0;
  int compressed = 0;
  int removed = 0;
  int kept = 0;
  std::uint64_t bytes_before = 0;
};

class LogArchivalTaskHandler final : public TaskHandler {
 public:
  explicit LogArchivalTaskHandler(const HandlerEnvironment& environment)
      : folder_(environment.log_folder), log_(environment.log_name) {}

  std::string_view summary() const override { return "Rotates, compresses and ages log files."; }
  std::string_view metadata_schema() const override {
    return R"({
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "retentionDays": {"type": "integer", "title": "Keep for", "minimum": 1, "maximum": 36500,
                          "default": 90, "description": "Days; older logs are removed."},
        "compressFiles": {"type": "boolean", "title": "Compress", "default": true,
                          "description": "With gzip, when a log is no longer written."},
        "archiveLocation": {"type": "string", "title": "Archive", "default": "local",
                            "description": "local: they stay in the log folder."},
        "rotateMegabytes": {"type": "integer", "title": "Rotate above", "minimum": 1,
                            "maximum": 100000, "default": 10,
                            "description": "Megabytes of the current log."}
      }
    })";
  }

 protected:
  Result<std::string> handle(TaskContext& task) override {
    Metadata metadata(task);
    Settings settings;
    settings.retention = std::chrono::days{metadata.integer("retentionDays", 90, 1, 36'500)};
    settings.compress = metadata.boolean("compressFiles", true);
    settings.location = metadata.string("archiveLocation", "local");
    settings.rotate_bytes =
        static_cast<std::uint64_t>(metadata.integer("rotateMegabytes", 10, 1, 100'000)) * 1'000'000;
    if (auto good = metadata.check(); !good) return fail(std::move(good.error()));
    auto tally = tidy(settings, task.clock().now());
    if (!tally) return fail(std::move(tally.error()));
    return describe(settings, *tally);
  }

 private:
  Result<Tally> tidy(const Settings& settings, Instant now) const {
    Tally tally;
    if (auto moved = rotate(settings, now, tally); !moved) return fail(std::move(moved.error()));
    auto files = list_files(folder_);
    if (!files) return fail(std::move(files.error()));
    for (const FoundFile& file : *files) {
      const std::string name = file.path.filename();
      if (!name.starts_with(log_ + ".") || name.ends_with(".partial")) continue;
      if (file.changed < now - settings.retention) {
        if (auto done = age(settings, file, tally); !done) return fail(std::move(done.error()));
      } else if (settings.compress && !name.ends_with(".gz") && file.changed < now - kSettled) {
        auto done = compress(file.path, file.path.string() + ".gz");
        if (!done) return fail(std::move(done.error()));
        ++tally.compressed;
        tally.bytes_before += file.size;
      }
    }
    return tally;
  }

  Result<void> rotate(const Settings& settings, Instant now, Tally& tally) const {
    const fs::path current = fs::path(folder_) / log_;
    std::error_code wrong;
    const auto size = fs::file_size(current, wrong);
    if (wrong || size < settings.rotate_bytes) return {};
    fs::rename(current, current.string() + "." + compact_time(now), wrong);
    if (wrong) {
      return fail(ErrorCode::kIo,
                  fmt::format("the log cannot be moved aside: {}", wrong.message()));
    }
    ++tally.rotated;
    return {};
  }

  static Result<void> age(const Settings& settings, const FoundFile& file, Tally& tally) {
    if (settings.leaves_this_machine()) {
      ++tally.kept;
      return {};
    }
    std::error_code wrong;
    if (fs::remove(file.path, wrong)) ++tally.removed;
    if (!wrong) return {};
    return fail(ErrorCode::kIo,
                fmt::format("'{}' cannot be removed: {}", file.path.string(), wrong.message()));
  }

  static std::string describe(const Settings& settings, const Tally& tally) {
    std::string text =
        fmt::format("{} rotated, {} compressed ({}), {} removed", tally.rotated, tally.compressed,
                    format_bytes(tally.bytes_before), tally.removed);
    if (settings.leaves_this_machine()) {
      text += fmt::format(
          "; nothing was sent to '{}' and nothing old removed ({} files): no such archive is "
          "configured",
          settings.location, tally.kept);
    }
    return text;
  }

  const std::string folder_;
  const std::string log_;
};

ROTA_REGISTER_TASK_HANDLER(LogArchivalTaskHandler);

}  // namespace
}  // namespace rota::handlers
