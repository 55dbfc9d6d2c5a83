// `rota import demo`: the original's 21 tasks, into a database that is made when it is not there.
#include <fmt/format.h>

#include "api/json_writer.h"
#include "cli/commands.h"
#include "cli/database.h"
#include "cli/demo_import.h"

namespace rota::cli {

Result<int> run_command(const ImportDemoCommand& command, const Context& context) {
  if (auto made = make_database_folder(context.database); !made) return fail(made.error());
  Options options;
  options.database = context.database;
  options.accept_file_systems = accepted_file_systems();
  options.log_file.clear();
  auto scheduler = Scheduler::open(options, &context.clock);
  if (!scheduler) return fail(scheduler.error());
  const std::string data_folder =
      command.data_folder.empty() ? folder_of_database(context.database) : command.data_folder;
  auto report = import_demo(**scheduler, data_folder, context.user);
  if (!report) return fail(report.error());
  if (context.console.json) {
    api::JsonWriter json;
    json.begin_object()
        .field("added", report->added)
        .field("present", report->present)
        .field("shop_made", report->shop_made)
        .end_object();
    context.console.out << json.take() << '\n';
    return 0;
  }
  context.console.out << fmt::format("added {} demo tasks to {}", report->added, context.database);
  if (report->present > 0) context.console.out << fmt::format("; {} were there", report->present);
  context.console.out << '\n';
  if (report->shop_made) {
    context.console.out << fmt::format("made the example shop that they work on: {}/shop.db\n",
                                       data_folder);
  }
  context.console.note("'rota serve' runs them, 'rota task list' shows them");
  return 0;
}

}  // namespace rota::cli
