#include "net/admission.h"

namespace rota::net {

Admission::Place Admission::admit(const std::string& address) {
  Count& count = by_address_[address];
  if (full_ < limits_.connections_max && count.full < limits_.connections_per_address_max) {
    ++full_;
    ++count.full;
    return Place::kFull;
  }
  if (reserved_ < limits_.reserved_max && count.reserved < limits_.reserved_per_address_max) {
    ++reserved_;
    ++count.reserved;
    return Place::kReserved;
  }
  if (count.full + count.reserved == 0) by_address_.erase(address);
  return Place::kRefused;
}

void Admission::release(const std::string& address, Place place) {
  if (place == Place::kRefused) return;
  Count& count = by_address_[address];
  (place == Place::kFull ? count.full : count.reserved) -= 1;
  (place == Place::kFull ? full_ : reserved_) -= 1;
  if (count.full + count.reserved == 0) by_address_.erase(address);
}

}  // namespace rota::net
