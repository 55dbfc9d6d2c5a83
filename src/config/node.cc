#include "config/node.h"

namespace rota::config {
namespace {

struct Describe {
  std::string operator()(bool on) const { return on ? "true" : "false"; }
  std::string operator()(std::int64_t number) const { return std::to_string(number); }
  std::string operator()(double) const { return "a number with a fraction"; }
  std::string operator()(const std::string&) const { return "a text"; }
  std::string operator()(const NodeList&) const { return "a list"; }
  std::string operator()(const NodeTable&) const { return "a section"; }
  std::string operator()(const Other& other) const { return other.what; }
};

}  // namespace

std::string describe(const Node& node) { return std::visit(Describe{}, node.value); }

}  // namespace rota::config
