#include "net/admission.h"

#include "net/ip_address.h"

namespace rota::net {

Admission::Place Admission::admit(std::string_view address, bool is_trusted_proxy) {
  const std::string client = client_of(address);
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

void Admission::release(std::string_view address, Place place) {
  if (place == Place::kRefused) return;
  const std::string client = client_of(address);
  Count& count = by_client_[client];
  (place == Place::kFull ? count.full : count.reserved) -= 1;
  (place == Place::kFull ? full_ : reserved_) -= 1;
  if (count.full + count.reserved == 0) by_client_.erase(client);
}

bool Admission::begin_proxied(std::string_view address) {
  std::size_t& count = proxied_[client_of(address)];
  if (count >= limits_.connections_per_address_max) return false;
  ++count;
  return true;
}

void Admission::end_proxied(std::string_view address) {
  const auto found = proxied_.find(client_of(address));
  if (--found->second == 0) proxied_.erase(found);
}

bool Admission::has_all_its_reserved(std::string_view address) const {
  const auto found = by_client_.find(client_of(address));
  return found != by_client_.end() && found->second.reserved >= limits_.reserved_per_address_max;
}

}  // namespace rota::net
