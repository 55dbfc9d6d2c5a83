#include "api/task_body.h"

#include <algorithm>
#include <array>
#include <limits>

#include "api/codec.h"
#include "base/utf8.h"
#include "model/names.h"

namespace rota::api {
namespace {

constexpr std::size_t kShownMax = 40;  // bytes of a foreign name repeated in an answer

struct Field {
  std::string_view name;
  void (*read)(JsonBody& body, std::string_view name, Task& task);
};

template <auto Member>
void read_text(JsonBody& body, std::string_view name, Task& task) {
  task.*Member = body.text(name);
}

template <auto Member>
void read_number(JsonBody& body, std::string_view name, Task& task) {
  using Number = std::remove_cvref_t<decltype(task.*Member)>;
  // The bounds proper are model::validate_task()'s.
  constexpr std::int64_t kMost = std::numeric_limits<int>::max();
  task.*Member = static_cast<Number>(body.number(name, -kMost, kMost, task.*Member));
}

template <auto Member>
void read_flag(JsonBody& body, std::string_view name, Task& task) {
  task.*Member = body.flag(name).value_or(task.*Member);
}

template <class Enum>
std::optional<Enum> read_enum(JsonBody& body, std::string_view name) {
  const std::size_t before = body.complaints().size();
  const std::string word = body.text(name);
  if (body.complaints().size() != before) return std::nullopt;
  const auto value = model::parse_word<Enum>(name, word);
  if (value) return *value;
  const Error& error = value.error();
  body.complain(name, error.fields.empty() ? error.message : error.fields[0].message);
  return std::nullopt;
}

template <auto Member>
void read_word(JsonBody& body, std::string_view name, Task& task) {
  using Enum = std::remove_cvref_t<decltype(task.*Member)>;
  if (const auto value = read_enum<Enum>(body, name)) task.*Member = *value;
}

template <auto Member>
void read_optional_word(JsonBody& body, std::string_view name, Task& task) {
  using Enum = typename std::remove_cvref_t<decltype(task.*Member)>::value_type;
  task.*Member = body.is_null(name) ? std::nullopt : read_enum<Enum>(body, name);
}

template <auto Member>
void read_instant(JsonBody& body, std::string_view name, Task& task) {
  task.*Member = body.instant(name);
}

void read_calendar(JsonBody& body, std::string_view name, Task& task) {
  task.calendar_id.reset();
  if (body.is_null(name)) return;
  const std::int64_t id = body.number(name, 1, kIdMax, 0);
  if (id != 0) task.calendar_id = CalendarId{id};
}

void read_metadata(JsonBody& body, std::string_view name, Task& task) {
  task.metadata = body.json_object(name, task.metadata);
}

constexpr std::array kFields{
    Field{"name", read_text<&Task::name>},
    Field{"type", read_text<&Task::type>},
    Field{"schedule", read_text<&Task::schedule>},
    Field{"timezone", read_text<&Task::timezone>},
    Field{"calendar_id", read_calendar},
    Field{"working_days_only", read_flag<&Task::working_days_only>},
    Field{"on_non_working_day", read_word<&Task::on_non_working_day>},
    Field{"working_day_offset", read_number<&Task::working_day_offset>},
    Field{"priority", read_number<&Task::priority>},
    Field{"active", read_flag<&Task::active>},
    Field{"paused_until", read_instant<&Task::paused_until>},
    Field{"pause_reason", read_text<&Task::pause_reason>},
    Field{"metadata", read_metadata},
    Field{"description", read_text<&Task::description>},
    Field{"owner", read_text<&Task::owner>},
    Field{"tags", read_text<&Task::tags>},
    Field{"queue", read_text<&Task::queue>},
    Field{"starts_at", read_instant<&Task::starts_at>},
    Field{"ends_at", read_instant<&Task::ends_at>},
    Field{"anchor_at", read_instant<&Task::anchor_at>},
    Field{"jitter_s", read_number<&Task::jitter_s>},
    Field{"catch_up", read_word<&Task::catch_up>},
    Field{"catch_up_window_s", read_number<&Task::catch_up_window_s>},
    Field{"overlap", read_word<&Task::overlap>},
    Field{"delivery", read_word<&Task::delivery>},
    Field{"timeout_s", read_number<&Task::timeout_s>},
    Field{"attempts_max", read_number<&Task::attempts_max>},
    Field{"retry_delay_s", read_number<&Task::retry_delay_s>},
    Field{"retry_backoff", read_word<&Task::retry_backoff>},
    Field{"retry_delay_max_s", read_number<&Task::retry_delay_max_s>},
    Field{"failures_max", read_number<&Task::failures_max>},
    Field{"keep_runs", read_number<&Task::keep_runs>},
    Field{"backlog_max", read_number<&Task::backlog_max>},
    Field{"dst_gap", read_optional_word<&Task::dst_gap>},
    Field{"dst_overlap", read_optional_word<&Task::dst_overlap>},
};

constexpr std::array<std::string_view, 14> kServersOwn{"id",
                                                       "version",
                                                       "created_at",
                                                       "updated_at",
                                                       "updated_by",
                                                       "executed_at",
                                                       "next_scheduled_at",
                                                       "last_status",
                                                       "last_result",
                                                       "execution_time_ms",
                                                       "failure_count",
                                                       "schedule_error",
                                                       "paused_by",
                                                       "advice"};

}  // namespace

void read_task_fields(JsonBody& body, Task& task) {
  for (const auto& item : body.object()) {
    const std::string_view name(item.key().data(), item.key().size());
    if (std::find(kServersOwn.begin(), kServersOwn.end(), name) != kServersOwn.end()) continue;
    const auto field = std::find_if(kFields.begin(), kFields.end(),
                                    [&](const Field& one) { return one.name == name; });
    if (field != kFields.end()) {
      field->read(body, name, task);
    } else {
      body.complain(base::one_line(name, kShownMax), "is not a field of a task");
    }
  }
}

Result<void> check_task(const Scheduler& scheduler, const JsonBody& body, const Task& task) {
  return body.check_with(scheduler.validate_task(task));
}

Result<void> read_revision(std::string_view row, Task& task) {
  auto body = JsonBody::parse(row, JsonBody::Style::kRow);
  if (!body) return fail(body.error());
  read_task_fields(*body, task);
  return body->check();
}

}  // namespace rota::api
