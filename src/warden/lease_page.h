// When the server's right to run programs ends: one page of memory that the server writes and the
// warden and its keepers read, so that they know it also when the server is stopped or cut off
// from its database. Times are CLOCK_BOOTTIME, as everywhere in Rota.
#pragma once

#include <atomic>
#include <cstdint>

#include "handlers/process_runner.h"
#include "rota/time.h"

namespace rota::warden {

/// Shared by fork. Thread rule: any thread.
class LeasePage {
 public:
  using Kind = handlers::ProcessRunner::Lease;
  LeasePage();
  ~LeasePage();
  LeasePage(const LeasePage&) = delete;
  LeasePage& operator=(const LeasePage&) = delete;

  void extend(SteadyTime until, Kind kind);
  /// SteadyTime::max() until the first extend().
  SteadyTime until() const;
  Kind kind() const;

 private:
  struct Shared {
    std::atomic<std::int64_t> until_us;
    std::atomic<std::int32_t> kind;
  };
  Shared* shared_;
};

/// One process's judgement whether the lease has ended. A lease that nobody else can take (kAlone)
/// ends only when the server let it end: where this process too comes late to look, the machine
/// was suspended or starved, and the server gets a moment to say that it lives.
class LeaseWatch {
 public:
  explicit LeaseWatch(const LeasePage& page) : page_(page) {}
  bool has_ended(SteadyTime now);
  /// When to look next; SteadyTime::max(): not needed.
  SteadyTime look_at() const;

 private:
  const LeasePage& page_;
  SteadyTime judged_{};  ///< The end that patience_ was given for.
  SteadyTime patience_{};
};

}  // namespace rota::warden
