// All writes of a process go through one connection. Callers that come while a transaction is being
// committed are gathered and share the next one (group commit): one that fails does not undo the
// others, and each learns its own outcome after the commit.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "rota/result.h"
#include "store/sqlite/connection.h"

namespace rota::store {

class Writer {
 public:
  using Reopen = std::function<Result<std::unique_ptr<Connection>>()>;

  /// `reopen` makes a fresh connection after the disk has failed under the old one.
  Writer(std::unique_ptr<Connection> connection, Reopen reopen);

  /// Runs `work` inside a transaction and returns once it is durable. Thread-safe; blocks. The work
  /// may be called a second time, after what it did at first was undone.
  template <class T>
  Result<T> write(const std::function<Result<T>(Connection&)>& work) {
    std::optional<Result<T>> outcome;
    Job job{.work = [&](Connection& connection) {
      outcome = work(connection);
      return outcome->has_value();
    }};
    submit(job);
    if (job.error) return fail(std::move(*job.error));
    return std::move(*outcome);
  }

  /// Whether any other connection, of this or of another process, has written since the last call.
  bool others_wrote();

 private:
  struct Job {
    std::function<bool(Connection&)> work;
    std::optional<Error> error{};  ///< Of the transaction; the work's own error is its own matter.
    bool done = false;
  };

  void submit(Job& job);
  void commit_together(const std::vector<Job*>& jobs);
  bool commit(const std::vector<Job*>& jobs);
  bool run_all(const std::vector<Job*>& jobs);
  Result<void> heal();
  std::int64_t read_data_version();
  bool note_others();

  std::mutex mutex_;
  std::condition_variable committed_;
  std::vector<Job*> waiting_;
  bool busy_ = false;
  // The rest belongs to whoever has set busy_.
  std::unique_ptr<Connection> connection_;
  const Reopen reopen_;
  std::int64_t data_version_ = 0;
  bool foreign_write_ = false;  ///< Seen while writing, not yet told.
};

}  // namespace rota::store
