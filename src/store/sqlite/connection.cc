#include "store/sqlite/connection.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/check.h"
#include "store/sqlite/unwritable.h"

namespace rota::store {
namespace {

/// Beyond it lies no year that anybody means (128,000), and two of them have a difference.
constexpr std::int64_t kInstantMost = 4'000'000'000'000'000'000;

struct Meaning {
  ErrorCode code;
  const char* what;
  const char* hint;
};

Meaning meaning_of(int code) {
  // On a full disk SQLite cannot grow the file of its shared memory, and does not call that FULL.
  const bool no_room = code == SQLITE_IOERR_SHMSIZE;
  switch (no_room ? SQLITE_FULL : code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {ErrorCode::kBusy, "another program holds the database locked",
              "try again; if it stays locked, find the program that keeps a transaction open"};
    case SQLITE_READONLY:
      return {ErrorCode::kReadOnly, "the database may not be written",
              "check the permissions of the file and of its folder"};
    case SQLITE_FULL:
      return {ErrorCode::kStorageFull, "there is no room left for the database",
              "free some space on its disk; nothing that was saved before is lost"};
    case SQLITE_CORRUPT:
      return {ErrorCode::kCorrupt, "the database is damaged",
              "stop the server, keep a copy of the file, then restore a backup or try "
              "`sqlite3 DB .recover`"};
    case SQLITE_NOTADB:
      return {ErrorCode::kCorrupt, "the file is not a SQLite database",
              "check the path; the file has not been touched"};
    case SQLITE_CANTOPEN:
      return {ErrorCode::kUnavailable, "the database file cannot be opened",
              "check that the folder exists and that you may read and write it"};
    case SQLITE_CONSTRAINT:
      return {ErrorCode::kInvalidArgument, "the database refused a value", ""};
    case SQLITE_INTERRUPT:
      return {ErrorCode::kTimeout, "the statement took too long and was stopped",
              "`rota doctor` checks the database; ask for less at a time"};
    case SQLITE_TOOBIG:
      return {ErrorCode::kCorrupt, "a row or statement is larger than Rota ever writes",
              "remove the row with another tool, or restore a backup"};
    case SQLITE_IOERR:
      return {ErrorCode::kIo, "the disk refused a read or a write",
              "look at the system's log for errors of the disk"};
    case SQLITE_NOMEM:
      return {ErrorCode::kLimitExceeded, "there is not enough memory", ""};
    default:
      return {ErrorCode::kInternal, "SQLite gave an unexpected error", ""};
  }
}

// SQLite calls every failed write an I/O error; the system's own number says why.
int refined(int code, int system_error) {
  const int kind = code & 0xff;
  if (kind != SQLITE_IOERR && kind != SQLITE_CANTOPEN) return code;
  switch (system_error) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return SQLITE_FULL;
    case EACCES:
    case EPERM:
    case EROFS:
      return SQLITE_READONLY;
    default:
      return code;
  }
}

// Undoing a failed write can wipe out the system's number; the log's file still remembers it.
int system_error_of(sqlite3* db) {
  int number = sqlite3_system_errno(db);
  sqlite3_file* log = nullptr;
  if (number != 0 ||
      sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) != SQLITE_OK ||
      log == nullptr || log->pMethods == nullptr) {
    return number;
  }
  log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &number);
  return number;
}

// Instructions of SQLite's machine between two looks at the clock: some hundred microseconds.
constexpr int kInstructionsPerLook = 20'000;

// Called by SQLite while a statement runs; not 0 ends it with SQLITE_INTERRUPT.
int is_overdue(void* state) {
  return std::chrono::steady_clock::now() > static_cast<ConnectionState*>(state)->deadline ? 1 : 0;
}

// What goes wrong here, SQLite meets again and reports.
void make_private_file(const std::string& path) {
  if (path == ":memory:") return;
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd >= 0) ::close(fd);
}

