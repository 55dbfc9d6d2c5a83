// `rota handlers`: the types a task can have; for one of them its metadata, from its JSON Schema.
// Needs no database.
#include <fmt/format.h>

#include <boost/json.hpp>

#include "api/codec.h"
#include "cli/commands.h"
#include "cli/table.h"
#include "cli/text.h"
#include "handlers/catalog.h"

namespace rota::cli {
namespace {

namespace json = boost::json;

std::string text_at(const json::object& object, std::string_view key) {
  const json::value* found = object.if_contains(key);
  if (found == nullptr) return {};
  return found->is_string() ? std::string(found->as_string()) : json::serialize(*found);
}

bool is_required(const json::object& schema, std::string_view field) {
  const json::value* list = schema.if_contains("required");
  if (list == nullptr || !list->is_array()) return false;
  for (const json::value& one : list->as_array()) {
    if (one.is_string() && std::string_view(one.as_string()) == field) return true;
  }
  return false;
}

// What may stand there beyond its type: the allowed words, or the range.
std::string bounds_text(const json::object& property) {
  if (property.contains("enum")) return text_at(property, "enum");
  const std::string low = text_at(property, "minimum");
  const std::string high = text_at(property, "maximum");
  return low.empty() && high.empty() ? "" : fmt::format("{}..{}", low, high);
}

void print_schema(const Console& console, const json::object& schema) {
  const json::value* properties = schema.if_contains("properties");
  if (properties == nullptr || !properties->is_object() || properties->as_object().empty()) {
    console.out << "metadata: none is needed\n";
    return;
  }
  Table table({{"METADATA"}, {"KIND"}, {"ALLOWED"}, {"DEFAULT"}, {"MEANING", Align::kLeft, true}});
  for (const auto& [name, value] : properties->as_object()) {
    if (!value.is_object()) continue;
    const json::object& property = value.as_object();
    const bool required = is_required(schema, name);
    table.add({{std::string(name), Style::kStrong},
               {text_at(property, "type")},
               {bounds_text(property)},
               {required ? "(required)" : text_at(property, "default"),
                required ? Style::kWarning : Style::kPlain},
               {text_at(property, "description")}});
  }
  table.print(console);
}

json::value schema_of(const TaskHandler& handler) {
  json::error_code failure;
  json::value schema = json::parse(handler.metadata_schema(), failure);
  return failure ? json::value(json::object{}) : schema;
}

void write_handler(api::JsonWriter& out, const std::string& type, const TaskHandler& handler) {
  out.begin_object()
      .field("type", type)
      .field("summary", handler.summary())
      .field("blocking", handler.blocking())
      .key("metadata_schema");
  api::write_foreign_json(out, handler.metadata_schema());
  out.end_object();
}

Result<int> print_one(const HandlerCatalog& catalog, const std::string& type,
                      const Console& console) {
  const auto handler = catalog.find(type);
  if (!handler) {
    return fail(ErrorCode::kNotFound, fmt::format("no handler has the type '{}'", type),
                "rota handlers lists all of them");
  }
  if (console.json) {
    api::JsonWriter out;
    write_handler(out, type, *handler);
    console.out << out.take() << '\n';
    return 0;
  }
  console.out << console.styled(Style::kStrong, escape_text(type)) << ": "
              << escape_text(handler->summary()) << "\n\n";
  const json::value schema = schema_of(*handler);
  print_schema(console, schema.is_object() ? schema.as_object() : json::object{});
  return 0;
}

}  // namespace

Result<int> run_command(const HandlersCommand& command, const Context& context) {
  const Console& console = context.console;
  const auto catalog = handlers::make_handler_catalog();
  if (!command.type.empty()) return print_one(*catalog, command.type, console);
  if (console.json) {
    api::JsonWriter out;
    out.begin_array();
    for (const auto& type : catalog->types()) write_handler(out, type, *catalog->find(type));
    out.end_array();
    console.out << out.take() << '\n';
    return 0;
  }
  Table table({{"TYPE"}, {"WHAT IT DOES", Align::kLeft, true}});
  for (const auto& type : catalog->types()) {
    table.add({{type, Style::kStrong}, {std::string(catalog->find(type)->summary())}});
  }
  table.print(console);
  console.note("'rota handlers TYPE' explains a type's metadata");
  return 0;
}

}  // namespace rota::cli
