// What a run prints, on its way to the database: its head is passed on as it comes, of the rest
// only the last part is kept, and a remark says how much was left out in between.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <string_view>
#include <vector>

#include "rota/run.h"

namespace rota::engine {

/// Thread rule: any thread.
class OutputBuffer {
 public:
  OutputBuffer(RunId run, std::size_t bytes_max);
  void write(int stream, std::string_view bytes);
  /// The chunks since the last call.
  std::vector<OutputChunk> take();
  /// Call once, when the run has ended: the kept tail follows.
  void finish();
  /// Bytes that were written, kept or not.
  std::int64_t bytes_written() const;

 private:
  struct Piece {
    int stream;
    std::string bytes;
  };

  void append(std::deque<Piece>& to, int stream, std::string_view bytes);
  void trim_tail();
  void cut_tail();

  const RunId run_;
  const std::size_t tail_max_;
  const std::size_t head_max_;
  mutable std::mutex mutex_;
  std::deque<Piece> ready_;
  std::deque<Piece> tail_;
  std::size_t head_bytes_ = 0;
  std::size_t tail_bytes_ = 0;
  std::size_t left_out_ = 0;
  std::int64_t written_ = 0;
  std::int64_t seq_ = 0;
};

}  // namespace rota::engine
