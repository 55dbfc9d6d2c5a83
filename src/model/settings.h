// What can be set for a whole database while servers run: the names, their bounds and what they
// mean. The values stand in the table `setting`; one that is not there has its default.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace rota::model {

/// A number; default_calendar, a name, has its own rules (Store::set_default_calendar).
struct NumberSetting {
  std::string_view name;
  std::string_view meaning;
  std::string_view unit;  ///< "days"; empty: none.
  std::int64_t low = 0;
  std::int64_t high = 0;
  std::int64_t otherwise = 0;  ///< The default.
};

inline constexpr std::string_view kDefaultCalendarSetting = "default_calendar";
inline constexpr NumberSetting kKeepRunsDays{
    "keep_runs_days",
    "Finished runs, their output and decisions older than this are removed",
    "days",
    1,
    3650,
    30};
inline constexpr NumberSetting kKeepRunsMax{
    "keep_runs_max",
    "No task keeps more finished runs than this, whatever its keep_runs says; 0: "
    "each as it says",
    "runs",
    0,
    1'000'000,
    0};

std::span<const NumberSetting> number_settings();
const NumberSetting* find_number_setting(std::string_view name);

/// The number in a stored value; none for nonsense that somebody wrote by hand, or out of bounds.
std::optional<std::int64_t> read_setting(const NumberSetting& setting, std::string_view text);

}  // namespace rota::model
