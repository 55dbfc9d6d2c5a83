// The only file that sees toml++: it is slow to compile.
#include "config/toml.h"

#include <fmt/format.h>

#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

#include <algorithm>
#include <utility>

namespace rota::config {
namespace {

tl::unexpected<Error> fail_at(std::string_view name, std::size_t line, std::size_t column,
                              std::string message) {
  std::string place = fmt::format("{}:{}:{}", name, line, column);
  Error error{ErrorCode::kInvalidArgument, fmt::format("{}: {}", place, message), {}, {}, {}};
  error.fields.push_back({std::move(place), std::move(message), std::nullopt});
  return fail(std::move(error));
}

// What the library would take, or would need endless stack for.
Result<void> check_bytes(std::string_view text, std::string_view name) {
  std::size_t line = 1;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\0') {
      return fail_at(name, line, at - begin + 1, "a NUL byte; is this a text file?");
    }
    if (text[at] == '\n') {
      ++line;
      begin = at + 1;
    } else if (at - begin >= kLineBytesMax) {
      return fail_at(name, line, at - begin + 1,
                     fmt::format("a line may have {} bytes at most", kLineBytesMax));
    }
  }
  return {};
}

Node node_of(const toml::node& from);

NodeTable table_of(const toml::table& from) {
  NodeTable table;
  for (const auto& [key, child] : from) {
    Node node = node_of(child);
    // The place of the name, not of the value: unknown names are what people look for.
    node.line = key.source().begin.line;
    node.column = key.source().begin.column;
    table.push_back({std::string(key.str()), std::move(node)});
  }
  std::sort(table.begin(), table.end(), [](const auto& a, const auto& b) {
    return std::pair(a.node.line, a.node.column) < std::pair(b.node.line, b.node.column);
  });
  return table;
}

NodeList list_of(const toml::array& from) {
  NodeList list;
  for (const toml::node& child : from) list.push_back(node_of(child));
  return list;
}

Node node_of(const toml::node& from) {
  Node node{Other{"a date or a time"}, from.source().begin.line, from.source().begin.column};
  if (const auto* table = from.as_table()) node.value = table_of(*table);
  if (const auto* list = from.as_array()) node.value = list_of(*list);
  if (const auto* text = from.as_string()) node.value = text->get();
  if (const auto* number = from.as_integer()) node.value = number->get();
  if (const auto* number = from.as_floating_point()) node.value = number->get();
  if (const auto* on = from.as_boolean()) node.value = on->get();
  return node;
}

}  // namespace

Result<Node> parse_toml(std::string_view text, std::string_view name) {
  if (auto clean = check_bytes(text, name); !clean) return fail(std::move(clean.error()));
  const toml::parse_result parsed = toml::parse(text);
  if (!parsed) {
    const toml::parse_error& error = parsed.error();
    return fail_at(name, error.source().begin.line, error.source().begin.column,
                   std::string(error.description()));
  }
  return node_of(parsed.table());
}

}  // namespace rota::config
