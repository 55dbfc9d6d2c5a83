// What is to come: how many slots of all active tasks are due in each local hour, and which ones on
// one date. Walks every schedule, so everything is bounded, and the answer says when a bound cut it
// short.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "preview/calendar_set.h"
#include "rota/result.h"
#include "store/store.h"

namespace rota::preview {

inline constexpr int kLoadDaysMax = 92;

struct LoadLimits {
  std::size_t slots_each_max = 150'000;      ///< Of one task: every minute for 92 days is 132,480.
  std::size_t slots_total_max = 10'000'000;  ///< Over all tasks.
  std::function<bool()> is_time_up;          ///< May be none.
};

/// Local dates in a zone: from the first one's midnight to the end of the last.
struct LoadWindow {
  LocalDate from{};
  int days = 1;  ///< 1 to kLoadDaysMax.
  std::string timezone = "UTC";
};

struct LoadDay {
  LocalDate date{};
  std::array<std::uint32_t, 24> hours{};  ///< An hour that is repeated counts twice.
};

struct Load {
  std::vector<LoadDay> days;
  std::size_t tasks = 0;   ///< Active ones that were looked at.
  bool shortened = false;  ///< A bound was reached: there are more.
};

/// Errors: kInvalidArgument for a zone that there is none; those of the store.
Result<Load> count_load(store::Store& store, const LoadWindow& window,
                        const LoadLimits& limits = {});

struct DueSlot {
  Instant at{};
  TaskId task_id;
  std::string name;

  bool operator<(const DueSlot& other) const {
    return at != other.at ? at < other.at : task_id < other.task_id;
  }
};

struct DueSlots {
  std::vector<DueSlot> slots;  ///< By time, then task; the first `limit` after `after`.
  std::size_t total = 0;       ///< On the whole date.
  bool more = false;           ///< There are further ones behind the last.
  bool shortened = false;
};

/// The slots of one date. `after`: only what follows this one (its name does not count).
Result<DueSlots> list_due(store::Store& store, const LoadWindow& window,
                          const std::optional<DueSlot>& after, std::size_t limit,
                          const LoadLimits& limits = {});

/// "2026-12-24 09:30:00" in the zone; UTC where there is no such zone.
std::string local_text(Instant at, const std::string& timezone);

}  // namespace rota::preview
