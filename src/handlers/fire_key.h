// What a run tells the outside world about itself, so that it can recognise a repetition and an
// old owner.
#pragma once

#include <string>

#include "rota/handler.h"

namespace rota::handlers {

/// "7:2026-11-23T09:30:00Z:42": task, slot and the first run of the series. The same for every
/// attempt of a run, different for every other run.
std::string fire_key(const Run& run);

/// "2026-11-23".
std::string format_date(LocalDate date);

}  // namespace rota::handlers
