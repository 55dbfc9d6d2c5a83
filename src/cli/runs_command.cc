// `rota runs`: what ran, newest first; --follow goes on printing runs as they end.
#include <fmt/format.h>

#include <set>
#include <thread>

#include "api/codec.h"
#include "cli/commands.h"
#include "cli/database.h"
#include "cli/decisions.h"
#include "cli/instant_option.h"
#include "cli/run_table.h"
#include "cli/task_status.h"
#include "model/names.h"

namespace rota::cli {
namespace {

constexpr std::chrono::milliseconds kLookAgain{200};
constexpr std::size_t kFollowPage = 200;
constexpr std::size_t kPageMax = 1000;

// The task, or, where it is gone, the removed one whose history may still be there.
Result<TaskId> find_history(Scheduler& scheduler, std::string_view name_or_id,
                            const Console& console) {
  auto view = find_task(scheduler, name_or_id);
  if (view) return view->task.id;
  if (view.error().code != ErrorCode::kNotFound) return fail(std::move(view.error()));
  auto removed = scheduler.removed_tasks(name_or_id);
  if (removed && removed->empty()) {
    if (const auto id = as_id(name_or_id)) removed = scheduler.removed_tasks(std::vector{*id});
  }
  if (!removed) return fail(std::move(removed.error()));
  if (removed->empty()) return fail(std::move(view.error()));
  const RemovedTask& latest = removed->front();
  console.note(fmt::format("task {} '{}' was removed at {} by {}", latest.id.value, latest.name,
                           format_utc(latest.removed_at), latest.removed_by));
  for (std::size_t i = 1; i < removed->size(); ++i) {
    console.note(
        fmt::format("another of that name was task {}: name it by its id", (*removed)[i].id.value));
  }
  return latest.id;
}

Result<RunQuery> make_query(const RunsCommand& command, Scheduler& scheduler,
                            const Console& console) {
  RunQuery query;
  query.include_skipped = command.skipped;
  for (const std::string& word : command.statuses) {
    auto status = model::parse_word<RunStatus>("status", word);
    if (!status) return fail(status.error());
    query.statuses.push_back(*status);
    if (*status == RunStatus::kSkipped) query.include_skipped = true;
  }
  if (!command.task.empty()) {
    const auto task = find_history(scheduler, command.task, console);
    if (!task) return fail(task.error());
    query.task_id = *task;
  }
  return query;
}

// Which slots are asked for.
struct Span {
  std::optional<Instant> from;
  std::optional<Instant> to;  // before this

