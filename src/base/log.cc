#include "base/log.h"

#include <array>
#include <vector>

namespace rota::base {

struct Logger::State {
  const Clock& clock;
  std::vector<std::shared_ptr<LogSink>> sinks;
  LogLevel least;
};

std::string_view level_word(LogLevel level) {
  constexpr std::array<std::string_view, 4> kWords{"debug", "info", "warning", "error"};
  return kWords[static_cast<std::size_t>(level)];
}

Logger::Logger(const Clock& clock, std::initializer_list<std::shared_ptr<LogSink>> sinks,
               LogLevel least) {
  std::vector<std::shared_ptr<LogSink>> given;
  for (const auto& sink : sinks) {
    if (sink) given.push_back(sink);
  }
  if (!given.empty()) state_ = std::make_shared<const State>(State{clock, std::move(given), least});
}

void Logger::log(LogLevel level, std::string_view channel, std::string_view message,
                 std::initializer_list<LogField> fields) const {
  if (!state_ || level < state_->least) return;
  const Instant at = state_->clock.now();
  for (const auto& sink : state_->sinks) {
    sink->write(at, level, channel, message, fields.begin(), fields.size());
  }
}

void Logger::flush() const {
  if (!state_) return;
  for (const auto& sink : state_->sinks) sink->flush();
}

std::uint64_t Logger::lost_lines() const {
  std::uint64_t lost = 0;
  if (state_) {
    for (const auto& sink : state_->sinks) lost += sink->lost_lines();
  }
  return lost;
}

void Logger::reopen() const {
  if (!state_) return;
  for (const auto& sink : state_->sinks) sink->reopen();
}

}  // namespace rota::base
