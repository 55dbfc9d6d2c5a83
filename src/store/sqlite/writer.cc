#include "store/sqlite/writer.h"

#include <utility>

namespace rota::store {
namespace {

// A transaction larger than this would keep the others waiting too long.
constexpr std::size_t kJobsPerCommit = 64;

}  // namespace

// The first caller to come leads: it commits for all that wait, then hands over.
void Writer::submit(Job& job) {
  std::unique_lock lock(mutex_);
  waiting_.push_back(&job);
  while (!job.done) {
    if (busy_) {
      committed_.wait(lock);
      continue;
    }
    busy_ = true;
    const auto count = static_cast<std::ptrdiff_t>(std::min(waiting_.size(), kJobsPerCommit));
    std::vector<Job*> jobs(waiting_.begin(), waiting_.begin() + count);
    waiting_.erase(waiting_.begin(), waiting_.begin() + count);
    lock.unlock();
    commit_together(jobs);
    lock.lock();
    for (Job* one : jobs) one->done = true;
    busy_ = false;
    committed_.notify_all();
  }
}

void Writer::commit_together(std::vector<Job*>& jobs) {
  auto outcome = connection_->execute("BEGIN IMMEDIATE");
  if (outcome) {
    outcome = run_all(jobs);
    if (outcome) outcome = connection_->execute("COMMIT");
    if (!outcome && sqlite3_get_autocommit(connection_->handle()) == 0) {
      (void)connection_->execute("ROLLBACK");
    }
  }
  if (outcome) return;
  for (Job* job : jobs) job->error = outcome.error();
}

Result<void> Writer::run_all(std::vector<Job*>& jobs) {
  for (Job* job : jobs) {
    if (auto mark = connection_->execute("SAVEPOINT job"); !mark) return mark;
    if (!job->work(*connection_)) {
      // Some errors (a full disk) end the whole transaction by themselves.
      if (sqlite3_get_autocommit(connection_->handle()) != 0) {
        return fail(ErrorCode::kStorageFull, "the database gave the transaction up",
                    "free some space on its disk; nothing that was saved before is lost");
      }
      if (auto back = connection_->execute("ROLLBACK TO job"); !back) return back;
    }
    if (auto end = connection_->execute("RELEASE job"); !end) return end;
  }
  return {};
}

}  // namespace rota::store
