// `rota version`: what this program is and what it was built with, for reports of defects.
#include <fmt/format.h>

#include "api/json_writer.h"
#include "cli/commands.h"
#include "cli/machine.h"
#include "rota/version.h"

namespace rota::cli {

Result<int> run_command(const VersionCommand&, const Context& context) {
  const std::string zones = timezone_data_version();
  if (context.console.json) {
    api::JsonWriter json;
    json.begin_object()
        .field("version", kVersion)
        .field("compiler", __VERSION__)
        .field("timezone_data", zones)
        .end_object();
    context.console.out << json.take() << '\n';
  } else {
    context.console.out << fmt::format("rota {}\ncompiler {}\ntime zone data {}\n", kVersion,
                                       __VERSION__, zones.empty() ? "not found" : zones);
  }
  return 0;
}

}  // namespace rota::cli
