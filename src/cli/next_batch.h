// `rota next --batch`: questions about schedules as JSON lines in, answers as JSON lines out.
#pragma once

#include <iosfwd>

namespace rota::cli {

/// Reads lines {"id","expr","tz","from","count"[,"kind","working_days","holidays":["2026-12-25"]]}
/// and answers each with {"id","next":["2026-01-01T00:00:00Z",...]} or {"id","error":"why"}. `from`
/// is exclusive, and the anchor of periods. A bad line gets an error and stops nothing.
/// Returns the exit code: 0, or 1 when the output could not be written.
int run_next_batch(std::istream& in, std::ostream& out);

}  // namespace rota::cli
