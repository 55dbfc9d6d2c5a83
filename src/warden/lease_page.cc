#include "warden/lease_page.h"

#include <sys/mman.h>

#include <algorithm>
#include <new>

#include "base/check.h"

namespace rota::warden {
namespace {

constexpr Duration kLate = std::chrono::seconds{1};  // then this process stood still as well
constexpr Duration kPatience =
    std::chrono::seconds{3};  // for a server that lives: three heartbeats

}  // namespace

LeasePage::LeasePage() {
  void* const page =
      ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ROTA_CHECK(page != MAP_FAILED, "a page of memory to share");
  static_assert(std::atomic<std::int64_t>::is_always_lock_free);
  shared_ = new (page) Shared{{SteadyTime::max().time_since_epoch().count()},
                              {static_cast<std::int32_t>(Kind::kAlone)}};
}

LeasePage::~LeasePage() { ::munmap(shared_, sizeof(Shared)); }

void LeasePage::extend(SteadyTime until, Kind kind) {
  shared_->kind = static_cast<std::int32_t>(kind);
  shared_->until_us = until.time_since_epoch().count();
}

SteadyTime LeasePage::until() const { return SteadyTime{Duration{shared_->until_us.load()}}; }

LeasePage::Kind LeasePage::kind() const { return static_cast<Kind>(shared_->kind.load()); }

bool LeaseWatch::has_ended(SteadyTime now) {
  const SteadyTime until = page_.until();
  if (now < until) return false;
  if (page_.kind() == LeasePage::Kind::kShared) return true;
  if (judged_ != until) {
    judged_ = until;
    patience_ = now - until > kLate ? now + kPatience : until;
  }
  return now >= patience_;
}

SteadyTime LeaseWatch::look_at() const {
  const SteadyTime until = page_.until();
  return judged_ == until ? std::max(until, patience_) : until;
}

}  // namespace rota::warden
