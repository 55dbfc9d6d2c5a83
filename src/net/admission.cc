#include "net/admission.h"

namespace rota::net {

Admission::Place Admission::admit(const std::string& client, bool is_trusted_proxy) {
  Count& count = by_client_[client];
  const bool fits = is_trusted_proxy || count.full < limits_.connections_per_address_max;
  if (full_ < limits_.connections_max && fits) {
    ++full_;
    ++count.full;
    return Place::kFull;
  }
  if (reserved_ < limits_.reserved_max && count.reserved < limits_.reserved_per_address_max) {
    ++reserved_;
    ++count.reserved;
    return Place::kReserved;
  }
  if (count.full + count.reserved == 0) by_client_.erase(client);
  return Place::kRefused;
}

void Admission::release(const std::string& client, Place place) {
  if (place == Place::kRefused) return;
  Count& count = by_client_[client];
  (place == Place::kFull ? count.full : count.reserved) -= 1;
  (place == Place::kFull ? full_ : reserved_) -= 1;
  if (count.full + count.reserved == 0) by_client_.erase(client);
}

bool Admission::begin_proxied(const std::string& client) {
  std::size_t& count = proxied_[client];
  if (count >= limits_.connections_per_address_max) return false;
  ++count;
  return true;
}

void Admission::end_proxied(const std::string& client) {
  const auto found = proxied_.find(client);
  if (--found->second == 0) proxied_.erase(found);
}

bool Admission::has_all_its_reserved(const std::string& client) const {
  const auto found = by_client_.find(client);
  return found != by_client_.end() && found->second.reserved >= limits_.reserved_per_address_max;
}

}  // namespace rota::net
