#include "cli/decisions.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/codec.h"
#include "cli/table.h"
#include "cli/task_status.h"
#include "model/catch_up.h"
#include "model/names.h"

namespace rota::cli {
namespace {

Cell verdict_cell(const Decision& decision) {
  std::string words(model::to_word(decision.verdict));
  if (words == "ran_late") words = "ran late";
  switch (decision.verdict) {
    case Verdict::kRan:
      return {words, Style::kGood};
    case Verdict::kRanLate:
    case Verdict::kMissed:
      return {words, Style::kWarning};
    case Verdict::kSkipped:
    case Verdict::kWaiting:
      break;
  }
  return {words, Style::kDim};
}

std::string slot_text(const Decision& decision) {
  if (decision.slots <= 1) return short_utc(decision.first_slot);
  return fmt::format("{} ({} slots)", short_utc(decision.first_slot), decision.slots);
}

// Of what is only known in packed form the word is all there is.
std::string word_text(const Decision& decision) {
  if (decision.kind == SkipKind::kNone) return {};
  std::string text(model::to_word(decision.kind));
  std::ranges::replace(text, '_', ' ');
  return text;
}

// The reason, and for what ran: how late and what came of it.
std::string why_text(const Decision& decision) {
  if (!decision.run_id) return decision.reason.empty() ? word_text(decision) : decision.reason;
  const bool ran = decision.verdict == Verdict::kRan || decision.verdict == Verdict::kRanLate;
  std::string text = ran ? std::string(model::to_word(decision.status)) : "";
  if (decision.verdict == Verdict::kRanLate) text += ", late by " + format_duration(decision.late);
  const std::string reason = decision.reason.empty() ? word_text(decision) : decision.reason;
  if (!reason.empty()) text += (text.empty() ? "" : "; ") + reason;
  if (decision.made_up_by) {
    text += "; " + model::made_up_note(*decision.made_up_by, decision.made_up_status);
  }
  return text;
}

}  // namespace

Result<std::vector<Decision>> load_decisions(const Scheduler& scheduler, DecisionQuery query,
                                             std::size_t limit) {
  std::vector<Decision> decisions;
  do {
    query.limit = std::min<std::size_t>(1000, limit - decisions.size());
    auto page = scheduler.list_decisions(query);
    if (!page) return fail(page.error());
    decisions.insert(decisions.end(), page->rows.begin(), page->rows.end());
    query.cursor = page->next_cursor;
  } while (!query.cursor.empty() && decisions.size() < limit);
  return decisions;
}

void print_decisions(const Console& console, const std::vector<Decision>& decisions,
                     const TaskNames& names) {
  if (console.json) {
    api::JsonWriter json;
    json.begin_array();
    for (const Decision& decision : decisions) api::write_decision(json, decision);
    json.end_array();
    console.out << json.take() << '\n';
    return;
  }
  Table table({{"SLOT (UTC)"},
               {"TASK", Align::kLeft, true},
               {"DECISION"},
               {"RUN", Align::kRight},
               {"WHY", Align::kLeft, true, 20}});
  for (const Decision& decision : decisions) {
    const auto name = names.find(decision.task_id);
    table.add({{slot_text(decision)},
               {name != names.end() ? name->second : "", Style::kStrong},
               verdict_cell(decision),
               {decision.run_id ? std::to_string(decision.run_id->value) : "-", Style::kDim},
               {why_text(decision)}});
  }
  table.print(console);
}

}  // namespace rota::cli
