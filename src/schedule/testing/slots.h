// For tests: the next slots of a schedule as text, so that a case reads like a timetable.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "rota/schedule.h"

namespace rota::schedule {

inline Instant utc(std::string_view text) {
  const auto at = parse_instant(text);
  EXPECT_TRUE(at.has_value()) << text;
  return at.value_or(Instant{});
}

/// "2026-03-29T01:00:00Z" each; the anchor is `from` unless the options give one.
inline std::vector<std::string> slots(std::string_view text, std::string_view from,
                                      std::size_t count, ScheduleOptions options = {}) {
  if (options.anchor == Instant{}) options.anchor = utc(from);
  const auto schedule = Schedule::parse(text, options);
  EXPECT_TRUE(schedule.has_value()) << text << ": " << schedule.error().message;
  std::vector<std::string> found;
  if (!schedule) return found;
  auto at = schedule->next(utc(from));
  for (; at && found.size() < count; at = schedule->next(*at)) found.push_back(format_utc(*at));
  return found;
}

/// The error of a text that must not be understood; its message, with the column at the end.
inline std::string error_of(std::string_view text, const ScheduleOptions& options = {}) {
  const auto schedule = Schedule::parse(text, options);
  EXPECT_FALSE(schedule.has_value()) << "understood: " << text;
  return schedule ? "" : schedule.error().message;
}

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

}  // namespace rota::schedule
