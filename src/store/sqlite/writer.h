// All writes of a process go through one connection. Callers that come while a transaction is being
// committed are gathered and share the next one (group commit): each inside a savepoint, so that
// one that fails does not undo the others, and each learns its own outcome after the commit.
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
  explicit Writer(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}

  /// Runs `work` inside a transaction and returns once it is durable. Thread-safe; blocks.
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

 private:
  struct Job {
    std::function<bool(Connection&)> work;
    std::optional<Error> error{};  ///< Of the transaction; the work's own error is its own matter.
    bool done = false;
  };

  void submit(Job& job);
  void commit_together(std::vector<Job*>& jobs);
  Result<void> run_all(std::vector<Job*>& jobs);

  std::unique_ptr<Connection> connection_;
  std::mutex mutex_;
  std::condition_variable committed_;
  std::vector<Job*> waiting_;
  bool busy_ = false;
};

}  // namespace rota::store