bool disk_failed(int code) {
  const int kind = code & 0xff;
  return kind == SQLITE_IOERR || kind == SQLITE_CORRUPT || kind == SQLITE_NOTADB;
}

}  // namespace

Error last_sqlite_error(sqlite3* db, std::string_view doing) {
  const int code = refined(sqlite3_extended_errcode(db), system_error_of(db));
  return sqlite_error(code, doing, sqlite3_errmsg(db));
}

Error sqlite_error(int code, std::string_view doing, std::string_view detail) {
  const Meaning meaning = meaning_of(code);
  return Error{meaning.code,
               fmt::format("{}: {} ({})", doing, meaning.what, detail),
               meaning.hint,
               std::nullopt,
               {}};
}

Statement::Statement(Statement&& other) noexcept
    : db_(other.db_),
      stmt_(other.stmt_),
      life_(other.life_),
      state_(other.state_),
      bound_(other.bound_),
      bind_error_(other.bind_error_) {
  other.stmt_ = nullptr;
}

Statement::~Statement() {
  if (stmt_ == nullptr) return;
  if (life_ == Life::kPassing) {
    sqlite3_finalize(stmt_);
    return;
  }
  sqlite3_reset(stmt_);
  sqlite3_clear_bindings(stmt_);
}

Statement& Statement::bind(std::int64_t value) {
  const int code = sqlite3_bind_int64(stmt_, ++bound_, value);
  if (code != SQLITE_OK) bind_error_ = code;
  return *this;
}

Statement& Statement::bind(std::string_view text) {
  const int code = sqlite3_bind_text64(stmt_, ++bound_, text.data() ? text.data() : "", text.size(),
                                       SQLITE_STATIC, SQLITE_UTF8);
  if (code != SQLITE_OK) bind_error_ = code;
  return *this;
}

Statement& Statement::bind_blob(std::string_view bytes) {
  const int code = sqlite3_bind_blob64(stmt_, ++bound_, bytes.data() ? bytes.data() : "",
                                       bytes.size(), SQLITE_STATIC);
  if (code != SQLITE_OK) bind_error_ = code;
  return *this;
}

Statement& Statement::bind_null() {
  const int code = sqlite3_bind_null(stmt_, ++bound_);
  if (code != SQLITE_OK) bind_error_ = code;
  return *this;
}

Statement& Statement::again() {
  sqlite3_reset(stmt_);
  bound_ = 0;
  return *this;
}

Result<bool> Statement::step() {
  if (bind_error_ != SQLITE_OK) {
    return fail(sqlite_error(bind_error_, "binding a value", sqlite3_errmsg(db_)));
  }
  if (sqlite3_stmt_busy(stmt_) == 0) state_->begin_statement();
  const int code = sqlite3_step(stmt_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  if (disk_failed(code)) state_->failed = true;
  return fail(last_sqlite_error(db_, "using the database"));
}

Result<void> Statement::run() {
  for (;;) {
    const auto more = step();
    if (!more) return fail(more.error());
    if (*more) continue;
    again();
    return {};
  }
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(stmt_, column) == SQLITE_NULL;
}

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(stmt_, column); }

std::string_view Statement::view(int column) const {
  const void* bytes = sqlite3_column_blob(stmt_, column);
  if (bytes == nullptr) return {};
  return {static_cast<const char*>(bytes),
          static_cast<std::size_t>(sqlite3_column_bytes(stmt_, column))};
}

std::string Statement::text(int column) const { return std::string(view(column)); }

Instant Statement::instant(int column) const {
  return Instant{Duration{std::clamp(integer(column), -kInstantMost, kInstantMost)}};
}

std::optional<Instant> Statement::optional_instant(int column) const {
  if (is_null(column)) return std::nullopt;
  return instant(column);
}

std::optional<std::int64_t> Statement::optional_integer(int column) const {
  if (is_null(column)) return std::nullopt;
  return integer(column);
}

