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
    "Finished runs and their output older than this are removed; what became of their slots stays",
    "days",
    1,
    3650,
    90};
inline constexpr NumberSetting kKeepRunsMax{
    "keep_runs_max",
    "No task keeps more finished runs than this, whatever its keep_runs says; 0: "
    "each as it says",
    "runs",
    0,
    1'000'000,
    0};

inline constexpr NumberSetting kKeepMegabytes{
    "keep_megabytes",
    "While the database uses more than this, its oldest finished runs go; the latest 10,000 stay; "
    "0: by age alone",
    "MiB",
    0,
    16'777'216,
    4096};
inline constexpr NumberSetting kKeepDecisionsDays{
    "keep_decisions_days",
    "What became of slots longer ago than this is forgotten (never sooner than their runs)",
    "days",
    1,
    3660,
    366};

std::span<const NumberSetting> number_settings();
const NumberSetting* find_number_setting(std::string_view name);

/// The number in a stored value; none for nonsense that somebody wrote by hand, or out of bounds.
std::optional<std::int64_t> read_setting(const NumberSetting& setting, std::string_view text);

}  // namespace rota::model
