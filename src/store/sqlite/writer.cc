#include "store/sqlite/writer.h"

#include <algorithm>
#include <utility>

namespace rota::store {
namespace {

// A transaction larger than this would keep the others waiting too long.
constexpr std::size_t kJobsPerCommit = 64;

}  // namespace

Writer::Writer(std::unique_ptr<Connection> connection, Reopen reopen)
    : connection_(std::move(connection)), reopen_(std::move(reopen)) {
  data_version_ = read_data_version();
}

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

bool Writer::others_wrote() {
  std::unique_lock lock(mutex_);
  committed_.wait(lock, [this] { return !busy_; });
  busy_ = true;
  lock.unlock();
  const bool wrote = heal().has_value() ? note_others() : true;
  lock.lock();
  busy_ = false;
  committed_.notify_all();
  return wrote;
}

// All in one transaction; when one of them spoils it, each in one of its own, so that everybody
// gets the answer that is theirs. Cheaper than a savepoint for each: failures are rare.
void Writer::commit_together(const std::vector<Job*>& jobs) {
  if (commit(jobs)) return;
  for (Job* job : jobs) {
    job->error.reset();
    commit({job});
  }
}

// False when one of several jobs failed after it had written: nothing was kept.
bool Writer::commit(const std::vector<Job*>& jobs) {
  auto outcome = heal();
  if (outcome) outcome = connection_->execute("BEGIN IMMEDIATE");
  bool spoiled = false;
  if (outcome) {
    if (note_others()) foreign_write_ = true;
    spoiled = !run_all(jobs);
    if (!spoiled) outcome = connection_->execute("COMMIT");
    if (!connection_->is_idle()) (void)connection_->execute("ROLLBACK");
  }
  if (spoiled) return jobs.size() == 1;
  if (outcome) return true;
  for (Job* job : jobs) job->error = outcome.error();
  return true;
}

// False: one failed, and what was written so far must be undone.
bool Writer::run_all(const std::vector<Job*>& jobs) {
  for (Job* job : jobs) {
    const std::int64_t before = connection_->total_changes();
    if (job->work(*connection_)) continue;
    // Some errors (a full disk) end the whole transaction by themselves.
    if (connection_->is_idle() || connection_->total_changes() != before) return false;
  }
  return true;
}

// After a failed write or flush nobody knows what is on the disk (the kernel may have dropped the
// pages): never tried again on the same connection, but read anew from the file.
Result<void> Writer::heal() {
  if (!connection_->has_failed()) return {};
  auto fresh = reopen_();
  if (!fresh) return fail(fresh.error());
  connection_ = std::move(*fresh);
  data_version_ = 0;
  return {};
}

std::int64_t Writer::read_data_version() {
  const auto version = connection_->integer("PRAGMA data_version");
  return version ? version->value_or(0) : -1;
}

bool Writer::note_others() {
  const std::int64_t version = read_data_version();
  const bool changed = std::exchange(data_version_, version) != version;
  return std::exchange(foreign_write_, false) || changed;
}

}  // namespace rota::store
