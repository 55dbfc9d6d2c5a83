// Reads one field of a cron expression into a CronSpec. A field is a list; each item is a value, a
// range, a step, a hash, or one of the day rules (L, LW, 15W, 5L, 5#2).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "rota/result.h"
#include "schedule/cron_spec.h"
#include "schedule/words.h"

namespace rota::schedule {

enum class CronFieldKind { kSecond, kMinute, kHour, kDay, kMonth, kWeekday, kYear };

/// Adds what the field says to `spec`; `hash_seed` decides H items. Errors name the column.
Result<void> parse_cron_field(CronFieldKind kind, Word field, std::uint64_t hash_seed,
                              CronSpec& spec);

/// A field that starts with * or ? does not restrict.
constexpr bool is_unrestricted(std::string_view field) {
  return !field.empty() && (field.front() == '*' || field.front() == '?');
}

}  // namespace rota::schedule
