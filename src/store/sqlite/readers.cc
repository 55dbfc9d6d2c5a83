#include "store/sqlite/readers.h"

namespace rota::store {

Result<Readers::Loan> Readers::borrow() {
  {
    std::unique_lock lock(mutex_);
    returned_.wait(lock, [this] { return lent_ < most_; });
    ++lent_;
    if (!free_.empty()) {
      auto connection = std::move(free_.back());
      free_.pop_back();
      return Loan(*this, std::move(connection));
    }
  }
  auto opened = Connection::open(file_.path(), Access::kReadWrite);
  // Not another file that has taken its place: its contents would be shown as ours.
  if (auto here = file_.check_place(); opened && !here) opened = fail(std::move(here.error()));
  if (opened) {
    auto harmless = (*opened)->execute("PRAGMA query_only = ON");
    if (harmless) return Loan(*this, std::move(*opened));
    opened = fail(harmless.error());
  }
  const std::lock_guard lock(mutex_);
  --lent_;
  returned_.notify_one();
  return fail(opened.error());
}

void Readers::give_back(std::unique_ptr<Connection> connection) {
  const std::lock_guard lock(mutex_);
  free_.push_back(std::move(connection));
  --lent_;
  returned_.notify_one();
}

}  // namespace rota::store
