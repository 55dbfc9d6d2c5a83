// Structured log lines: one JSON object a line in a file, short coloured lines on a terminal.
// A line has a time, a level, a channel ("tasks", "engine", "http"), a message and fields.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "rota/clock.h"
#include "rota/result.h"

namespace rota::base {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

/// "debug", "info", "warning", "error".
std::string_view level_word(LogLevel level);

/// One named value of a line. Views must live until log() returns.
struct LogField {
  std::string_view key;
  std::variant<std::string_view, std::int64_t, double, bool> value;
};

/// Where lines go. Thread rule: write() may be called from any thread, also at once.
class LogSink {
 public:
  virtual ~LogSink() = default;
  virtual void write(Instant at, LogLevel level, std::string_view channel, std::string_view message,
                     const LogField* fields, std::size_t count) = 0;
  /// Returns when everything written so far has been handed to the operating system.
  virtual void flush() {}
  /// Opens the file again under its name, after somebody has moved it away (rotation).
  virtual void reopen() {}
  /// Lines that could not be written since the start: disk full, or too slow for its bound. The
  /// file says how many, in a line of its own, as soon as there is room.
  virtual std::uint64_t lost_lines() const { return 0; }
};

/// Appends JSON lines to a file (made with mode 0600, folders too). A thread of its own writes, a
/// few milliseconds later at most, so that no caller waits for the disk; a file that has been moved
/// away is noticed and opened anew within a second. Errors of the disk are counted, never thrown: a
/// full disk must not stop the scheduler, and no line stands cut in the file. Errors: kIo,
/// kReadOnly when it cannot be opened at all.
Result<std::shared_ptr<LogSink>> open_json_log(const std::string& path);

/// Human-readable lines on standard error; colour where it is a terminal and NO_COLOR is unset.
std::shared_ptr<LogSink> make_terminal_log(LogLevel least);

/// Sends each line to every sink, at or above its level. Cheap to copy; thread-safe.
class Logger {
 public:
  Logger() = default;  ///< Says nothing.
  /// The clock must outlive every copy. Empty sinks are left out.
  Logger(const Clock& clock, std::initializer_list<std::shared_ptr<LogSink>> sinks,
         LogLevel least = LogLevel::kInfo);
  void log(LogLevel level, std::string_view channel, std::string_view message,
           std::initializer_list<LogField> fields = {}) const;
  void debug(std::string_view channel, std::string_view message,
             std::initializer_list<LogField> fields = {}) const {
    log(LogLevel::kDebug, channel, message, fields);
  }
  void info(std::string_view channel, std::string_view message,
            std::initializer_list<LogField> fields = {}) const {
    log(LogLevel::kInfo, channel, message, fields);
  }
  void warning(std::string_view channel, std::string_view message,
               std::initializer_list<LogField> fields = {}) const {
    log(LogLevel::kWarning, channel, message, fields);
  }
  void error(std::string_view channel, std::string_view message,
             std::initializer_list<LogField> fields = {}) const {
    log(LogLevel::kError, channel, message, fields);
  }
  void flush() const;
  void reopen() const;
  /// Of all sinks.
  std::uint64_t lost_lines() const;

 private:
  struct State;
  std::shared_ptr<const State> state_;  ///< None: silent.
};

}  // namespace rota::base
