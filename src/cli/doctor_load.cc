// What `rota doctor` says of tasks that cannot keep up with their schedules.
#include <fmt/format.h>

#include "cli/doctor_checks.h"

namespace rota::cli {
namespace {

constexpr std::size_t kShown = 3;

}  // namespace

Finding check_overruns(Scheduler& scheduler) {
  const auto overruns = scheduler.list_overruns(std::nullopt);
  if (!overruns) {
    return {Health::kFail, "run times", overruns.error().message, overruns.error().hint};
  }
  if (overruns->empty()) {
    return {Health::kOk, "run times", "no slot was left out lately for an earlier run", ""};
  }
  std::string text;
  for (std::size_t i = 0; i < overruns->size() && i < kShown; ++i) {
    const Overrun& one = (*overruns)[i];
    text += fmt::format("{}'{}': {}", i == 0 ? "" : "; ", one.name, one.advice);
  }
  if (overruns->size() > kShown) text += fmt::format("; and {} more", overruns->size() - kShown);
  return {Health::kWarning, "run times", std::move(text),
          "run them less often, make them shorter, or allow them beside each other (--overlap)"};
}

}  // namespace rota::cli
