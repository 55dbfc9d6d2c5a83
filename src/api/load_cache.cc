#include "api/load_cache.h"

#include <algorithm>

namespace rota::api {

Result<std::string> LoadCache::get(const std::string& key,
                                   const std::function<Result<std::string>()>& compute) {
  const std::lock_guard lock(mutex_);
  std::erase_if(kept_, [&](const Kept& one) { return one.until <= now_(); });
  const auto known = std::ranges::find(kept_, key, &Kept::key);
  if (known != kept_.end()) return known->answer;
  auto answer = compute();
  if (!answer) return answer;
  if (kept_.size() == kAnswersMax) kept_.pop_front();
  kept_.push_back({key, *answer, now_() + kKept});
  return answer;
}

}  // namespace rota::api
