// The application's own small way to its SQLite database: values in, rows out, exceptions on
// failure. A handler may throw; the base class turns it into the failure of the run.
#pragma once

#include <sqlite3.h>

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "rota/result.h"

namespace shop {

/// Thrown by everything here; carries what the run is to say.
class Failure : public std::runtime_error {
 public:
  explicit Failure(rota::Error error)
      : std::runtime_error(error.message), error_(std::move(error)) {}
  const rota::Error& error() const { return error_; }

 private:
  rota::Error error_;
};

using Value = std::variant<std::int64_t, std::string>;

/// One row; NULL reads as 0 and "".
class Row {
 public:
  explicit Row(std::vector<Value> values) : values_(std::move(values)) {}
  std::int64_t number(std::size_t column) const;
  std::string text(std::size_t column) const;

 private:
  std::vector<Value> values_;
};

/// No statement runs longer; then it throws a Failure with kTimeout. Its caller holds a worker.
inline constexpr std::chrono::seconds kStatementTime{60};

/// One connection. Not thread-safe.
class Sql {
 public:
  /// Opens a database; makes one only with `create`.
  Sql(const std::string& path, bool create);

  void set_busy_timeout(std::int64_t seconds);
  std::vector<Row> rows(std::string_view sql, std::initializer_list<Value> values = {});
  /// The first row, which must be there.
  Row row(std::string_view sql, std::initializer_list<Value> values = {});
  /// Rows changed by the statement.
  std::int64_t change(std::string_view sql, std::initializer_list<Value> values = {});
  /// Several statements without values.
  void script(const std::string& sql);

  /// Rolled back when it goes out of scope without commit().
  class Transaction {
   public:
    explicit Transaction(Sql& sql) : sql_(sql) { sql_.script("BEGIN IMMEDIATE"); }
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    void commit();

   private:
    Sql& sql_;
    bool open_ = true;
  };

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;

  [[noreturn]] void throw_failure(int code) const;
  void begin_statement() { *deadline_ = std::chrono::steady_clock::now() + kStatementTime; }

  std::unique_ptr<SteadyTime> deadline_;  ///< Of the statement that runs; SQLite looks at it.
  std::unique_ptr<sqlite3, int (*)(sqlite3*)> db_;
};

}  // namespace shop
