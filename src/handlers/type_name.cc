// Class name to task type: a new word begins at a capital after a small letter or digit, and at the
// last capital of a row of capitals ("APIHealthcheck" is "api_healthcheck").
#include <cctype>

#include "rota/handler.h"

namespace rota {
namespace {

bool upper(char c) { return c >= 'A' && c <= 'Z'; }
bool lower(char c) { return c >= 'a' && c <= 'z'; }
bool digit(char c) { return c >= '0' && c <= '9'; }

bool begins_word(std::string_view name, std::size_t i) {
  if (i == 0 || !upper(name[i])) return false;
  if (lower(name[i - 1]) || digit(name[i - 1])) return true;
  return upper(name[i - 1]) && i + 1 < name.size() && lower(name[i + 1]);
}

std::string_view without_suffix(std::string_view name) {
  for (std::string_view suffix : {"TaskHandler", "Handler"}) {
    if (name.size() > suffix.size() && name.ends_with(suffix)) {
      return name.substr(0, name.size() - suffix.size());
    }
  }
  return name;
}

}  // namespace

std::string handler_type_name(std::string_view class_name) {
  if (const auto colons = class_name.rfind("::"); colons != std::string_view::npos) {
    class_name.remove_prefix(colons + 2);
  }
  const std::string_view name = without_suffix(class_name);
  std::string type;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (begins_word(name, i) && type.back() != '_') type += '_';
    type += static_cast<char>(upper(name[i]) ? name[i] - 'A' + 'a' : name[i]);
  }
  return type;
}

}  // namespace rota
