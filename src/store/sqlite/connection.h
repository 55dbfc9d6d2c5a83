// One SQLite connection and its prepared statements, owned (RAII). A connection is used by one
// thread at a time; statements are prepared once per text and kept for the connection's life.
#pragma once

#include <sqlite3.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "rota/result.h"
#include "rota/time.h"

namespace rota::store {

/// The error for SQLite's result `code`: its kind, a sentence and what to do.
Error sqlite_error(int code, std::string_view doing, std::string_view detail);
/// The error that the last call on `db` left behind; a full disk is told from a failing one.
Error last_sqlite_error(sqlite3* db, std::string_view doing);

/// Bounds of every connection. A file made by somebody else may hold anything; nothing that Rota
/// writes comes near them.
inline constexpr int kValueBytesMax = 16 << 20;  ///< One value or one row.
inline constexpr int kSqlBytesMax = 1 << 20;     ///< One statement, in the file's schema too.
inline constexpr Duration kStatementTime = std::chrono::seconds{30};
/// For work over a whole file that somebody waits for: migrations, the check of its health.
inline constexpr Duration kLongStatementTime = std::chrono::minutes{30};

/// What a connection and its statements share.
struct ConnectionState {
  using SteadyTime = std::chrono::steady_clock::time_point;

  bool failed = false;  ///< The disk failed, or a page was damaged.
  Duration statement_time = kStatementTime;
  SteadyTime deadline = SteadyTime::max();  ///< Of the statement that runs.

  void begin_statement() { deadline = std::chrono::steady_clock::now() + statement_time; }
};

/// A prepared statement in use: bind, step, read columns. When it goes out of scope it is reset,
/// or, where nobody keeps it, finalized.
class Statement {
 public:
  enum class Life { kKept, kPassing };

  Statement(sqlite3* db, sqlite3_stmt* stmt, Life life, ConnectionState* state)
      : db_(db), stmt_(stmt), life_(life), state_(state) {}
  ~Statement();
  Statement(Statement&& other) noexcept;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  Statement& operator=(Statement&&) = delete;

  /// Binds the next parameter, in order.
  Statement& bind(std::int64_t value);
  Statement& bind(int value) { return bind(std::int64_t{value}); }
  Statement& bind(bool value) { return bind(std::int64_t{value ? 1 : 0}); }
  Statement& bind(Instant at) { return bind(at.time_since_epoch().count()); }
  /// Not copied: texts and bytes must live until the statement has been stepped.
  Statement& bind(std::string_view text);
  Statement& bind(const std::string& text) { return bind(std::string_view(text)); }
  Statement& bind(std::string&& text) = delete;
  Statement& bind(const char* text) { return bind(std::string_view(text)); }
  Statement& bind_blob(std::string_view bytes);
  Statement& bind_null();
  template <class T>
  Statement& bind(const std::optional<T>& value) {
    return value ? bind(*value) : bind_null();
  }

  /// Makes it ready to be bound and run again.
  Statement& again();
  /// True: a row is there. False: done. kTimeout after the connection's time for a statement.
  Result<bool> step();
  /// Runs a statement that gives no rows, and makes it ready to be bound and run again.
  Result<void> run();

  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  std::string text(int column) const;
  /// Lives until the statement is stepped or reset.
  std::string_view view(int column) const;
  /// Within the years that somebody may mean, so that the difference of two never overflows.
  Instant instant(int column) const;
  std::optional<Instant> optional_instant(int column) const;
  std::optional<std::int64_t> optional_integer(int column) const;

 private:
  sqlite3* db_;
  sqlite3_stmt* stmt_;
  Life life_;
  ConnectionState* state_;
  int bound_ = 0;
  int bind_error_ = SQLITE_OK;
};

enum class Access { kReadOnly, kReadWrite, kCreate };

/// A new database is its owner's alone, as are the files that SQLite puts beside it: task texts are
/// nobody else's business. Whoever wants to share it changes its mode. Does nothing where there is
/// a file; what goes wrong, SQLite meets once more and reports.
void make_private_file(const std::string& path);

class Connection {
 public:
  /// Opens the file with Rota's pragmas; one that kCreate makes is its owner's alone (0600), as are
  /// those that SQLite puts beside it. Errors say whether it is missing, a folder, locked ...
  static Result<std::unique_ptr<Connection>> open(const std::string& path, Access access,
                                                  Duration busy_timeout = std::chrono::seconds{5});
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// The statement for a text of static storage duration, prepared once.
  Result<Statement> prepare(const char* sql);
  /// Prepares a text that is built at run time; not kept.
  Result<Statement> prepare_once(const std::string& sql);
  /// Runs one or more statements without parameters.
  Result<void> execute(const char* sql);
  Result<void> execute(const std::string& sql) { return execute(sql.c_str()); }
  /// The first column of the first row; nothing when there is no row.
  Result<std::optional<std::int64_t>> integer(const char* sql);

  std::int64_t changes() const { return sqlite3_changes64(db_); }
  std::int64_t total_changes() const { return sqlite3_total_changes64(db_); }
  /// No transaction is open.
  bool is_idle() const { return sqlite3_get_autocommit(db_) != 0; }
  /// A read or write of the disk failed, or a page was damaged: not to be used for writing again.
  bool has_failed() const { return state_.failed; }
  /// No statement of this connection runs longer from now on; one that does ends with kTimeout.
  void limit_statement_time(Duration limit) { state_.statement_time = limit; }
  Duration statement_time() const { return state_.statement_time; }
  std::int64_t last_insert_id() const { return sqlite3_last_insert_rowid(db_); }
  sqlite3* handle() { return db_; }

 private:
  explicit Connection(sqlite3* db) : db_(db) {}
  Error last_error(std::string_view doing);

  sqlite3* db_;
  ConnectionState state_;
  std::unordered_map<const char*, sqlite3_stmt*> statements_;
};

/// Another time limit for the statements of a connection, as long as this lives.
class StatementTime {
 public:
  StatementTime(Connection& connection, Duration limit)
      : connection_(connection), before_(connection.statement_time()) {
    connection.limit_statement_time(limit);
  }
  ~StatementTime() { connection_.limit_statement_time(before_); }
  StatementTime(const StatementTime&) = delete;
  StatementTime& operator=(const StatementTime&) = delete;

 private:
  Connection& connection_;
  const Duration before_;
};

/// Sees one state of the database as long as it lives: a transaction that only reads.
class Snapshot {
 public:
  static Result<Snapshot> take(Connection& connection);
  ~Snapshot() {
    if (connection_ != nullptr) (void)connection_->execute("ROLLBACK");
  }
  Snapshot(Snapshot&& other) noexcept : connection_(std::exchange(other.connection_, nullptr)) {}
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;
  Snapshot& operator=(Snapshot&&) = delete;

 private:
  explicit Snapshot(Connection& connection) : connection_(&connection) {}
  Connection* connection_;
};

}  // namespace rota::store
