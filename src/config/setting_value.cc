#include "config/setting_value.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "config/units.h"

namespace rota::config {
namespace {

using Fault = std::optional<std::string>;

std::optional<std::int64_t> whole_of(const Setting& setting, const Node& node) {
  if (const auto* number = node.as<std::int64_t>()) return *number;
  const auto* const text = node.as<std::string>();
  return text != nullptr && setting.bytes ? parse_bytes(*text) : std::nullopt;
}

std::optional<double> number_of(const Node& node) {
  if (const auto* number = node.as<std::int64_t>()) return static_cast<double>(*number);
  if (const auto* number = node.as<double>()) return *number;
  return std::nullopt;
}

std::string shown(const Node& node) {
  if (const auto* text = node.as<std::string>(); text != nullptr && text->size() <= 60) {
    return fmt::format("'{}'", *text);
  }
  return describe(node);
}

Fault check_text(const std::string& text) {
  if (text.size() > kTextBytesMax) {
    return fmt::format("has {} bytes; {} at most", text.size(), kTextBytesMax);
  }
  const bool control =
      std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  if (control) return "holds a control character";
  return std::nullopt;
}

// Each puts the value where it belongs, or says what is wrong.
struct SetValue {
  const Setting& setting;
  const Node& node;
  Settings& settings;
  mutable const Node* item = nullptr;  // The one at fault.

  std::string wrong() const {
    std::string hint;
    if (std::holds_alternative<Duration& (*)(Settings&)>(setting.target)) {
      const auto* const bare = node.as<std::int64_t>();
      hint = bare != nullptr ? fmt::format("; write it as a text with its unit, \"{}s\"", *bare)
                             : "; units are ms, s, m, h and d, as in \"30s\" and \"1h30m\"";
    }
    return fmt::format("must be a {}, not {}{}", type_text(setting), shown(node), hint);
  }

  template <class Number>
  Fault set_whole(Number& to) const {
    const auto number = whole_of(setting, node);
    if (!number || *number < setting.min || *number > setting.max) return wrong();
    to = static_cast<Number>(*number);
    return std::nullopt;
  }

  Fault operator()(bool& (*target)(Settings&)) const {
    const auto* const on = node.as<bool>();
    if (on == nullptr) return fmt::format("must be true or false, not {}", shown(node));
    target(settings) = *on;
    return std::nullopt;
  }
  Fault operator()(std::uint16_t& (*target)(Settings&)) const {
    return set_whole(target(settings));
  }
  Fault operator()(std::size_t& (*target)(Settings&)) const { return set_whole(target(settings)); }
  Fault operator()(std::int64_t& (*target)(Settings&)) const { return set_whole(target(settings)); }
  Fault operator()(double& (*target)(Settings&)) const {
    const auto number = number_of(node);
    const bool fits = number && *number >= static_cast<double>(setting.min) &&
                      *number <= static_cast<double>(setting.max);
    if (!fits) return wrong();
    target(settings) = *number;
    return std::nullopt;
  }
  Fault operator()(Duration& (*target)(Settings&)) const {
    const auto* const text = node.as<std::string>();
    const auto span = text != nullptr ? parse_span(*text) : std::nullopt;
    const bool fits = span && *span >= std::chrono::milliseconds{setting.min} &&
                      *span <= std::chrono::milliseconds{setting.max};
    if (!fits) return wrong();
    target(settings) = *span;
    return std::nullopt;
  }
  Fault operator()(std::string& (*target)(Settings&)) const {
    const auto* const text = node.as<std::string>();
    if (text == nullptr) return wrong();
    if (auto fault = check_text(*text)) return fault;
    target(settings) = *text;
    return std::nullopt;
  }
  Fault operator()(std::optional<std::string>& (*target)(Settings&)) const {
    const auto* const text = node.as<std::string>();
    if (text == nullptr) return wrong();
    if (auto fault = check_text(*text)) return fault;
    target(settings) = *text;
    return std::nullopt;
  }
  Fault operator()(std::vector<std::string>& (*target)(Settings&)) const {
    const auto* const list = node.as<NodeList>();
    if (list == nullptr) return wrong();
    if (list->size() > kItemsMax) return fmt::format("has more than {} items", kItemsMax);
    std::vector<std::string> texts;
    for (const Node& one : *list) {
      item = &one;
      const auto* const text = one.as<std::string>();
      if (text == nullptr) return fmt::format("must be a list of texts; {} is none", shown(one));
      if (text->empty()) return "holds an empty text";
      if (auto fault = check_text(*text)) return fault;
      texts.push_back(*text);
    }
    target(settings) = std::move(texts);
    return std::nullopt;
  }
  Fault operator()(std::map<std::string, std::size_t>& (*target)(Settings&)) const {
    const auto* const table = node.as<NodeTable>();
    if (table == nullptr) return wrong();
    if (table->size() > kItemsMax) return fmt::format("has more than {} items", kItemsMax);
    std::map<std::string, std::size_t> numbers;
    for (const auto& [name, value] : *table) {
      item = &value;
      const auto* const number = value.as<std::int64_t>();
      if (name.empty()) return "holds an empty name";
      if (auto fault = check_text(name)) return fault;
      if (number == nullptr || *number < setting.min || *number > setting.max) {
        return fmt::format(".{} must be a whole number, {} to {}, not {}", name, setting.min,
                           setting.max, shown(value));
      }
      numbers[name] = static_cast<std::size_t>(*number);
    }
    target(settings) = std::move(numbers);
    return std::nullopt;
  }
};

// A text stays one where the kind of the setting is another; set_value() then says so.
struct NodeOfTexts {
  const Setting& setting;
  const std::vector<std::string>& texts;

