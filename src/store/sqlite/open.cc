#include "store/sqlite/open.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <array>
#include <filesystem>

#include "store/sqlite/migrations.h"
#include "store/sqlite/schema_check.h"

namespace rota::store {
namespace {

namespace fs = std::filesystem;

// File systems on which SQLite's locks and WAL cannot be trusted (linux/magic.h, statfs(2)).
constexpr std::array<std::int64_t, 4> kNetworkFileSystems{0x6969, 0x517B, 0xFF534D42, 0xFE534D42};

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
    if (options.create && !options.read_only) return {};
    return fail(ErrorCode::kNotFound, fmt::format("there is no database '{}'", options.path),
                "check the path; `rota serve` and `rota task add` make a new one");
  }
  struct statfs about{};
  if (::statfs(folder.c_str(), &about) == 0) {
    for (const std::int64_t magic : kNetworkFileSystems) {
      if (static_cast<std::uint32_t>(about.f_type) != static_cast<std::uint32_t>(magic)) continue;
      return fail(ErrorCode::kUnavailable, "the database lies on a network file system",
                  "SQLite's locks cannot be trusted there: use a local disk, or PostgreSQL");
    }
  }
  return {};
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

Result<std::unique_ptr<Connection>> open_database(const SqliteOptions& options, Instant now) {
  if (auto place = check_place(options); !place) return fail(place.error());
  const Access access = options.read_only ? Access::kReadOnly
                        : options.create  ? Access::kCreate
                                          : Access::kReadWrite;
  auto connection = Connection::open(options.path, access, options.busy_timeout);
  if (!connection) return connection;
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
