// Small tools for tests that look at the database beside the store: a folder of its own, plain SQL
// as another program would write it, and child processes.
#pragma once

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <string>

namespace rota::store {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "rota-store-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// A plain connection, as another program has one: SQLite's own defaults.
class PlainDatabase {
 public:
  explicit PlainDatabase(const std::string& path) {
    EXPECT_EQ(sqlite3_open(path.c_str(), &db_), SQLITE_OK);
    sqlite3_busy_timeout(db_, 5000);
  }
  ~PlainDatabase() { sqlite3_close(db_); }
  PlainDatabase(const PlainDatabase&) = delete;
  PlainDatabase& operator=(const PlainDatabase&) = delete;

  void run(const std::string& sql) {
    char* error = nullptr;
    EXPECT_EQ(sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, &error), SQLITE_OK)
        << sql << ": " << error;
    sqlite3_free(error);
  }

  /// Every value of the first column, a line each.
  std::string lines(const std::string& sql, int column = 0) {
    sqlite3_stmt* stmt = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(db_, sql.c_str(), -1, &stmt, nullptr), SQLITE_OK)
        << sqlite3_errmsg(db_);
    std::string text;
    while (sqlite3_step(stmt) == SQLITE_ROW) {
      const auto* value = reinterpret_cast<const char*>(sqlite3_column_text(stmt, column));
      text += value == nullptr ? "" : value;
      text += '\n';
    }
    sqlite3_finalize(stmt);
    return text;
  }

  std::int64_t number(const std::string& sql) { return std::stoll(lines(sql)); }

 private:
  sqlite3* db_ = nullptr;
};

/// Another process with a plain connection. Made before this one opens the file: SQLite's notes
/// about its locks must not be shared by two processes.
class Peer {
 public:
  explicit Peer(const std::string& path) {
    EXPECT_EQ(::pipe(orders_), 0);
    EXPECT_EQ(::pipe(answers_), 0);
    child_ = ::fork();
    if (child_ == 0) ::_exit(obey(path));
    ::close(orders_[0]);
    ::close(answers_[1]);
  }
  ~Peer() {
    ::close(orders_[1]);
    ::waitpid(child_, nullptr, 0);
    ::close(answers_[0]);
  }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  /// Returns when the statement is done: that moment of the steady clock, which both share.
  std::chrono::steady_clock::time_point run(const std::string& sql) {
    std::int64_t done = 0;
    const auto size = static_cast<ssize_t>(sql.size() + 1);
    EXPECT_EQ(::write(orders_[1], sql.c_str(), sql.size() + 1), size);
    EXPECT_EQ(::read(answers_[0], &done, sizeof done), static_cast<ssize_t>(sizeof done));
    return std::chrono::steady_clock::time_point(std::chrono::nanoseconds{done});
  }

 private:
  int obey(const std::string& path) {
    ::close(orders_[1]);
    PlainDatabase plain(path);
    std::string sql(1000, '\0');
    while (::read(orders_[0], sql.data(), sql.size()) > 0) {
      plain.run(sql.substr(0, sql.find('\0')));
      const std::int64_t done = std::chrono::steady_clock::now().time_since_epoch().count();
      if (::write(answers_[1], &done, sizeof done) != sizeof done) return 1;
    }
    return 0;
  }

  int orders_[2]{};
  int answers_[2]{};
  pid_t child_ = -1;
};

/// Runs `work` in a child process and gives its exit code back; the child runs no test's end.
template <class Work>
int in_child(Work work) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(work());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace rota::store
