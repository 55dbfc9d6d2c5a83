// Lines for people on standard error: one write per line, so that lines of several threads and of
// several processes do not mix.
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "base/log_line.h"

namespace rota::base {
namespace {

class TerminalLog final : public LogSink {
 public:
  TerminalLog(LogLevel least, bool colour) : least_(least), colour_(colour) {}

  void write(Instant at, LogLevel level, std::string_view channel, std::string_view message,
             const LogField* fields, std::size_t count) override {
    if (level < least_) return;
    LineBuffer line;
    append_human_line(line, colour_, at, level, channel, message, fields, count);
    for (std::size_t done = 0; done < line.size();) {
      const ssize_t n = ::write(STDERR_FILENO, line.data() + done, line.size() - done);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return;  // a closed terminal must not stop the scheduler
      done += static_cast<std::size_t>(n);
    }
  }

 private:
  const LogLevel least_;
  const bool colour_;
};

bool wants_colour() {
  const char* no_colour = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  if (no_colour != nullptr && *no_colour != '\0') return false;
  if (terminal != nullptr && std::string_view(terminal) == "dumb") return false;
  return ::isatty(STDERR_FILENO) == 1;
}

}  // namespace

std::shared_ptr<LogSink> make_terminal_log(LogLevel least) {
  return std::make_shared<TerminalLog>(least, wants_colour());
}

}  // namespace rota::base
