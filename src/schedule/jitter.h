// Spreads the slots of many tasks: each slot is delayed by a hash of the task and the slot, so the
// delay is the same on every node and after every restart. A slot never passes the one after it.
#pragma once

#include <cstdint>
#include <memory>

#include "schedule/slot_source.h"

namespace rota::schedule {

/// Delays by 0 up to and including `most`; never to or past `ends_at` (kNever: no end).
std::unique_ptr<SlotSource> make_jitter(std::unique_ptr<SlotSource> inner, Micros most,
                                        std::uint64_t seed, Micros ends_at);

}  // namespace rota::schedule
