// The port to other programs: start one with everything said about it, receive its output and its
// end. Implemented by src/warden; handlers know only this.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "handlers/program_file.h"
#include "rota/result.h"
#include "rota/time.h"

namespace rota::handlers {

/// What a program may use; 0 leaves what the server itself may use. Core dumps are always off.
struct ProcessLimits {
  std::uint64_t cpu_s = 0;
  std::uint64_t memory_bytes = 0;  ///< Address space of each process.
  std::uint64_t file_bytes = 0;    ///< Largest file it may write.
  std::uint64_t open_files = 1024;
  std::uint64_t processes = 0;  ///< Of its user, all together; root knows no such limit.
};

/// What the kernel lets it reach. Off: what its user may.
struct ProcessSandbox {
  bool on = false;
  std::vector<std::string> read;   ///< Files, and folders with all below, to read and execute.
  std::vector<std::string> write;  ///< Folders to write, beside its temporary one.
};

struct ProcessSpec {
  std::string program;                   ///< Absolute path of the file to run.
  ProgramTrust trust;                    ///< Whom the file and the way to it may belong to.
  std::vector<std::string> argv;         ///< Its arguments, its name first.
  std::vector<std::string> environment;  ///< All of it, as "NAME=value"; nothing is inherited.
  std::string folder = "/";              ///< Where it starts.
  bool private_folder = false;           ///< A temporary folder of its own, named by TMPDIR.
  std::string run_as;                    ///< User name; empty: the server's own user.
  bool allow_root = false;               ///< Else a program about to run as root is refused.
  std::string input;                     ///< Its standard input; then end of file.
  ProcessLimits limits;
  ProcessSandbox sandbox;
};

/// How a program ended: by itself, by a signal, or it could not be started.
struct ProcessEnd {
  std::optional<Error> not_started;
  int exit_code = 0;  ///< Where no signal ended it.
  int signal = 0;     ///< The signal that ended it; 0: none.
  Duration cpu{0};    ///< User and system time, children that it waited for included.
  std::int64_t memory_bytes_max = 0;
  bool lease_ended =
      false;                ///< It was ended, or not started, because the server's lease had ended.
  bool files_left = false;  ///< Its temporary folder could not be removed in time.
};

/// A started program. Letting go of it does not stop it.
class RunningProcess {
 public:
  virtual ~RunningProcess() = default;
  /// Asks it and all its descendants to end (SIGTERM), and kills what is left after `grace`.
  /// Thread-safe, returns at once, harmless when it has ended; a shorter grace replaces a longer.
  virtual void stop(Duration grace) = 0;
};

class ProcessRunner {
 public:
  /// Bytes as they come; stream 1 is standard output, 2 standard error. While it works the program
  /// waits (its pipe fills), so nothing piles up.
  using OnOutput = std::function<void(int stream, std::string_view bytes)>;
  /// Exactly once, after the last output, when the program and all its descendants are gone.
  using OnEnd = std::function<void(const ProcessEnd&)>;

  virtual ~ProcessRunner() = default;
  /// Starts a program and returns at once; the callbacks come from another thread and must not
  /// throw. Errors (then no callback comes): kInvalidArgument, kNotFound for an unknown user,
  /// kBusy out of file descriptors, kUnavailable.
  virtual Result<std::shared_ptr<RunningProcess>> start(const ProcessSpec& spec, OnOutput on_output,
                                                        OnEnd on_end) = 0;

  /// Every process that watches over programs keeps this descriptor open until the last program is
  /// gone, also when the server has died; programs never have it. It must stay open as long as
  /// this object lives. `on_supervisor` is called with the number of the supervising process, now
  /// and whenever another takes its place, from any thread.
  virtual void hold_open(int /*fd*/, std::function<void(std::int64_t pid)> /*on_supervisor*/) {}

  /// When the server's right to run programs ends, by the steady clock: what runs is ended then,
  /// and nothing starts. The last call counts; never called: it does not end.
  enum class Lease {
    kShared,  ///< Others may take over then: it ends on the dot.
    kAlone,   ///< Nobody can: a machine that itself stood still gets a little longer.
  };
  virtual void extend_lease(SteadyTime /*until*/, Lease /*kind*/) {}
};

}  // namespace rota::handlers
