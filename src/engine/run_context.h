// One run as its handler sees it, and the engine's handle on it while it executes.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/mask.h"
#include "engine/output_buffer.h"
#include "rota/handler.h"
#include "secrets/vault.h"

namespace rota::engine {

/// Why a run was asked to stop. The first reason counts.
enum class StopReason { kNone, kTimeout, kOverlap, kCancelled, kDrain, kLeaseLost };

/// Secrets that one run may use: each costs masking memory and time.
inline constexpr std::size_t kSecretsMax = 100;
inline constexpr std::size_t kSecretBytesMax = 65'536;

/// Thread rule: any thread.
class RunContext final : public TaskContext, public std::enable_shared_from_this<RunContext> {
 public:
  struct Setup {
    std::shared_ptr<const Task> task;
    Run run;
    Instant started_at{};
    SteadyTime started_steady{};
    std::optional<SteadyTime> deadline;
    std::size_t output_bytes_max = 0;
    base::Logger logger;
    secrets::Vault* secrets = nullptr;  ///< Null: no run may name one.
    std::optional<Schedule> schedule;   ///< None: it can no longer be understood.
    /// Called when there is output to collect.
    std::function<void(const std::shared_ptr<RunContext>&)> on_output;
  };
  RunContext(Setup setup, const Clock& clock);
  /// Wipes the secrets that the run has used.
  ~RunContext() override;
  RunContext(const RunContext&) = delete;
  RunContext& operator=(const RunContext&) = delete;

  const Task& task() const override { return *setup_.task; }
  const Run& run() const override { return setup_.run; }
  const std::string& metadata() const override;
  Instant started_at() const override { return setup_.started_at; }
  BusinessDates business_dates() const override;
  std::optional<SteadyTime> deadline() const override { return setup_.deadline; }
  std::stop_token stop_token() const override { return stop_.get_token(); }
  void write_output(int stream, std::string_view bytes) override;
  Result<std::string> secret(std::string_view name) override;
  std::shared_ptr<const base::Mask> mask() const override;
  void report_progress(double share, std::string_view words) override;
  const Clock& clock() const override { return clock_; }
  const base::Logger& logger() const override { return setup_.logger; }
  /// Puts secrets in their places in the metadata; call it before the handler begins.
  Result<void> fill_in_secrets(const TaskHandler& handler);
  /// What masking held back of the output follows; call it once, when the run has ended.
  void finish_output();
  SteadyTime started_steady() const { return setup_.started_steady; }
  OutputBuffer& output() { return output_; }
  /// `words` end up in the run's reason ("overlap with run 812").
  void request_stop(StopReason why, std::string words);
  StopReason stop_reason() const;
  std::string stop_words() const;

 private:
  const Setup setup_;
  const Clock& clock_;
  OutputBuffer output_;
  std::stop_source stop_;
  void pass_on(int stream, std::string_view bytes);
  Result<std::string> reveal(std::string_view name);
  /// Secrets that were revealed since the last call are masked from now on.
  void mask_again();

  std::string filled_;  ///< The metadata with its secrets; empty: it names none.
  mutable std::mutex mutex_;
  std::vector<std::string> used_secrets_;
  std::size_t secret_bytes_ = 0;
  std::size_t masked_secrets_ = 0;  ///< How many of them mask_ knows.
  std::shared_ptr<const base::Mask> mask_;
  std::array<base::StreamMask, 3> streams_;
  StopReason stop_reason_ = StopReason::kNone;
  std::string stop_words_;
};

}  // namespace rota::engine
