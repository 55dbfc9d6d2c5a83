#include "cli/task_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>

#include "model/names.h"

namespace rota::cli {
namespace {

tl::unexpected<Error> wrong(std::string_view field, std::string message) {
  Error error{ErrorCode::kInvalidArgument, message, {}, std::nullopt, {}};
  error.fields.push_back({std::string(field), std::move(message), std::nullopt});
  return fail(std::move(error));
}

template <class Number>
Result<Number> parse_number(std::string_view field, std::string_view text) {
  Number value{};
  const char* end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, value);
  if (failure != std::errc{} || stop != end || text.empty()) {
    return wrong(field,
                 fmt::format("{} must be a whole number, not '{}'", field, text.substr(0, 40)));
  }
  return value;
}

Result<bool> parse_flag(std::string_view field, std::string_view text) {
  for (const std::string_view yes : {"true", "yes", "1", "on"}) {
    if (text == yes) return true;
  }
  for (const std::string_view no : {"false", "no", "0", "off"}) {
    if (text == no) return false;
  }
  return wrong(field, fmt::format("{} must be true or false, not '{}'", field, text.substr(0, 40)));
}

// Each of these makes the setter or the getter of one member; the member is a template argument so
// that a plain function pointer is enough.
template <auto Member>
Result<void> set_text(Task& task, std::string_view text) {
  task.*Member = std::string(text);
  return {};
}

template <auto Member>
std::string get_text(const Task& task) {
  return task.*Member;
}

template <auto Member, const char* Name>
Result<void> set_number(Task& task, std::string_view text) {
  using Number = std::remove_cvref_t<decltype(task.*Member)>;
  auto value = parse_number<Number>(Name, text);
  if (!value) return fail(value.error());
  task.*Member = *value;
  return {};
}

template <auto Member>
std::string get_number(const Task& task) {
  return std::to_string(task.*Member);
}

template <auto Member, const char* Name>
Result<void> set_flag(Task& task, std::string_view text) {
  auto value = parse_flag(Name, text);
  if (!value) return fail(value.error());
  task.*Member = *value;
  return {};
}

template <auto Member>
std::string get_flag(const Task& task) {
  return task.*Member ? "true" : "false";
}

template <auto Member, const char* Name>
Result<void> set_word(Task& task, std::string_view text) {
  using Enum = std::remove_cvref_t<decltype(task.*Member)>;
  auto value = model::parse_word<Enum>(Name, text);
  if (!value) return fail(value.error());
  task.*Member = *value;
  return {};
}

template <auto Member>
std::string get_word(const Task& task) {
  return std::string(model::to_word(task.*Member));
}

// An empty text unsets what is optional.
template <auto Member, const char* Name>
Result<void> set_optional_word(Task& task, std::string_view text) {
  using Enum = typename std::remove_cvref_t<decltype(task.*Member)>::value_type;
  if (text.empty()) {
    task.*Member = std::nullopt;
    return {};
  }
  auto value = model::parse_word<Enum>(Name, text);
  if (!value) return fail(value.error());
  task.*Member = *value;
  return {};
}

template <auto Member>
std::string get_optional_word(const Task& task) {
  return task.*Member ? std::string(model::to_word(*(task.*Member))) : std::string();
}

template <auto Member, const char* Name>
Result<void> set_instant(Task& task, std::string_view text) {
  if (text.empty()) {
    task.*Member = std::nullopt;
    return {};
  }
  auto value = parse_instant(text);
  if (!value) {
    Error error = value.error();
    error.message = fmt::format("{}: {}", Name, error.message);
    error.fields.push_back({Name, error.message, error.column});
    return fail(std::move(error));
  }
  task.*Member = *value;
  return {};
}

template <auto Member>
std::string get_instant(const Task& task) {
  return task.*Member ? format_utc(*(task.*Member)) : std::string();
}

// The id, or nothing; names are looked up before (see apply_fields).
Result<void> set_calendar(Task& task, std::string_view text) {
  task.calendar_id = std::nullopt;
  if (text.empty()) return {};
  const auto id = parse_number<std::int64_t>("calendar_id", text);
  if (!id) return fail(id.error());
  task.calendar_id = CalendarId{*id};
  return {};
}

std::string get_calendar(const Task& task) {
  return task.calendar_id ? std::to_string(task.calendar_id->value) : std::string();
}

#define FIELD_TEXT(member, value, help)                                                       \
  TaskField {                                                                                 \
    #member, FieldKind::kValue, value, help, set_text<&Task::member>, get_text<&Task::member> \
  }
#define FIELD_OF(maker, kind, member, value, help)                                                 \
  TaskField {                                                                                      \
    #member, kind, value, help, set_##maker<&Task::member, k_##member>, get_##maker<&Task::member> \
  }
#define FIELD_NAME(member) constexpr char k_##member[] = #member

FIELD_NAME(working_days_only);
FIELD_NAME(on_non_working_day);
FIELD_NAME(working_day_offset);
FIELD_NAME(priority);
FIELD_NAME(active);
FIELD_NAME(starts_at);
FIELD_NAME(ends_at);
FIELD_NAME(anchor_at);
FIELD_NAME(jitter_s);
FIELD_NAME(catch_up);
FIELD_NAME(catch_up_window_s);
FIELD_NAME(overlap);
FIELD_NAME(delivery);
FIELD_NAME(timeout_s);
FIELD_NAME(attempts_max);
FIELD_NAME(retry_delay_s);
FIELD_NAME(retry_backoff);
FIELD_NAME(retry_delay_max_s);
FIELD_NAME(failures_max);
FIELD_NAME(keep_runs);
FIELD_NAME(backlog_max);
FIELD_NAME(dst_gap);
FIELD_NAME(dst_overlap);

const TaskField kFields[] = {
    FIELD_TEXT(name, "TEXT", "What people call it; unique"),
    FIELD_TEXT(type, "TYPE", "Its handler; rota handlers lists them"),
    FIELD_TEXT(schedule, "WHEN",
               "Cron, a period, a relative date or 'at ...'; try it with rota next"),
    FIELD_TEXT(timezone, "ZONE", "IANA zone the schedule is read in (Europe/London)"),
    FIELD_OF(number, FieldKind::kValue, priority, "1..100", "Lower is more urgent"),
    FIELD_OF(flag, FieldKind::kFlag, active, "BOOL", "Whether it is planned at all"),
    FIELD_OF(flag, FieldKind::kFlag, working_days_only, "BOOL", "Only on working days"),
    FIELD_OF(word, FieldKind::kValue, on_non_working_day, "RULE",
             "On a closed day: skip, next, previous, nearest, run"),
    TaskField{"metadata", FieldKind::kValue, "JSON", "A JSON object for the handler",
              set_text<&Task::metadata>, get_text<&Task::metadata>},
    TaskField{"calendar_id", FieldKind::kValue, "NAME",
              "Whose working days count; empty: the default calendar", set_calendar, get_calendar},
    FIELD_OF(number, FieldKind::kValue, working_day_offset, "-60..60",
             "Move each slot by so many working days"),
    FIELD_TEXT(description, "TEXT", "A few words for colleagues"),
    FIELD_TEXT(owner, "TEXT", "Who answers for it"),
    FIELD_TEXT(tags, "WORDS", "Words to find it by, separated by commas"),
    FIELD_TEXT(queue, "NAME", "Named queue with its own limit"),
    FIELD_OF(instant, FieldKind::kValue, starts_at, "TIME", "No slot before"),
    FIELD_OF(instant, FieldKind::kValue, ends_at, "TIME", "No slot at or after"),
    FIELD_OF(instant, FieldKind::kValue, anchor_at, "TIME", "Where the grid of a period begins"),
    FIELD_OF(number, FieldKind::kValue, jitter_s, "SECONDS", "Spread slots by up to this much"),
    FIELD_OF(word, FieldKind::kValue, catch_up, "RULE", "Missed slots: skip, latest, all"),
    FIELD_OF(number, FieldKind::kValue, catch_up_window_s, "SECONDS",
             "Slots missed longer ago are never run"),
    FIELD_OF(word, FieldKind::kValue, overlap, "RULE",
             "While a run goes on: skip, queue, allow, cancel_running"),
    FIELD_OF(number, FieldKind::kValue, backlog_max, "COUNT",
             "With overlap queue: slots that may wait; the rest is left out"),
    FIELD_OF(word, FieldKind::kValue, delivery, "RULE",
             "After a crash: at_least_once, at_most_once"),
    FIELD_OF(number, FieldKind::kValue, timeout_s, "SECONDS", "Stop a run after this; 0: never"),
    FIELD_OF(number, FieldKind::kValue, attempts_max, "COUNT", "Tries per slot; 1: no retry"),
    FIELD_OF(number, FieldKind::kValue, retry_delay_s, "SECONDS", "Wait before the second try"),
    FIELD_OF(word, FieldKind::kValue, retry_backoff, "RULE", "fixed or exponential"),
    FIELD_OF(number, FieldKind::kValue, retry_delay_max_s, "SECONDS", "Longest wait between tries"),
    FIELD_OF(number, FieldKind::kValue, failures_max, "COUNT",
             "Switch off after so many failures in a row; 0: never"),
    FIELD_OF(number, FieldKind::kValue, keep_runs, "COUNT",
             "Finished runs kept; 0: by age and size alone"),
    FIELD_OF(optional_word, FieldKind::kValue, dst_gap, "RULE",
             "A local time that is skipped: run_after, skip; empty: as cron does"),
    FIELD_OF(optional_word, FieldKind::kValue, dst_overlap, "RULE",
             "A local time that comes twice: first, second, both; empty: as cron does"),
};

#undef FIELD_TEXT
#undef FIELD_OF
#undef FIELD_NAME

}  // namespace

std::span<const TaskField> task_fields() { return kFields; }

Result<void> set_task_field(Task& task, std::string_view name, std::string_view text) {
  for (const TaskField& field : kFields) {
    if (field.name == name) return field.set(task, text);
  }
  return wrong(name, fmt::format("a task has no field named '{}'", name.substr(0, 40)));
}

std::string option_name(std::string_view field) {
  if (field == "calendar_id") return "calendar";  // people name it, they do not number it
  std::string name(field);
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

std::string_view short_option_name(std::string_view field) {
  if (field == "timezone") return "tz";
  if (field == "working_days_only") return "working-days";
  return {};
}

}  // namespace rota::cli
