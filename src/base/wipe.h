// Secrets leave memory when they have been used: a text that goes back to the allocator as it was
// can still be read in a core dump, in swap, or by whoever finds the next fault in memory.
#pragma once

#include <string>
#include <vector>

namespace rota::base {

/// Zeroes all that the text has room for, then empties it. No compiler leaves that out.
void wipe(std::string& text);
void wipe(std::vector<std::string>& texts);

/// Wipes a text, or a list of them, when the scope ends, whichever way it does.
template <class Texts>
class WipeAtEnd {
 public:
  explicit WipeAtEnd(Texts& texts) : texts_(texts) {}
  ~WipeAtEnd() { wipe(texts_); }
  WipeAtEnd(const WipeAtEnd&) = delete;
  WipeAtEnd& operator=(const WipeAtEnd&) = delete;

 private:
  Texts& texts_;
};

}  // namespace rota::base
