#include "model/names.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

namespace rota::model {
namespace {

using Words = std::span<const std::string_view>;
constexpr std::array<std::string_view, 5> kNonWorkingDay{"skip", "next", "previous", "nearest",
                                                         "run"};
constexpr std::array<std::string_view, 3> kCatchUp{"skip", "latest", "all"};
constexpr std::array<std::string_view, 4> kOverlap{"skip", "queue", "allow", "cancel_running"};
constexpr std::array<std::string_view, 2> kRetryBackoff{"fixed", "exponential"};
constexpr std::array<std::string_view, 2> kDelivery{"at_least_once", "at_most_once"};
constexpr std::array<std::string_view, 2> kDstGap{"run_after", "skip"};
constexpr std::array<std::string_view, 3> kDstOverlap{"first", "second", "both"};
constexpr std::array<std::string_view, 5> kRunCause{"schedule", "manual", "retry", "catch_up",
                                                    "api"};
constexpr std::array<std::string_view, 9> kRunStatus{"queued",    "claimed", "running",
                                                     "succeeded", "failed",  "timed_out",
                                                     "cancelled", "lost",    "skipped"};
constexpr std::array<std::string_view, 5> kVerdict{"ran", "ran_late", "skipped", "missed",
                                                   "waiting"};
constexpr std::array<std::string_view, 12> kSkipKind{
    "none",          "closed_day",    "paused",     "inactive", "overlap",   "backlog",
    "not_caught_up", "beyond_window", "later_slot", "changed",  "cancelled", "removed"};

}  // namespace

template <>
Words words_of<NonWorkingDay>() {
  return kNonWorkingDay;
}
template <>
Words words_of<CatchUp>() {
  return kCatchUp;
}
template <>
Words words_of<Overlap>() {
  return kOverlap;
}
template <>
Words words_of<RetryBackoff>() {
  return kRetryBackoff;
}
template <>
Words words_of<Delivery>() {
  return kDelivery;
}
template <>
Words words_of<DstGap>() {
  return kDstGap;
}
template <>
Words words_of<DstOverlap>() {
  return kDstOverlap;
}
template <>
Words words_of<RunCause>() {
  return kRunCause;
}
template <>
Words words_of<RunStatus>() {
  return kRunStatus;
}
template <>
Words words_of<Verdict>() {
  return kVerdict;
}

template <>
Words words_of<SkipKind>() {
  return kSkipKind;
}

Error unknown_word(std::string_view field, std::string_view word, Words words) {
  const std::string message = fmt::format("{} must be one of {}, not '{}'", field,
                                          fmt::join(words, ", "), word.substr(0, 40));
  return Error{ErrorCode::kInvalidArgument,
               message,
               {},
               std::nullopt,
               {FieldError{std::string(field), message, std::nullopt}}};
}

}  // namespace rota::model
