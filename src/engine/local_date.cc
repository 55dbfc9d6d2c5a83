#include "engine/local_date.h"

#include "schedule/zone.h"

namespace rota::engine {

LocalDate local_date(Instant at, const std::string& timezone) {
  Duration local = at.time_since_epoch();
  if (const auto zone = schedule::Zone::find(timezone))
    local = Duration{(*zone)->to_local(local.count())};
  return LocalDate{std::chrono::floor<std::chrono::days>(local)};
}

}  // namespace rota::engine
