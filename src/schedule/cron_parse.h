// A cron expression of 5, 6 or 7 fields, or a macro such as @daily, into a CronSpec.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "rota/result.h"
#include "schedule/cron_spec.h"

namespace rota::schedule {

struct CronText {
  std::string_view text;
  std::size_t at = 0;           ///< Where it starts in the whole text.
  std::uint64_t hash_seed = 0;  ///< Decides H fields.
  bool accept_impossible = false;
};

/// Errors: kInvalidArgument with the column; also for a date that no year has (30 February),
/// unless `accept_impossible`.
Result<CronSpec> parse_cron(const CronText& cron);

/// @reboot, in any case.
bool is_reboot(std::string_view text);

}  // namespace rota::schedule
