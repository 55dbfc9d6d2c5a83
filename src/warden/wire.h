// What the server and its warden say to each other over a SOCK_SEQPACKET socket: one message a
// packet, numbers in the machine's own order (both ends are the same program), file descriptors
// beside the first.
#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "handlers/process_runner.h"

namespace rota::warden {

inline constexpr std::size_t kMessageBytesMax = 160 * 1024;

/// Standard input, output and error of the program.
using StandardFds = std::array<int, 3>;

/// Server to warden: start this; comes with StandardFds.
struct StartMessage {
  std::uint64_t id = 0;
  std::string program;
  handlers::ProgramTrust trust;
  std::vector<std::string> argv;
  std::vector<std::string> environment;
  std::string folder;
  bool private_folder = false;
  bool allow_root = false;
  bool change_user = false;
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups;
  handlers::ProcessLimits limits;
  handlers::ProcessSandbox sandbox;
};

/// Server to warden: end it, kill it after the grace.
struct StopMessage {
  std::uint64_t id = 0;
  std::int64_t grace_ms = 0;
};

/// Server to warden: keep the descriptor beside this open, instead of an earlier one.
struct HoldMessage {};

/// Server to warden: the lease ends sooner than was said before, look now.
struct LeaseMessage {};

/// Where a program failed before it was itself.
enum class StartStep : std::int32_t {
  kNone,
  kFork,
  kRoot,
  kLimits,
  kUser,
  kFolder,
  kProgram,
  kSupervisor,
  kLease,
  kPrivateFolder,
  kUntrusted,
  kSandbox,
};

/// Warden to server: it has ended. Sent as these bytes.
struct EndMessage {
  std::uint64_t id = 0;
  StartStep failed_step = StartStep::kNone;
  std::int32_t failed_errno = 0;
  std::int32_t wait_status = 0;  ///< As from waitpid().
  std::int32_t lease_ended = 0;  ///< 1: that is why it was ended.
  std::int64_t cpu_us = 0;
  std::int64_t memory_kib = 0;
  std::int32_t files_left = 0;  ///< 1: its private folder could not be removed in time.
};

std::string encode(const StartMessage& message);
std::string encode(const StopMessage& message);
std::string encode(const HoldMessage& message);
std::string encode(const LeaseMessage& message);

/// A message from the server; none when it is malformed.
struct ServerMessage {
  std::optional<StartMessage> start;
  std::optional<StopMessage> stop;
  std::optional<HoldMessage> hold;
  std::optional<LeaseMessage> lease;
};
std::optional<ServerMessage> decode(std::string_view bytes);

}  // namespace rota::warden
