// Holds a JSON value against a JSON Schema, for tests: the subset that docs/openapi.json uses. An
// object may have no member that its schema does not name, so that nothing goes undescribed.
#pragma once

#include <fmt/format.h>

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "rota/time.h"
#include "schedule/holiday_list.h"

namespace rota::api {

class SchemaCheck {
 public:
  /// `document`: where "#/components/..." leads to.
  explicit SchemaCheck(const boost::json::value& document) : document_(document) {}

  /// What does not fit, each with where it stands ("items/0/name: ..."); empty: all fits.
  std::vector<std::string> faults(const boost::json::value& schema,
                                  const boost::json::value& value) const {
    std::vector<std::string> found;
    check(schema.as_object(), value, "", found);
    return found;
  }

 private:
  using Object = boost::json::object;
  using Value = boost::json::value;
  using Faults = std::vector<std::string>;

  const Object& follow(std::string_view ref) const {
    return document_.at_pointer(ref.substr(1)).as_object();
  }

  static std::string_view type_of(const Value& value) {
    if (value.is_null()) return "null";
    if (value.is_bool()) return "boolean";
    if (value.is_int64() || value.is_uint64()) return "integer";
    if (value.is_double()) return "number";
    if (value.is_string()) return "string";
    return value.is_array() ? "array" : "object";
  }

  static bool is_type(const Value& wanted, const Value& value) {
    const std::string_view found = type_of(value);
    return wanted.as_string() == found || (wanted.as_string() == "number" && found == "integer");
  }

  static bool has_type(const Value& types, const Value& value) {
    if (types.is_string()) return is_type(types, value);
    for (const Value& one : types.as_array()) {
      if (is_type(one, value)) return true;
    }
    return false;
  }

  void check(const Object& schema, const Value& value, const std::string& where,
             Faults& found) const {
    if (const Value* ref = schema.if_contains("$ref")) {
      return check(follow(ref->as_string()), value, where, found);
    }
    if (const Value* choices = schema.if_contains("oneOf")) {
      return check_choices(choices->as_array(), value, where, found);
    }
    if (const Value* type = schema.if_contains("type"); type && !has_type(*type, value)) {
      found.push_back(fmt::format("{}: is {}", where, type_of(value)));
      return;
    }
    if (const Value* words = schema.if_contains("enum")) {
      bool is_one = false;
      for (const Value& word : words->as_array()) is_one = is_one || word == value;
      if (!is_one) found.push_back(where + ": is none of the words");
    }
    if (value.is_object()) check_members(schema, value.as_object(), where, found);
    if (value.is_array()) check_items(schema, value.as_array(), where, found);
    if (value.is_string()) check_text(schema, value.as_string(), where, found);
    if (value.is_int64()) check_number(schema, value.as_int64(), where, found);
  }

  void check_choices(const boost::json::array& choices, const Value& value,
                     const std::string& where, Faults& found) const {
    Faults all;
    for (const Value& choice : choices) {
      Faults of_one;
      check(choice.as_object(), value, where, of_one);
      if (of_one.empty()) return;
      all.insert(all.end(), of_one.begin(), of_one.end());
    }
    found.insert(found.end(), all.begin(), all.end());
  }

  void check_members(const Object& schema, const Object& value, const std::string& where,
                     Faults& found) const {
    if (const Value* required = schema.if_contains("required")) {
      for (const Value& name : required->as_array()) {
        if (!value.contains(name.as_string())) {
          found.push_back(fmt::format("{}: has no {}", where, std::string(name.as_string())));
        }
      }
    }
    const Value* properties = schema.if_contains("properties");
    if (properties == nullptr) return;  // any object
    for (const auto& member : value) {
      const std::string path = where + "/" + std::string(member.key());
      const Value* known = properties->as_object().if_contains(member.key());
      if (known == nullptr)
        found.push_back(path + ": is not described");
      else
        check(known->as_object(), member.value(), path, found);
    }
  }

  void check_items(const Object& schema, const boost::json::array& value, const std::string& where,
                   Faults& found) const {
    const auto size = static_cast<std::int64_t>(value.size());
    const Value* least = schema.if_contains("minItems");
    const Value* most = schema.if_contains("maxItems");
    if ((least && size < least->as_int64()) || (most && size > most->as_int64())) {
      found.push_back(fmt::format("{}: has {} items", where, size));
    }
    const Value* items = schema.if_contains("items");
    if (items == nullptr) return;
    for (std::size_t i = 0; i < value.size(); ++i) {
      check(items->as_object(), value[i], fmt::format("{}/{}", where, i), found);
    }
  }

  static void check_text(const Object& schema, std::string_view value, const std::string& where,
                         Faults& found) {
    const Value* format = schema.if_contains("format");
    if (format == nullptr) return;
    const bool fits = format->as_string() == "date" ? schedule::parse_local_date(value).has_value()
                      : format->as_string() == "date-time" ? parse_instant(value).has_value()
                                                           : true;
    if (!fits)
      found.push_back(
          fmt::format("{}: '{}' is no {}", where, value, std::string(format->as_string())));
  }

  static void check_number(const Object& schema, std::int64_t value, const std::string& where,
                           Faults& found) {
    const Value* low = schema.if_contains("minimum");
    const Value* high = schema.if_contains("maximum");
    if ((low && value < low->as_int64()) || (high && value > high->as_int64())) {
      found.push_back(fmt::format("{}: {} is out of bounds", where, value));
    }
  }

  const Value& document_;
};

}  // namespace rota::api
