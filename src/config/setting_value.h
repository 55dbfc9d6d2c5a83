// One setting's value: put in place from what somebody wrote, and shown.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/node.h"
#include "config/setting_table.h"

namespace rota::config {

/// More items in a list or a section are refused.
inline constexpr std::size_t kItemsMax = 1000;
/// A longer text is refused.
inline constexpr std::size_t kTextBytesMax = 4096;

/// What is wrong with a value.
struct ValueFault {
  std::string message;
  const Node* item = nullptr;  ///< The item of a list or section that is at fault; null: all of it.
};

/// Puts the value in place. What is wrong with it otherwise: "must be a whole number, 0 to 65535,
/// not 70000", to stand behind the setting's name (".x must be ..." where item x is at fault). A
/// list replaces the list that was there.
std::optional<ValueFault> set_value(const Setting& setting, const Node& node, Settings& settings);

/// Whether it has items: a list, or a section of names.
bool has_items(const Setting& setting);

/// "a,b" as its items, empty ones left out.
std::vector<std::string> split_items(std::string_view text);

/// The texts of a flag as a node: one item each where the setting has items, else the last one
/// counts. There is at least one.
Node node_of_texts(const Setting& setting, const std::vector<std::string>& texts);

/// "7682", "5m", "true", "/bin/, /usr/bin/df"; "(hidden)" for a secret that is set.
std::string value_text(const Setting& setting, const Settings& settings);

}  // namespace rota::config
