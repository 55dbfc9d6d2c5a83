// Who owns a database, for people: the server's process and that of its supervisor of programs,
// noted in "<database>.lock". Only the locks on the database itself decide anything; but a whole
// lock on this file keeps servers of older versions out, which know no other.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "rota/result.h"

namespace rota::store {

struct OwnerNote {
  pid_t server = 0;                 ///< 0: nothing is noted.
  std::int64_t server_started = 0;  ///< In ticks since boot, as /proc has it: numbers are reused.
  pid_t supervisor = 0;
};

/// What is known of the process that a note names.
enum class OwnerState { kUnknown, kRunning, kStopped, kEnding, kGone };
OwnerState state_of(const OwnerNote& note);
/// "process 812", "process 812, which is stopped (SIGSTOP)"; for sentences.
std::string describe(const OwnerNote& note);

/// An empty note when there is none.
OwnerNote read_owner_note(const std::string& database);
/// Of this process.
OwnerNote make_owner_note(pid_t supervisor);
void write_owner_note(int fd, const OwnerNote& note);
/// Opens (and makes) the file, never through a symbolic link. Errors: kReadOnly, kIo.
Result<int> open_owner_note(const std::string& database);

/// The processes below a supervisor, as far as they can be seen.
std::vector<pid_t> processes_below(pid_t supervisor);

}  // namespace rota::store
