// A value as somebody wrote it, before anybody knows what it is for: a TOML value with its place in
// the file, or the text of a flag or an environment variable made into one.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace rota::config {

struct Node;
struct NamedNode;
using NodeList = std::vector<Node>;
using NodeTable = std::vector<NamedNode>;  ///< In the order of the file.

/// A kind that no setting has: a date, a time.
struct Other {
  std::string what;  ///< "a date"
};

struct Node {
  std::variant<bool, std::int64_t, double, std::string, NodeList, NodeTable, Other> value;
  std::size_t line = 0;    ///< 1-based; 0 where there is no file.
  std::size_t column = 0;  ///< 1-based, counted in characters.

  template <class Wanted>
  const Wanted* as() const {
    return std::get_if<Wanted>(&value);
  }
};

struct NamedNode {
  std::string name;
  Node node;
};

/// What it is, for an error: "a text", "a list".
std::string describe(const Node& node);

}  // namespace rota::config
