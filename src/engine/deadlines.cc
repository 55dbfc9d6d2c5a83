#include "engine/deadlines.h"

namespace rota::engine {

void Deadlines::add(RunId run, SteadyTime at, Act act) {
  {
    const std::lock_guard lock(mutex_);
    pending_.insert_or_assign({at, run.value}, std::move(act));
  }
  service_.wake_by(at);
}

void Deadlines::remove(RunId run, SteadyTime at) {
  Act act;  // destroyed outside the lock
  const std::lock_guard lock(mutex_);
  const auto found = pending_.find({at, run.value});
  if (found == pending_.end()) return;
  act = std::move(found->second);
  pending_.erase(found);
}

SteadyTime Deadlines::run_once() {
  for (;;) {
    Act act;
    {
      const std::lock_guard lock(mutex_);
      if (pending_.empty()) return base::Service::kNever;
      const auto first = pending_.begin();
      if (first->first.first > clock_.steady_now()) return first->first.first;
      act = std::move(first->second);
      pending_.erase(first);
    }
    act();
  }
}

}  // namespace rota::engine
