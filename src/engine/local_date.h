// The calendar date of an instant in a zone: what payroll people call the business date.
#pragma once

#include <string>

#include "rota/time.h"

namespace rota::engine {

/// The local date; that of UTC where the zone is unknown.
LocalDate local_date(Instant at, const std::string& timezone);

}  // namespace rota::engine
