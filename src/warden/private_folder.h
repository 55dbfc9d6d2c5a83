// A temporary folder for one program: made before it starts, its alone, and removed after it.
#pragma once

#include <sys/types.h>

#include <string>

#include "warden/wire.h"

namespace rota::warden {

/// Thread rule: the keeper's one thread.
class PrivateFolder {
 public:
  /// Makes a folder of mode 0700 for the user of the message below /tmp, or
  /// below $TMPDIR where that is the server's own user. False:
  /// errno says why.
  bool make(const StartMessage& start);
  const std::string& path() const { return path_; }

  /// Removes it with all that is in it, without following links, with the rights of the program's
  /// user alone, in at most kRemoveSeconds. False when something is left. Call it when no child of
  /// this process is left.
  bool remove();

  static constexpr unsigned kRemoveSeconds = 10;

 private:
  std::string path_;
  const StartMessage* start_ = nullptr;
  int fd_ = -1;
};

}  // namespace rota::warden
