// Reads the parts of a recurrence rule ("FREQ=MONTHLY;BYDAY=1MO") into a spec.
#pragma once

#include <optional>

#include "rota/result.h"
#include "schedule/rrule_spec.h"
#include "schedule/words.h"
#include "schedule/zone.h"

namespace rota::schedule {

/// What COUNT said, beside the rule itself.
struct ParsedRrule {
  RruleSpec spec;
  std::optional<std::int64_t> count;
  bool has_time = false;  ///< BYHOUR is given.
};

/// Where a rule begins, in local time.
struct RruleStart {
  Micros at;
  bool is_anchor = false;  ///< Of the task, since no DTSTART is given.
};

/// `start` fills in what the rule leaves open. Errors: kInvalidArgument with the column.
Result<ParsedRrule> parse_rrule(Word text, const RruleStart& start, const Zone& zone);

/// "20260105T090000", "20260105", "20260105T090000Z": a local time in the zone. A date alone is its
/// first or last second.
Result<Micros> parse_rrule_time(Word word, const Zone& zone, bool last_second);

/// "Every 2 weeks on Monday and Friday at 09:30".
std::string describe_rrule(const ParsedRrule& rule);

}  // namespace rota::schedule
