#include "api/holders.h"

#include <fmt/format.h>

#include "accounts/secrets.h"
#include "net/ip_address.h"

namespace rota::api {

std::string holder_of(const accounts::Identity& who, const net::Request& request) {
  if (who.proof == accounts::Identity::Proof::kThisMachine) {
    return net::client_of(request.remote_address);
  }
  return fmt::format("user {}", who.user_id.value);
}

std::string Holders::guess(const net::Request& request) const {
  const std::string_view credential = gate_.credential_of(request);
  if (!credential.empty()) {
    const std::string hash = accounts::hash_secret(credential);
    const std::lock_guard lock(mutex_);
    if (const auto found = known_.find(hash); found != known_.end()) return found->second;
  }
  return net::client_of(request.remote_address);
}

void Holders::learn(const net::Request& request, const accounts::Identity* who) {
  const std::string_view credential = gate_.credential_of(request);
  if (credential.empty()) return;
  std::string hash = accounts::hash_secret(credential);
  const std::lock_guard lock(mutex_);
  if (who == nullptr || who->proof == accounts::Identity::Proof::kThisMachine) {
    known_.erase(hash);
    return;
  }
  if (known_.contains(hash)) return;
  if (known_.size() >= kRememberedMax) known_.clear();
  known_.emplace(std::move(hash), holder_of(*who, request));
}

}  // namespace rota::api
