#include "base/wipe.h"

#include <cstring>

namespace rota::base {

void wipe(std::string& text) {
  text.resize(text.capacity());  // so that bytes behind the end are ours to write
  ::explicit_bzero(text.data(), text.size());
  text.clear();
}

void wipe(std::vector<std::string>& texts) {
  for (std::string& text : texts) wipe(text);
  texts.clear();
}

}  // namespace rota::base