  const std::string& last() const { return texts.back(); }

  Node operator()(bool& (*)(Settings&)) const {
    if (last() == "true" || last() == "1" || last() == "yes") return Node{true};
    if (last() == "false" || last() == "0" || last() == "no") return Node{false};
    return Node{last()};
  }
  Node number() const {
    if (const auto whole = parse_whole(last())) return Node{*whole};
    return Node{last()};
  }
  Node operator()(std::uint16_t& (*)(Settings&)) const { return number(); }
  Node operator()(std::size_t& (*)(Settings&)) const { return number(); }
  Node operator()(std::int64_t& (*)(Settings&)) const { return number(); }
  Node operator()(double& (*)(Settings&)) const { return number(); }
  Node operator()(Duration& (*)(Settings&)) const { return Node{last()}; }
  Node operator()(std::string& (*)(Settings&)) const { return Node{last()}; }
  Node operator()(std::optional<std::string>& (*)(Settings&)) const { return Node{last()}; }
  Node operator()(std::vector<std::string>& (*)(Settings&)) const {
    NodeList list;
    for (const std::string& item : texts) list.push_back(Node{item});
    return Node{std::move(list)};
  }
  Node operator()(std::map<std::string, std::size_t>& (*)(Settings&)) const {
    NodeTable table;
    for (const std::string& item : texts) {
      const std::size_t equals = item.rfind('=');
      if (equals == std::string::npos) return Node{item};
      const std::string number = item.substr(equals + 1);
      const auto whole = parse_whole(number);
      table.push_back({item.substr(0, equals), whole ? Node{*whole} : Node{number}});
    }
    return Node{std::move(table)};
  }
};

struct ValueText {
  const Setting& setting;

  std::string operator()(bool on) const { return on ? "true" : "false"; }
  std::string operator()(std::uint16_t number) const { return std::to_string(number); }
  std::string operator()(std::size_t number) const {
    return setting.bytes ? bytes_text(static_cast<std::int64_t>(number)) : std::to_string(number);
  }
  std::string operator()(std::int64_t number) const {
    return setting.bytes ? bytes_text(number) : std::to_string(number);
  }
  std::string operator()(double number) const { return fmt::format("{}", number); }
  std::string operator()(Duration span) const { return span_text(span); }
  std::string operator()(const std::string& text) const { return text; }
  std::string operator()(const std::optional<std::string>& text) const { return text.value_or(""); }
  std::string operator()(const std::vector<std::string>& texts) const {
    return fmt::format("{}", fmt::join(texts, ", "));
  }
  std::string operator()(const std::map<std::string, std::size_t>& numbers) const {
    std::vector<std::string> items;
    for (const auto& [name, number] : numbers) items.push_back(fmt::format("{}={}", name, number));
    return fmt::format("{}", fmt::join(items, ", "));
  }
};

}  // namespace

std::optional<ValueFault> set_value(const Setting& setting, const Node& node, Settings& settings) {
  const SetValue visitor{setting, node, settings};
  auto fault = std::visit(visitor, setting.target);
  if (!fault) return std::nullopt;
  return ValueFault{std::move(*fault), visitor.item};
}

bool has_items(const Setting& setting) {
  return std::holds_alternative<std::vector<std::string>& (*)(Settings&)>(setting.target) ||
         std::holds_alternative<std::map<std::string, std::size_t>& (*)(Settings&)>(setting.target);
}

std::vector<std::string> split_items(std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    if (comma > 0) items.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return items;
}

Node node_of_texts(const Setting& setting, const std::vector<std::string>& texts) {
  return std::visit(NodeOfTexts{setting, texts}, setting.target);
}

std::string value_text(const Setting& setting, const Settings& settings) {
  Settings copy = settings;
  std::string text =
      std::visit([&](auto target) { return ValueText{setting}(target(copy)); }, setting.target);
  return setting.secret && !text.empty() ? "(hidden)" : text;
}

}  // namespace rota::config
