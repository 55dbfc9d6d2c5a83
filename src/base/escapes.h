// Tells text from the escape sequences of terminals (ECMA-48): colours, cursor moves, titles,
// links.
#pragma once

namespace rota::base {

class EscapeFilter {
 public:
  /// Whether this character is text; a sequence may be cut anywhere between two calls.
  bool is_text(char c);

 private:
  enum class State { kText, kEscape, kControl, kString, kStringEscape };
  State state_ = State::kText;
};

}  // namespace rota::base
