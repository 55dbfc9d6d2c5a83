// Collects what is wrong with something from outside, field by field. Such a thing can have a
// hundred thousand wrong fields: so many are listed, the rest is only counted, and what would be
// said of it is never put into words.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rota/result.h"

namespace rota::base {

/// In one answer.
inline constexpr std::size_t kFieldErrorsMax = 100;

class FieldErrors {
 public:
  void add(std::string_view field, std::string message,
           std::optional<std::size_t> column = std::nullopt) {
    if (is_full()) return count_unlisted();
    listed_.push_back({std::string(field), std::move(message), column});
  }
  /// Ask before putting a long list of faults into words; then count_unlisted() is enough.
  bool is_full() const { return listed_.size() >= kFieldErrorsMax; }
  void count_unlisted(std::size_t count = 1) { unlisted_ += count; }

  bool empty() const { return listed_.empty(); }
  /// All of them.
  std::size_t size() const { return listed_.size() + unlisted_; }
  const std::vector<FieldError>& listed() const { return listed_; }
  std::size_t unlisted() const { return unlisted_; }
  std::vector<FieldError> take() && { return std::move(listed_); }

  /// "; 104900 more are not listed", to end a message with; nothing when all are listed.
  std::string rest() const {
    return unlisted_ == 0 ? std::string{} : fmt::format("; {} more are not listed", unlisted_);
  }

 private:
  std::vector<FieldError> listed_;
  std::size_t unlisted_ = 0;
};

}  // namespace rota::base
