#include "engine/output_buffer.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace rota::engine {
namespace {

constexpr std::size_t kTailMax = 64 * 1024;
constexpr std::size_t kChunkMax = 32 * 1024;

}  // namespace

OutputBuffer::OutputBuffer(RunId run, std::size_t bytes_max)
    : run_(run), tail_max_(std::min(kTailMax, bytes_max / 4)), head_max_(bytes_max - tail_max_) {}

void OutputBuffer::write(int stream, std::string_view bytes) {
  const std::lock_guard lock(mutex_);
  written_ += static_cast<std::int64_t>(bytes.size());
  const std::size_t to_head = std::min(bytes.size(), head_max_ - head_bytes_);
  head_bytes_ += to_head;
  append(ready_, stream, bytes.substr(0, to_head));
  bytes.remove_prefix(to_head);
  if (bytes.size() > tail_max_) {
    left_out_ += bytes.size() - tail_max_;
    bytes.remove_prefix(bytes.size() - tail_max_);
  }
  tail_bytes_ += bytes.size();
  append(tail_, stream, bytes);
  trim_tail();
}

void OutputBuffer::append(std::deque<Piece>& to, int stream, std::string_view bytes) {
  while (!bytes.empty()) {
    if (to.empty() || to.back().stream != stream || to.back().bytes.size() >= kChunkMax) {
      to.push_back({stream, {}});
    }
    const std::size_t fits = std::min(bytes.size(), kChunkMax - to.back().bytes.size());
    to.back().bytes.append(bytes.substr(0, fits));
    bytes.remove_prefix(fits);
  }
}

/// Drops whole pieces only: cutting into one at every small write would move its bytes each time.
void OutputBuffer::trim_tail() {
  while (!tail_.empty() && tail_bytes_ - tail_.front().bytes.size() >= tail_max_) {
    tail_bytes_ -= tail_.front().bytes.size();
    left_out_ += tail_.front().bytes.size();
    tail_.pop_front();
  }
}

void OutputBuffer::cut_tail() {
  if (tail_bytes_ <= tail_max_) return;
  const std::size_t away = tail_bytes_ - tail_max_;
  tail_.front().bytes.erase(0, away);
  left_out_ += away;
}

void OutputBuffer::finish() {
  const std::lock_guard lock(mutex_);
  cut_tail();
  if (left_out_ > 0) {
    append(ready_, 0, fmt::format("\n[{} bytes of output left out here]\n", left_out_));
  }
  std::move(tail_.begin(), tail_.end(), std::back_inserter(ready_));
  tail_.clear();
  tail_bytes_ = left_out_ = 0;
}

std::vector<OutputChunk> OutputBuffer::take() {
  const std::lock_guard lock(mutex_);
  std::vector<OutputChunk> chunks;
  chunks.reserve(ready_.size());
  for (Piece& piece : ready_) {
    chunks.push_back({run_, seq_++, piece.stream, std::move(piece.bytes)});
  }
  ready_.clear();
  return chunks;
}

std::int64_t OutputBuffer::bytes_written() const {
  const std::lock_guard lock(mutex_);
  return written_;
}

}  // namespace rota::engine
