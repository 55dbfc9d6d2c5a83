#include "handlers/fire_key.h"

#include <fmt/format.h>

namespace rota::handlers {

std::string fire_key(const Run& run) {
  return fmt::format("{}:{}:{}", run.task_id.value, format_utc(run.scheduled_for),
                     run.first_run_id.value_or(run.id).value);
}

std::string format_date(LocalDate date) {
  const std::chrono::year_month_day day{date};
  return fmt::format("{:04}-{:02}-{:02}", int{day.year()}, unsigned{day.month()},
                     unsigned{day.day()});
}

}  // namespace rota::handlers
