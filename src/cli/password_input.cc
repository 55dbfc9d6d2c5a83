#include "cli/password_input.h"

#include <termios.h>
#include <unistd.h>

#include <istream>

namespace rota::cli {
namespace {

// What is typed is not shown while this lives; a terminal only.
class NoEcho {
 public:
  NoEcho() {
    if (tcgetattr(STDIN_FILENO, &before_) != 0) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    changed_ = tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
  }
  ~NoEcho() {
    if (changed_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  NoEcho(const NoEcho&) = delete;
  NoEcho& operator=(const NoEcho&) = delete;

 private:
  termios before_{};
  bool changed_ = false;
};

std::string ask(const Context& context, const char* question) {
  const NoEcho silent;
  context.console.err << question;
  context.console.err.flush();
  std::string typed;
  std::getline(context.console.in, typed);
  context.console.err << '\n';
  return typed;
}

}  // namespace

Result<std::string> read_new_password(const Context& context) {
  std::string password;
  if (context.console.interactive && !context.console.json) {
    password = ask(context, "New password: ");
    if (password != ask(context, "Once more: ")) {
      return fail(ErrorCode::kInvalidArgument, "the two passwords differ", "try again");
    }
  } else {
    std::getline(context.console.in, password);
    if (password.ends_with('\r')) password.pop_back();
  }
  if (!password.empty()) return password;
  return fail(ErrorCode::kInvalidArgument, "no password was given",
              "type it when asked, or give it as one line of input");
}

Result<std::string> read_new_secret(const Context& context) {
  constexpr std::size_t kMost = 64 * 1024;
  std::string value;
  if (context.console.interactive && !context.console.json) {
    value = ask(context, "Value: ");
    if (value != ask(context, "Once more: ")) {
      return fail(ErrorCode::kInvalidArgument, "the two values differ", "try again");
    }
    return value;
  }
  value.resize(kMost);
  context.console.in.read(value.data(), static_cast<std::streamsize>(value.size()));
  value.resize(static_cast<std::size_t>(context.console.in.gcount()));
  if (value.ends_with('\n')) value.pop_back();
  if (value.ends_with('\r')) value.pop_back();
  return value;
}

}  // namespace rota::cli
