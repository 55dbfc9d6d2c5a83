#include "cli/backfill_table.h"

#include <algorithm>

#include "api/json_writer.h"
#include "cli/table.h"
#include "cli/task_status.h"

namespace rota::cli {
namespace {

void print_json(const Console& console, const std::vector<BackfillSlot>& plan) {
  api::JsonWriter json;
  json.begin_array();
  for (const BackfillSlot& slot : plan) {
    json.begin_object();
    json.field("slot", slot.slot).field("stands", slot.stands).key("run_id");
    slot.known_run ? json.value(slot.known_run->value) : json.null();
    json.field("runs", slot.runs).end_object();
  }
  json.end_array();
  console.out << json.take() << '\n';
}

}  // namespace

void print_backfill(const Console& console, const std::vector<BackfillSlot>& plan) {
  if (console.json) return print_json(console, plan);
  Table table({{"SLOT (UTC)"}, {"BACKFILL"}, {"RUN", Align::kRight}, {"NOW", Align::kLeft, true}});
  for (const BackfillSlot& slot : plan) {
    table.add({{short_utc(slot.slot)},
               slot.runs ? Cell{"run", Style::kGood} : Cell{"leave", Style::kDim},
               {slot.known_run ? std::to_string(slot.known_run->value) : "-", Style::kDim},
               {slot.stands}});
  }
  table.print(console);
}

std::size_t count_runs(const std::vector<BackfillSlot>& plan) {
  return static_cast<std::size_t>(
      std::count_if(plan.begin(), plan.end(), [](const BackfillSlot& slot) { return slot.runs; }));
}

}  // namespace rota::cli
