#include "store/sqlite/open.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <filesystem>

#include "store/sqlite/file_systems.h"
#include "store/sqlite/migrations.h"
#include "store/sqlite/schema_check.h"

namespace rota::store {
namespace {

namespace fs = std::filesystem;

// Whoever may write the file, or exchange it in its folder, decides what runs here.
Result<void> check_writers(const fs::path& path, const fs::path& folder) {
  struct stat about{};
  for (const char* suffix : {"", "-wal", "-shm"}) {
    const std::string file = path.string() + suffix;
    if (::stat(file.c_str(), &about) != 0 || (about.st_mode & S_IWOTH) == 0) continue;
    return fail(ErrorCode::kPermissionDenied,
                fmt::format("everybody on this machine may write '{}'", file),
                fmt::format("whoever writes it decides what runs: chmod o-w '{}'", file));
  }
  if (::stat(folder.c_str(), &about) != 0) return {};
  if ((about.st_mode & S_IWOTH) == 0 || (about.st_mode & S_ISVTX) != 0) return {};
  return fail(ErrorCode::kPermissionDenied,
              fmt::format("everybody on this machine may exchange the database in its folder '{}'",
                          folder.string()),
              fmt::format("whoever does decides what runs: chmod o-w '{}'", folder.string()));
}

Result<void> check_place(const SqliteOptions& options) {
  std::error_code ignored;
  const fs::path path = options.path;
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  if (fs::is_directory(path, ignored)) {
    return fail(ErrorCode::kUnavailable, fmt::format("'{}' is a folder", options.path),
                "name a file in it, for example with --db " + (path / "rota.db").string());
  }
  if (!fs::is_directory(folder, ignored)) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("the folder '{}' of the database does not exist", folder.string()),
                "make it first, or name another place with --db");
  }
  if (auto writers = check_writers(path, folder); !writers) return writers;
  if (!fs::exists(path, ignored)) {
    if (!options.create || options.read_only) {
      return fail(ErrorCode::kNotFound, fmt::format("there is no database '{}'", options.path),
                  "check the path, and whether its disk is mounted; `rota serve --create` makes a "
                  "new one");
    }
    return check_file_system(folder.string(), options.accept_file_systems);
  }
  return check_file_system(options.path, options.accept_file_systems);
}

// A small file is checked whole; a large one would keep the server from starting for seconds, so it
// is left to `rota doctor`.
constexpr std::int64_t kCheckedPagesMax = 4096;
// For each statement that looks at a file nobody has vouched for yet.
constexpr Duration kOpenTime = std::chrono::seconds{10};

Result<void> quick_check(Connection& connection) {
  const auto pages = connection.integer("PRAGMA page_count");
  if (!pages) return fail(pages.error());
  if (pages->value_or(0) > kCheckedPagesMax) return {};
  auto check = connection.prepare_once("PRAGMA quick_check(1)");
  if (!check) return fail(check.error());
  const auto row = check->step();
  if (!row) return fail(row.error());
  const std::string verdict = *row ? check->text(0) : "ok";
  if (verdict == "ok") return {};
  return fail(ErrorCode::kCorrupt, fmt::format("the database is damaged: {}", verdict),
              "stop the server, keep a copy of the file, then restore a backup or try "
              "`sqlite3 DB .recover`");
}

// Tables of an older Rota cannot be brought up to date on a read-only disk.
Result<void> check_is_current(Connection& connection) {
  const auto version = schema_version(connection);
  if (!version) return fail(version.error());
  if (*version == known_migrations().back().number) return {};
  return fail(ErrorCode::kReadOnly,
              "an older Rota made the database, and its tables cannot be brought up to date where "
              "nothing may be written",
              "copy it to a disk that may be written, and open the copy");
}

Result<void> prepare_for_writing(Connection& connection, Instant now) {
  if (sqlite3_db_readonly(connection.handle(), "main") == 1) return check_is_current(connection);
  auto done = connection.execute(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864;"
      "PRAGMA wal_autocheckpoint = 4000;");
  if (!done) return done;
  return migrate(connection, now);
}

}  // namespace

Result<std::shared_ptr<DatabaseFile>> open_file(const SqliteOptions& options) {
  if (auto place = check_place(options); !place) return fail(place.error());
  if (options.create && !options.read_only) make_private_file(options.path);
  auto file = DatabaseFile::open(options.path);
  if (file) return file;
  Error error = file.error();
  error.message = fmt::format("'{}': {}", options.path, error.message);
  return fail(std::move(error));
}

Result<std::unique_ptr<Connection>> open_database(const DatabaseFile& file,
                                                  const SqliteOptions& options, Instant now) {
  auto connection =
      Connection::open(file.path(), options.read_only ? Access::kReadOnly : Access::kReadWrite,
                       options.busy_timeout);
  if (!connection) return connection;
  if (auto here = file.check_place(); !here) return fail(std::move(here.error()));
  (*connection)->limit_statement_time(kOpenTime);
  Result<void> checked;
  if (auto version = check_schema(**connection); !version) checked = fail(version.error());
  if (checked) checked = quick_check(**connection);
  (*connection)->limit_statement_time(kLongStatementTime);
  if (checked && !options.read_only) checked = prepare_for_writing(**connection, now);
  (*connection)->limit_statement_time(kStatementTime);
  if (!checked) {
    Error error = checked.error();
    error.message = fmt::format("'{}': {}", options.path, error.message);
    return fail(std::move(error));
  }
  return connection;
}

}  // namespace rota::store
