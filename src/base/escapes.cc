#include "base/escapes.h"

namespace rota::base {
namespace {

constexpr char kEsc = '\x1B';
constexpr char kBell = '\x07';

}  // namespace

bool EscapeFilter::is_text(char c) {
  const State before = state_;
  if (c == '\n' && before != State::kText) {
    state_ = State::kText;  // broken off: the rest is not swallowed
    return true;
  }
  switch (before) {
    case State::kText:
      if (c == kEsc) state_ = State::kEscape;
      return c != kEsc;
    case State::kEscape:
      // ESC [ control, ESC ] P X ^ _ strings; blanks to '/' come before the last character.
      if (c == '[') {
        state_ = State::kControl;
      } else if (c == ']' || c == 'P' || c == 'X' || c == '^' || c == '_') {
        state_ = State::kString;
      } else if (c != kEsc && !(c >= ' ' && c <= '/')) {
        state_ = State::kText;
      }
      return false;
    case State::kControl:
      if (c == kEsc) {
        state_ = State::kEscape;
      } else if (c >= '@' && c <= '~') {
        state_ = State::kText;
      }
      return false;
    case State::kString:
      if (c == kEsc) state_ = State::kStringEscape;
      if (c == kBell) state_ = State::kText;
      return false;
    case State::kStringEscape:
      state_ = c == '\\' ? State::kText : State::kString;
      return false;
  }
  return true;
}

}  // namespace rota::base