  bool holds(Instant slot) const { return (!from || slot >= *from) && (!to || slot < *to); }
};

Result<Span> make_span(const RunsCommand& command) {
  Span span;
  const auto read = [](const char* option, const std::string& text, std::optional<Instant>& into) {
    if (text.empty()) return Result<void>{};
    const auto at = instant_option(option, text, {});
    if (!at) return Result<void>{fail(at.error())};
    into = *at;
    return Result<void>{};
  };
  if (auto from = read("--from", command.from, span.from); !from) return fail(from.error());
  if (auto to = read("--to", command.to, span.to); !to) return fail(to.error());
  return span;
}

// Whether no run older than this one can be of a slot at or after `from`: runs are made a minute
// before their slot at the soonest, and this one had ended before that.
bool is_before(const Run& run, const Span& span) {
  constexpr std::chrono::minutes kMadeEarlier{2};
  return span.from && run.finished_at && *run.finished_at < *span.from - kMadeEarlier;
}

Result<std::vector<Run>> load_runs(const Scheduler& scheduler, RunQuery query, const Span& span,
                                   std::size_t limit) {
  std::vector<Run> runs;
  const bool all = !span.from && !span.to;
  do {
    query.limit = all ? std::min(kPageMax, limit - runs.size()) : kPageMax;
    auto page = scheduler.list_runs(query);
    if (!page) return fail(page.error());
    for (Run& run : page->rows) {
      if (is_before(run, span)) return runs;
      if (span.holds(run.scheduled_for)) runs.push_back(std::move(run));
      if (runs.size() == limit) return runs;
    }
    query.cursor = page->next_cursor;
  } while (!query.cursor.empty());
  return runs;
}

// A removed task keeps its name as long as its history.
void add_name(const Scheduler& scheduler, TaskId task, TaskNames& names) {
  if (names.contains(task)) return;
  if (const auto view = scheduler.load_task(task)) {
    names[task] = view->task.name;
    return;
  }
  const auto removed = scheduler.removed_tasks(std::vector{task});
  names[task] = removed && !removed->empty()
                    ? fmt::format("{} (removed {})", removed->front().name, task.value)
                    : fmt::format("(removed {})", task.value);
}

// The names of the tasks these runs are of.
TaskNames names_of(const Scheduler& scheduler, const std::vector<Run>& runs) {
  TaskNames names;
  for (const Run& run : runs) add_name(scheduler, run.task_id, names);
  return names;
}

void print_one(const Console& console, const Scheduler& scheduler, const Run& run) {
  if (console.json) {
    print_run_json(console, run);
  } else {
    console.out << run_line(console, run, names_of(scheduler, {run})[run.task_id]) << '\n';
  }
  console.out.flush();
}

// Prints every run once, when it has ended. Ends with the process, or when nobody reads any more.
Result<int> follow(Scheduler& scheduler, RunQuery query, const Span& span, const Context& context) {
  std::set<std::int64_t> seen;
  query.limit = kFollowPage;
  bool first = true;
  while (context.console.out) {
    auto page = scheduler.list_runs(query);
    if (!page && !error_traits(page.error().code).worth_a_retry) return fail(page.error());
    std::set<std::int64_t> still;
    for (std::size_t i = page ? page->rows.size() : 0; i-- > 0;) {
      const Run& run = page->rows[i];
      if (!is_final(run.status)) continue;
      still.insert(run.id.value);
      if (!first && !seen.contains(run.id.value) && span.holds(run.scheduled_for))
        print_one(context.console, scheduler, run);
    }
    if (page) {
      seen = std::move(still);
      first = false;
    }
    std::this_thread::sleep_for(kLookAgain);
  }
  return 0;
}

Result<int> show_decisions(const RunsCommand& command, const RunQuery& runs, const Span& span,
                           Scheduler& scheduler, const Context& context) {
  DecisionQuery query;
  query.task_id = runs.task_id;
  query.from = span.from;
  query.until = span.to;
  const auto decisions = load_decisions(scheduler, query, command.limit);
  if (!decisions) return fail(decisions.error());
  if (decisions->empty() && !context.console.json) {
    context.console.note("no slot has come due yet that matches");
    return 0;
  }
  TaskNames names;
  for (const Decision& decision : *decisions) add_name(scheduler, decision.task_id, names);
  print_decisions(context.console, *decisions, names);
  return 0;
}

}  // namespace

Result<int> run_command(const RunsCommand& command, const Context& context) {
  auto scheduler = open_database(context);
  if (!scheduler) return fail(scheduler.error());
  auto query = make_query(command, **scheduler, context.console);
  if (!query) return fail(query.error());
  const auto span = make_span(command);
  if (!span) return fail(span.error());
  if (command.decisions) return show_decisions(command, *query, *span, **scheduler, context);
  if (command.follow) return follow(**scheduler, *query, *span, context);
  auto runs = load_runs(**scheduler, *query, *span, command.limit);
  if (!runs) return fail(runs.error());
  if (context.console.json) {
    api::JsonWriter json;
    json.begin_array();
    for (const Run& run : *runs) api::write_run(json, run);
    json.end_array();
    context.console.out << json.take() << '\n';
  } else if (runs->empty()) {
    context.console.note("nothing has run yet that matches");
  } else {
    print_runs(context.console, *runs, names_of(**scheduler, *runs));
  }
  return 0;
}

}  // namespace rota::cli