Result<std::unique_ptr<Connection>> Connection::open(const std::string& path, Access access,
                                                     Duration busy_timeout) {
  const auto immutable = must_stay_as_it_is(path);
  if (!immutable) return fail(immutable.error());
  if (*immutable) access = Access::kReadOnly;
  const std::string name = *immutable ? immutable_name(path) : path;
  const int flags = SQLITE_OPEN_NOMUTEX | (*immutable ? SQLITE_OPEN_URI : 0) |
                    (access == Access::kReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) |
                    (access == Access::kCreate ? SQLITE_OPEN_CREATE : 0);
  // SQLite's own count of its memory costs a lock for every allocation; nobody asks for it. Refused
  // without harm when the program around us has used SQLite before.
  static const int kUncounted = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  (void)kUncounted;
  if (access == Access::kCreate) make_private_file(path);
  sqlite3* db = nullptr;
  const int code = sqlite3_open_v2(name.c_str(), &db, flags, nullptr);
  std::unique_ptr<Connection> connection(new Connection(db));
  if (code != SQLITE_OK) return fail(connection->last_error(fmt::format("opening '{}'", path)));
  sqlite3_busy_timeout(
      db, static_cast<int>(
              std::chrono::duration_cast<std::chrono::milliseconds>(busy_timeout).count()));
  sqlite3_limit(db, SQLITE_LIMIT_LENGTH, kValueBytesMax);
  sqlite3_limit(db, SQLITE_LIMIT_SQL_LENGTH, kSqlBytesMax);
  sqlite3_progress_handler(db, kInstructionsPerLook, &is_overdue, &connection->state_);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  // trusted_schema stays on: SQLite 3.40 calls json_object(), which our triggers use, untrusted.
  const auto pragmas = connection->execute(
      "PRAGMA foreign_keys = ON; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0;"
      "PRAGMA temp_store = MEMORY; PRAGMA secure_delete = OFF; PRAGMA cache_size = -16384;"
      "PRAGMA recursive_triggers = OFF;");
  if (!pragmas) return fail(pragmas.error());
  return connection;
}

Connection::~Connection() {
  for (const auto& [sql, stmt] : statements_) sqlite3_finalize(stmt);
  sqlite3_close_v2(db_);
}

Error Connection::last_error(std::string_view doing) {
  if (disk_failed(sqlite3_errcode(db_))) state_.failed = true;
  return last_sqlite_error(db_, doing);
}

Result<Statement> Connection::prepare(const char* sql) {
  auto& stmt = statements_[sql];
  if (stmt == nullptr &&
      sqlite3_prepare_v3(db_, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, nullptr) != SQLITE_OK) {
    return fail(last_error("preparing a statement"));
  }
  return Statement(db_, stmt, Statement::Life::kKept, &state_);
}

Result<Statement> Connection::prepare_once(const std::string& sql) {
  sqlite3_stmt* stmt = nullptr;
  if (sqlite3_prepare_v2(db_, sql.c_str(), -1, &stmt, nullptr) != SQLITE_OK) {
    return fail(last_error("preparing a statement"));
  }
  return Statement(db_, stmt, Statement::Life::kPassing, &state_);
}

Result<void> Connection::execute(const char* sql) {
  state_.begin_statement();
  if (sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
    return fail(last_error("using the database"));
  }
  return {};
}

Result<std::optional<std::int64_t>> Connection::integer(const char* sql) {
  auto statement = prepare(sql);
  if (!statement) return fail(statement.error());
  const auto row = statement->step();
  if (!row) return fail(row.error());
  if (!*row) return std::optional<std::int64_t>{};
  return std::optional<std::int64_t>{statement->integer(0)};
}

Result<Snapshot> Snapshot::take(Connection& connection) {
  if (auto begun = connection.execute("BEGIN"); !begun) return fail(begun.error());
  Snapshot snapshot(connection);
  // BEGIN alone fixes nothing: the first read does.
  if (auto read = connection.integer("PRAGMA schema_version"); !read) return fail(read.error());
  return snapshot;
}

}  // namespace rota::store
