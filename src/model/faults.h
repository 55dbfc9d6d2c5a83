// Collects what is wrong with a thing, field by field, into one error.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/text_rules.h"
#include "rota/result.h"
#include "rota/time.h"

namespace rota::model {

class Faults {
 public:
  /// `what` begins the message: "the task is not valid".
  explicit Faults(std::string_view what) : what_(what) {}

  void add(std::string_view field, TextFault fault) {
    fields_.push_back({std::string(field), std::move(fault.message), fault.column});
  }
  void add_if(std::string_view field, std::optional<TextFault> fault) {
    if (fault) add(field, std::move(*fault));
  }
  void range(std::string_view field, std::int64_t value, std::int64_t low, std::int64_t high) {
    if (value >= low && value <= high) return;
    add(field, {fmt::format("must be {} to {}, not {}", low, high, value), std::nullopt});
  }
  void instant(std::string_view field, const std::optional<Instant>& at) {
    if (!at || (*at >= Instant{} && *at <= kForever)) return;
    add(field, {"must lie between the years 1970 and 9999", std::nullopt});
  }

  Result<void> verdict() && {
    if (fields_.empty()) return {};
    Error error{ErrorCode::kInvalidArgument, message(), {}, std::nullopt, {}};
    if (fields_.size() == 1) error.column = fields_[0].column;
    error.fields = std::move(fields_);
    return fail(std::move(error));
  }

 private:
  std::string message() const {
    std::string text = what_ + ": ";
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      if (i > 0) text += "; ";
      text += fields_[i].field + " " + fields_[i].message;
    }
    return text;
  }

  std::string what_;
  std::vector<FieldError> fields_;
};

}  // namespace rota::model
