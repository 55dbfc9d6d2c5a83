#include "engine/run_context.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/wipe.h"
#include "engine/local_date.h"
#include "secrets/references.h"

namespace rota::engine {

RunContext::RunContext(Setup setup, const Clock& clock)
    : setup_(std::move(setup)), clock_(clock), output_(setup_.run.id, setup_.output_bytes_max) {}

RunContext::~RunContext() {
  base::wipe(filled_);
  base::wipe(used_secrets_);
}

const std::string& RunContext::metadata() const {
  if (!filled_.empty()) return filled_;
  return setup_.run.metadata.empty() ? setup_.task->metadata : setup_.run.metadata;
}

BusinessDates RunContext::business_dates() const {
  const Instant slot = setup_.run.scheduled_for;
  if (setup_.schedule) return setup_.schedule->business_dates(slot);
  const LocalDate date = local_date(slot, setup_.task->timezone);
  return {slot, date, date};
}

Result<void> RunContext::fill_in_secrets(const TaskHandler& handler) {
  const std::string& given = metadata();
  if (!secrets::names_secrets(given)) return {};
  auto filled = secrets::resolve_references(
      given, {[&](std::string_view field) { return handler.takes_secret(field); },
              [this](std::string_view name) { return reveal(name); }});
  mask_again();
  if (!filled) return fail(std::move(filled.error()));
  filled_ = *std::move(filled);
  return {};
}

Result<std::string> RunContext::secret(std::string_view name) {
  auto value = reveal(name);
  if (value) mask_again();
  return value;
}

Result<std::string> RunContext::reveal(std::string_view name) {
  if (setup_.secrets == nullptr) return TaskContext::secret(name);
  auto value = setup_.secrets->reveal(name);
  if (!value) return value;
  const std::lock_guard lock(mutex_);
  if (std::ranges::find(used_secrets_, *value) != used_secrets_.end()) return value;
  if (used_secrets_.size() == kSecretsMax || secret_bytes_ + value->size() > kSecretBytesMax) {
    return fail(ErrorCode::kLimitExceeded,
                fmt::format("a run may use at most {} secrets of {} bytes together", kSecretsMax,
                            kSecretBytesMax),
                "give the work to several tasks");
  }
  secret_bytes_ += value->size();
  used_secrets_.push_back(*value);
  return value;
}

void RunContext::mask_again() {
  const std::lock_guard lock(mutex_);
  if (used_secrets_.size() == masked_secrets_) return;
  masked_secrets_ = used_secrets_.size();
  mask_ = std::make_shared<const base::Mask>(used_secrets_);
  for (base::StreamMask& stream : streams_) stream.use(mask_);
}

std::shared_ptr<const base::Mask> RunContext::mask() const {
  const std::lock_guard lock(mutex_);
  return mask_;
}

void RunContext::write_output(int stream, std::string_view bytes) {
  {
    const std::lock_guard lock(mutex_);
    if (mask_) {
      const auto at = static_cast<std::size_t>(std::clamp(stream, 0, 2));
      return pass_on(stream, streams_[at].pass(bytes));
    }
  }
  pass_on(stream, bytes);
}

void RunContext::finish_output() {
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < streams_.size(); ++i) {
    output_.write(static_cast<int>(i), streams_[i].finish());
  }
  output_.finish();
}

void RunContext::pass_on(int stream, std::string_view bytes) {
  if (bytes.empty()) return;
  output_.write(stream, bytes);
  if (setup_.on_output) setup_.on_output(shared_from_this());
}

void RunContext::report_progress(double share, std::string_view words) {
  const int percent = static_cast<int>(std::clamp(share, 0.0, 1.0) * 100);
  write_output(0, fmt::format("[{} %] {}\n", percent, base::masked_line(mask().get(), words, 200)));
}

void RunContext::request_stop(StopReason why, std::string words) {
  {
    const std::lock_guard lock(mutex_);
    if (stop_reason_ != StopReason::kNone) return;
    stop_reason_ = why;
    stop_words_ = std::move(words);
  }
  stop_.request_stop();
}

StopReason RunContext::stop_reason() const {
  const std::lock_guard lock(mutex_);
  return stop_reason_;
}

std::string RunContext::stop_words() const {
  const std::lock_guard lock(mutex_);
  return stop_words_;
}

}  // namespace rota::engine
