// The columns of a task as options of `rota task add` and `edit`. Only for the one file that sees
// CLI11.
#pragma once

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <string>

#include "cli/invocation.h"
#include "cli/task_fields.h"

namespace rota::cli {

/// Adds one option for each column; what is given is appended to `fields` in its order.
inline void add_field_options(CLI::App& to, FieldTexts& fields) {
  for (const TaskField& field : task_fields()) {
    const std::string column(field.name);
    const std::string name = option_name(field.name);
    const std::string_view second = short_option_name(field.name);
    const auto keep = [&fields, column](const std::string& text) {
      fields.emplace_back(column, text);
    };
    if (field.kind == FieldKind::kFlag) {
      to.add_flag_function(
          fmt::format("--{0}{{true}},!--no-{0}{1}", name,
                      second.empty() ? "" : fmt::format(",--{}{{true}}", second)),
          [&fields, column](std::int64_t count) {
            fields.emplace_back(column, count > 0 ? "true" : "false");
          },
          std::string(field.help));
    } else {
      const std::string names =
          second.empty() ? "--" + name : fmt::format("--{},--{}", name, second);
      to.add_option_function<std::string>(names, keep, std::string(field.help))
          ->type_name(std::string(field.value));
    }
  }
}

}  // namespace rota::cli
