#include "store/sqlite/open.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "store/sqlite/migrations.h"

namespace rota::store {
namespace {

namespace fs = std::filesystem;

// File systems on which SQLite's locks and WAL cannot be trusted (linux/magic.h, statfs(2)).
constexpr std::array<std::int64_t, 4> kNetworkFileSystems{0x6969, 0x517B, 0xFF534D42, 0xFE534D42};

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

// A new database is its owner's alone, as are the files that SQLite puts beside it: task texts are
// nobody else's business. Whoever wants to share it changes its mode. What goes wrong here, SQLite
// meets again and reports.
void make_private_file(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd >= 0) ::close(fd);
}

// Reads the first pages of every table, so that a damaged file is refused before it is used.
Result<void> check_readable(Connection& connection) {
  const auto pages = connection.integer("PRAGMA page_count");
  if (!pages) return fail(pages.error());
  const auto tables = connection.integer("SELECT count(*) FROM sqlite_schema");
  if (!tables) return fail(tables.error());
  return {};
}

// A small file is checked whole; a large one would keep the server from starting for seconds, so it
// is left to `rota doctor`.
constexpr std::int64_t kCheckedPagesMost = 4096;

Result<void> quick_check(Connection& connection) {
  const auto pages = connection.integer("PRAGMA page_count");
  if (!pages) return fail(pages.error());
  if (pages->value_or(0) > kCheckedPagesMost) return {};
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

Result<void> prepare_for_writing(Connection& connection, Instant now) {
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
  if (access == Access::kCreate) make_private_file(options.path);
  auto connection = Connection::open(options.path, access, options.busy_timeout);
  if (!connection) return connection;
  Result<void> checked = check_readable(**connection);
  if (checked) {
    if (auto version = schema_version(**connection); !version) checked = fail(version.error());
  }
  if (checked) checked = quick_check(**connection);
  if (checked && !options.read_only) checked = prepare_for_writing(**connection, now);
  if (!checked) {
    Error error = checked.error();
    error.message = fmt::format("'{}': {}", options.path, error.message);
    return fail(std::move(error));
  }
  return connection;
}

}  // namespace rota::store
