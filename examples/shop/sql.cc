#include "shop/sql.h"

#include <fmt/format.h>

namespace shop {
namespace {

using Statement = std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)>;

rota::ErrorCode code_of(int code) {
  switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return rota::ErrorCode::kBusy;
    case SQLITE_FULL:
      return rota::ErrorCode::kStorageFull;
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return rota::ErrorCode::kReadOnly;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return rota::ErrorCode::kCorrupt;
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR:
      return rota::ErrorCode::kIo;
    case SQLITE_INTERRUPT:
      return rota::ErrorCode::kTimeout;
    default:
      return rota::ErrorCode::kFailed;
  }
}

void bind(sqlite3_stmt* statement, std::initializer_list<Value> values) {
  int at = 0;
  for (const Value& value : values) {
    ++at;
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      sqlite3_bind_int64(statement, at, *number);
    } else {
      const std::string& text = std::get<std::string>(value);
      sqlite3_bind_text(statement, at, text.data(), static_cast<int>(text.size()),
                        SQLITE_TRANSIENT);
    }
  }
}

Value column(sqlite3_stmt* statement, int at) {
  if (sqlite3_column_type(statement, at) == SQLITE_TEXT) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, at));
    return std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(statement, at)));
  }
  if (sqlite3_column_type(statement, at) == SQLITE_NULL) return std::string();
  return std::int64_t{sqlite3_column_int64(statement, at)};
}

}  // namespace

std::int64_t Row::number(std::size_t column) const {
  const auto* number = std::get_if<std::int64_t>(&values_.at(column));
  return number == nullptr ? 0 : *number;
}

std::string Row::text(std::size_t column) const {
  const Value& value = values_.at(column);
  if (const auto* number = std::get_if<std::int64_t>(&value)) return fmt::format("{}", *number);
  return std::get<std::string>(value);
}

Sql::Sql(const std::string& path, bool create)
    : deadline_(std::make_unique<SteadyTime>()), db_(nullptr, sqlite3_close) {
  sqlite3* db = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | (create ? SQLITE_OPEN_CREATE : 0);
  const int opened = sqlite3_open_v2(path.c_str(), &db, flags, nullptr);
  db_.reset(db);
  if (opened != SQLITE_OK) throw_failure(opened);
  constexpr int kInstructionsPerLook = 20'000;
  sqlite3_progress_handler(
      db, kInstructionsPerLook,
      [](void* deadline) {
        return std::chrono::steady_clock::now() > *static_cast<SteadyTime*>(deadline) ? 1 : 0;
      },
      deadline_.get());
  set_busy_timeout(10);
  script("PRAGMA foreign_keys = ON");
}

void Sql::set_busy_timeout(std::int64_t seconds) {
  sqlite3_busy_timeout(db_.get(), static_cast<int>(seconds * 1000));
}

std::vector<Row> Sql::rows(std::string_view sql, std::initializer_list<Value> values) {
  sqlite3_stmt* made = nullptr;
  const int prepared =
      sqlite3_prepare_v2(db_.get(), sql.data(), static_cast<int>(sql.size()), &made, nullptr);
  const Statement statement(made, sqlite3_finalize);
  if (prepared != SQLITE_OK) throw_failure(prepared);
  bind(made, values);
  begin_statement();
  std::vector<Row> found;
  int step = sqlite3_step(made);
  for (; step == SQLITE_ROW; step = sqlite3_step(made)) {
    std::vector<Value> row;
    for (int i = 0; i < sqlite3_column_count(made); ++i) row.push_back(column(made, i));
    found.emplace_back(std::move(row));
  }
  if (step != SQLITE_DONE) throw_failure(step);
  return found;
}

Row Sql::row(std::string_view sql, std::initializer_list<Value> values) {
  auto found = rows(sql, values);
  if (found.empty()) {
    throw Failure({rota::ErrorCode::kNotFound,
                   "the shop's database misses a row that must be there",
                   {},
                   std::nullopt,
                   {}});
  }
  return found.front();
}

std::int64_t Sql::change(std::string_view sql, std::initializer_list<Value> values) {
  rows(sql, values);
  return sqlite3_changes64(db_.get());
}

void Sql::script(const std::string& sql) {
  begin_statement();
  const int done = sqlite3_exec(db_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (done != SQLITE_OK) throw_failure(done);
}

void Sql::throw_failure(int code) const {
  throw Failure({code_of(code),
                 fmt::format("the shop's database says: {}", sqlite3_errmsg(db_.get())),
                 {},
                 std::nullopt,
                 {}});
}

Sql::Transaction::~Transaction() {
  if (!open_) return;
  try {
    sql_.script("ROLLBACK");
  } catch (const Failure&) {  // the statement that failed has rolled back already
  }
}

void Sql::Transaction::commit() {
  sql_.script("COMMIT");
  open_ = false;
}

}  // namespace shop
