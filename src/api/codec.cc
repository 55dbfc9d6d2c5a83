#include "api/codec.h"

#include <boost/json/basic_parser_impl.hpp>

#include "model/calendar_validation.h"
#include "model/names.h"

namespace rota::api {
namespace {

namespace json_lib = boost::json;

constexpr std::size_t kForeignDepthMax = 64;

// Reads and keeps nothing: only says whether a text is JSON.
struct NullHandler {
  static constexpr std::size_t max_object_size = ~std::size_t{0};
  static constexpr std::size_t max_array_size = ~std::size_t{0};
  static constexpr std::size_t max_key_size = ~std::size_t{0};
  static constexpr std::size_t max_string_size = ~std::size_t{0};
  using error = json_lib::error_code;
  using text = json_lib::string_view;
  bool on_document_begin(error&) { return true; }
  bool on_document_end(error&) { return true; }
  bool on_object_begin(error&) { return true; }
  bool on_object_end(std::size_t, error&) { return true; }
  bool on_array_begin(error&) { return true; }
  bool on_array_end(std::size_t, error&) { return true; }
  bool on_key_part(text, std::size_t, error&) { return true; }
  bool on_key(text, std::size_t, error&) { return true; }
  bool on_string_part(text, std::size_t, error&) { return true; }
  bool on_string(text, std::size_t, error&) { return true; }
  bool on_number_part(text, error&) { return true; }
  bool on_int64(std::int64_t, text, error&) { return true; }
  bool on_uint64(std::uint64_t, text, error&) { return true; }
  bool on_double(double, text, error&) { return true; }
  bool on_bool(bool, error&) { return true; }
  bool on_null(error&) { return true; }
  bool on_comment_part(text, error&) { return true; }
  bool on_comment(text, error&) { return true; }
};

bool is_json(std::string_view text) {
  json_lib::parse_options options;
  options.max_depth = kForeignDepthMax;
  json_lib::basic_parser<NullHandler> parser(options);
  json_lib::error_code error;
  const std::size_t used = parser.write_some(false, text.data(), text.size(), error);
  return !error && used == text.size() && parser.done();
}

template <class Tag>
void id_field(JsonWriter& json, std::string_view name, const std::optional<Id<Tag>>& id) {
  json.key(name);
  id ? json.value(id->value) : json.null();
}

template <class Enum>
void word_field(JsonWriter& json, std::string_view name, const std::optional<Enum>& word) {
  json.key(name);
  word ? json.value(model::to_word(*word)) : json.null();
}

void kind_field(JsonWriter& json, std::string_view name, SkipKind kind) {
  json.key(name);
  kind == SkipKind::kNone ? json.null() : json.value(model::to_word(kind));
}

void write_what_and_when(JsonWriter& json, const Task& task) {
  json.field("id", task.id.value)
      .field("type", task.type)
      .field("name", task.name)
      .field("schedule", task.schedule)
      .field("working_days_only", task.working_days_only)
      .field("timezone", task.timezone)
      .field("priority", task.priority)
      .field("active", task.active);
  json.key("metadata");
  write_foreign_json(json, task.metadata);
  id_field(json, "calendar_id", task.calendar_id);
  json.field("on_non_working_day", model::to_word(task.on_non_working_day))
      .field("working_day_offset", static_cast<std::int64_t>(task.working_day_offset))
      .field("paused_until", task.paused_until)
      .field("pause_reason", task.pause_reason)
      .field("description", task.description)
      .field("owner", task.owner)
      .field("tags", task.tags)
      .field("queue", task.queue)
      .field("starts_at", task.starts_at)
      .field("ends_at", task.ends_at)
      .field("anchor_at", task.anchor_at)
      .field("jitter_s", task.jitter_s);
}

void write_policies(JsonWriter& json, const Task& task) {
  json.field("catch_up", model::to_word(task.catch_up))
      .field("catch_up_window_s", task.catch_up_window_s)
      .field("overlap", model::to_word(task.overlap))
      .field("delivery", model::to_word(task.delivery))
      .field("timeout_s", task.timeout_s)
      .field("attempts_max", task.attempts_max)
      .field("retry_delay_s", task.retry_delay_s)
      .field("retry_backoff", model::to_word(task.retry_backoff))
      .field("retry_delay_max_s", task.retry_delay_max_s)
      .field("failures_max", task.failures_max)
      .field("keep_runs", task.keep_runs)
      .field("backlog_max", task.backlog_max);
  word_field(json, "dst_gap", task.dst_gap);
  word_field(json, "dst_overlap", task.dst_overlap);
  json.field("version", task.version)
      .field("created_at", task.created_at)
      .field("updated_at", task.updated_at)
      .field("updated_by", task.updated_by);
}

}  // namespace

void write_foreign_json(JsonWriter& json, std::string_view text) {
  is_json(text) ? json.raw(text) : json.value(text);
}

namespace {

void write_task_members(JsonWriter& json, const TaskView& view) {
  const TaskExecution& execution = view.execution;
  write_what_and_when(json, view.task);
  write_policies(json, view.task);
  json.field("paused_by", view.task.paused_by)
      .field("next_scheduled_at", execution.next_scheduled_at)
      .field("executed_at", execution.executed_at)
      .field("execution_time_ms", execution.execution_time_ms)
      .field("last_status", execution.last_status)
      .field("last_result", execution.last_result)
      .field("failure_count", execution.failure_count)
      .field("schedule_error", execution.schedule_error);
}

}  // namespace

void write_task(JsonWriter& json, const TaskView& view) {
  json.begin_object();
  write_task_members(json, view);
  json.end_object();
}

void write_advised_task(JsonWriter& json, const TaskView& view, std::string_view advice) {
  json.begin_object();
  write_task_members(json, view);
  json.field("advice", advice).end_object();
}

void write_removed_task(JsonWriter& json, const RemovedTask& task) {
  json.begin_object()
      .field("id", task.id.value)
      .field("name", task.name)
      .field("type", task.type)
      .field("removed_at", task.removed_at)
      .field("removed_by", task.removed_by)
      .end_object();
}

void write_task_fields(JsonWriter& json, const Task& task) {
  json.begin_object();
  write_what_and_when(json, task);
  write_policies(json, task);
  json.end_object();
}

void write_run(JsonWriter& json, const Run& run) {
  json.begin_object()
      .field("id", run.id.value)
      .field("task_id", run.task_id.value)
      .field("task_version", run.task_version)
      .field("scheduled_for", run.scheduled_for)
      .field("cause", model::to_word(run.cause))
      .field("status", model::to_word(run.status))
      .field("reason", run.reason)
      .field("attempt", run.attempt);
  id_field(json, "first_run_id", run.first_run_id);
  json.field("priority", run.priority).field("available_at", run.available_at);
  id_field(json, "node_id", run.node_id);
  json.field("fence", run.fence)
      .field("started_at", run.started_at)
      .field("finished_at", run.finished_at)
      .field("duration_ms", run.duration_ms)
      .field("result", run.result)
      .field("error", run.error)
      .field("output_bytes", run.output_bytes);
  json.key("metadata");
  run.metadata.empty() ? void(json.null()) : write_foreign_json(json, run.metadata);
  json.field("requested_by", run.requested_by);
  kind_field(json, "skip_kind", run.skip_kind);
  id_field(json, "made_up_by", run.made_up_by);
  json.end_object();
}

void write_decision(JsonWriter& json, const Decision& decision) {
  json.begin_object()
      .field("task_id", decision.task_id.value)
      .field("slot", decision.first_slot)
      .field("last_slot", decision.last_slot)
      .field("slots", decision.slots)
      .field("verdict", model::to_word(decision.verdict));
  kind_field(json, "kind", decision.kind);
  json.field("reason", decision.reason);
  id_field(json, "run_id", decision.run_id);
  json.key("status");
  decision.run_id ? json.value(model::to_word(decision.status)) : json.null();
  json.field("started_at", decision.started_at)
      .field("late_ms", static_cast<double>(decision.late.count()) / 1000.0)
      .field("duration_ms", decision.duration_ms);
  id_field(json, "made_up_by", decision.made_up_by);
  json.key("made_up_status");
  decision.made_up_by ? json.value(model::to_word(decision.made_up_status)) : json.null();
  json.end_object();
}

void write_status(JsonWriter& json, const EngineStatus& status) {
  const auto ms = [](Duration d) { return static_cast<double>(d.count()) / 1000.0; };
  json.begin_object()
      .field("running", status.running)
      .field("draining", status.draining)
      .field("node_id", status.node_id.value)
      .field("waiting", status.waiting)
      .field("ready", status.ready)
      .field("executing", status.executing)
      .field("started", status.started)
      .field("succeeded", status.succeeded)
      .field("failed", status.failed)
      .field("skipped", status.skipped)
      .field("stale_results", status.stale_results)
      .field("lateness_p50_ms", ms(status.lateness_p50))
      .field("lateness_p99_ms", ms(status.lateness_p99))
      .field("lateness_max_ms", ms(status.lateness_max))
      .field("left_out_overlap", status.left_out_overlap)
      .field("left_out_backlog", status.left_out_backlog)
      .key("clock_set_back");
  if (status.clock_set_back) {
    json.begin_object()
        .field("decided_until", status.clock_set_back->decided_until)
        .field("tasks", status.clock_set_back->tasks)
        .end_object();
  } else {
    json.null();
  }
  json.end_object();
}

void write_output_chunk(JsonWriter& json, const OutputChunk& chunk) {
  json.begin_object()
      .field("seq", chunk.seq)
      .field("stream", chunk.stream)
      .field("text", chunk.bytes)
      .end_object();
}

void write_strings(JsonWriter& json, const std::vector<std::string>& texts) {
  json.begin_array();
  for (const std::string& text : texts) json.value(text);
  json.end_array();
}

void write_slot(JsonWriter& json, const ExplainedSlot& slot) {
  json.begin_object()
      .field("at", slot.at)
      .field("local", slot.local)
      .field("utc_offset", slot.utc_offset)
      .field("zone_abbreviation", slot.zone_abbreviation)
      .field("runs", slot.runs)
      .field("reason", slot.reason)
      .field("slots", slot.slots)
      .field("nominal", slot.nominal)
      .field("business_date", model::format_date(slot.business_date))
      .field("previous_business_date", model::format_date(slot.previous_business_date))
      .key("notes");
  write_strings(json, slot.notes);
  json.end_object();
}

void write_error_fields(JsonWriter& json, const Error& error) {
  json.begin_array();
  for (const FieldError& field : error.fields) {
    json.begin_object()
        .field("field", field.field)
        .field("message", field.message)
        .field("column", field.column)
        .end_object();
  }
  json.end_array();
}

}  // namespace rota::api
