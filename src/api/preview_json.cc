#include "api/preview_json.h"

#include <chrono>

namespace rota::api {
namespace {

constexpr std::chrono::seconds kComparingTime{3};

void write_change(JsonWriter& json, const preview::SlotChange& change) {
  json.begin_object()
      .field("kind", preview::name_of(change.kind))
      .field("from", change.from)
      .field("to", change.to)
      .field("why", change.why)
      .end_object();
}

void write_task_preview(JsonWriter& json, const preview::TaskPreview& task) {
  const preview::ScheduleDifference& difference = task.difference;
  json.begin_object()
      .field("id", task.id.value)
      .field("name", task.name)
      .field("timezone", task.timezone)
      .field("appear", difference.appear)
      .field("vanish", difference.vanish)
      .field("move", difference.move)
      .key("changes")
      .begin_array();
  for (const preview::SlotChange& change : difference.changes) write_change(json, change);
  json.end_array().end_object();
}

}  // namespace

void write_preview_fields(JsonWriter& json, const preview::CalendarPreview& found) {
  json.field("from", found.from)
      .field("until", found.until)
      .field("looked_at", found.looked_at)
      .field("changed", found.changed)
      .field("appear", found.appear)
      .field("vanish", found.vanish)
      .field("move", found.move)
      .field("shortened", found.shortened)
      .field("not_compared", found.not_compared)
      .key("tasks")
      .begin_array();
  for (const preview::TaskPreview& task : found.tasks) write_task_preview(json, task);
  json.end_array();
}

std::string write_preview(const preview::CalendarPreview& found) {
  JsonWriter json;
  json.begin_object();
  write_preview_fields(json, found);
  return json.end_object().take();
}

preview::PreviewLimits page_preview_limits() {
  preview::PreviewLimits limits;
  limits.each.changes_max = 100;
  limits.tasks_listed_max = 100;
  limits.slots_total_max = 2'000'000;
  const auto until = std::chrono::steady_clock::now() + kComparingTime;
  limits.is_time_up = [until] { return std::chrono::steady_clock::now() >= until; };
  return limits;
}

}  // namespace rota::api
