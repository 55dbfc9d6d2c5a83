// What became of many slots of one task in few bytes, for a year of history after the runs are
// gone: slot, status, reason as a word, lateness, duration and run. Numbers are differences from
// the slot before, seven bits a byte; a minutely task takes some eight bytes a slot. Sentences are
// not kept.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rota/decision.h"

namespace rota::model {

/// Slots in one piece, at most, and how far the last may be from the first.
inline constexpr std::size_t kPackedSlotsMax = 512;
inline constexpr Duration kPackedSpanMax = std::chrono::hours{24 * 60};

/// Of single slots with a run id, oldest first. Lateness and duration are kept in milliseconds.
std::string pack_slots(std::span<const Decision> slots);

/// The slots of a piece, judged; none when it was not made by pack_slots().
std::optional<std::vector<Decision>> unpack_slots(TaskId task, std::string_view packed);

}  // namespace rota::model
