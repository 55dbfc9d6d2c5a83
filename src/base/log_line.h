// The two texts of a log line: a JSON object for programs, a short aligned line for people. Both
// escape what is hostile: a task's name or output must not forge a line or drive a terminal.
#pragma once

#include <fmt/format.h>

#include "base/log.h"

namespace rota::base {

using LineBuffer = fmt::memory_buffer;

/// Appends `text` as a JSON string with its quotes. Broken UTF-8 becomes U+FFFD.
void append_json_string(LineBuffer& line, std::string_view text);

/// Appends RFC 3339 with six digits of a second, always the same width (years 0 to 9999).
void append_time(LineBuffer& line, Instant at);

/// {"time":...,"level":...,"channel":...,"message":...,<fields>} and a line feed.
void append_json_line(LineBuffer& line, Instant at, LogLevel level, std::string_view channel,
                      std::string_view message, const LogField* fields, std::size_t count);

/// "09:30:00.123 info    tasks    completed  task=Backup run_id=3" and a line feed. UTC.
void append_human_line(LineBuffer& line, bool colour, Instant at, LogLevel level,
                       std::string_view channel, std::string_view message, const LogField* fields,
                       std::size_t count);

}  // namespace rota::base
