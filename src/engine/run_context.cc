#include "engine/run_context.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.h"
#include "engine/local_date.h"

namespace rota::engine {

RunContext::RunContext(Setup setup, const Clock& clock)
    : setup_(std::move(setup)), clock_(clock), output_(setup_.run.id, setup_.output_bytes_max) {}

const std::string& RunContext::metadata() const {
  return setup_.run.metadata.empty() ? setup_.task->metadata : setup_.run.metadata;
}

BusinessDates RunContext::business_dates() const {
  const Instant slot = setup_.run.scheduled_for;
  if (setup_.schedule) return setup_.schedule->business_dates(slot);
  const LocalDate date = local_date(slot, setup_.task->timezone);
  return {slot, date, date};
}

void RunContext::write_output(int stream, std::string_view bytes) {
  if (bytes.empty()) return;
  output_.write(stream, bytes);
  if (setup_.on_output) setup_.on_output(shared_from_this());
}

void RunContext::report_progress(double share, std::string_view words) {
  const int percent = static_cast<int>(std::clamp(share, 0.0, 1.0) * 100);
  write_output(0, fmt::format("[{} %] {}\n", percent, base::one_line(words, 200)));
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
