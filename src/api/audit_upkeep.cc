#include "api/audit_upkeep.h"

namespace rota::api {
namespace {

constexpr Duration kHeadEvery = std::chrono::hours{1};

}  // namespace

void AuditUpkeep::run_once(Instant now) {
  if (accounts_ == nullptr) return;
  accounts_->write_refusals();
  log_head(now);
}

void AuditUpkeep::log_head(Instant now) {
  const std::lock_guard lock(mutex_);
  if (logged_at_ && now - *logged_at_ < kHeadEvery && now >= *logged_at_) return;
  logged_at_ = now;
  const auto newest = accounts_->store().list_audit({.search = {}, .limit = 1, .cursor = {}});
  if (!newest || newest->rows.empty()) return;
  const store::AuditEntry& row = newest->rows.front();
  if (row.seq == logged_seq_) return;
  logged_seq_ = row.seq;
  // `rota audit verify --head` takes it.
  log_.info("audit", "head", {{"head", std::to_string(row.seq) + ":" + row.hash}});
}

}  // namespace rota::api
