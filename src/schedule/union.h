// Several schedules in one text: a slot of any is a slot, and slots at one moment are one.
#pragma once

#include <memory>
#include <vector>

#include "schedule/slot_source.h"

namespace rota::schedule {

std::unique_ptr<SlotSource> make_union(std::vector<std::unique_ptr<SlotSource>> parts);

}  // namespace rota::schedule
