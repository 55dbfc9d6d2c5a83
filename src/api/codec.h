// Tasks, runs and the rest as JSON: the one place that knows how they look outside. Field names are
// those of the tables; instants are RFC 3339 in UTC; ids are numbers, never above kIdMax, so that
// a browser reads them exactly.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "api/json_writer.h"
#include "rota/scheduler.h"

namespace rota::api {

/// 2^53 - 1: the largest integer that every JSON reader keeps exactly.
inline constexpr std::int64_t kIdMax = 9007199254740991;

void write_task(JsonWriter& json, const TaskView& view);
/// With "advice", one sentence to whoever looks after it; empty: none.
void write_advised_task(JsonWriter& json, const TaskView& view, std::string_view advice);
void write_removed_task(JsonWriter& json, const RemovedTask& task);
/// The configuration alone.
void write_task_fields(JsonWriter& json, const Task& task);
void write_run(JsonWriter& json, const Run& run);
void write_decision(JsonWriter& json, const Decision& decision);
void write_status(JsonWriter& json, const EngineStatus& status);
void write_output_chunk(JsonWriter& json, const OutputChunk& chunk);
void write_slot(JsonWriter& json, const ExplainedSlot& slot);
void write_strings(JsonWriter& json, const std::vector<std::string>& texts);
void write_error_fields(JsonWriter& json, const Error& error);

/// A JSON text of somebody else's as it is, or as a string where it is no JSON.
void write_foreign_json(JsonWriter& json, std::string_view text);

/// {"items":[...],"next_cursor":"..." or null,"total":n or null}
template <class Row, class Write>
std::string write_page(const Page<Row>& page, Write write) {
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const Row& row : page.rows) write(json, row);
  json.end_array().key("next_cursor");
  page.next_cursor.empty() ? json.null() : json.value(page.next_cursor);
  json.key("total");
  page.total < 0 ? json.null() : json.value(page.total);
  json.end_object();
  return json.take();
}

}  // namespace rota::api
