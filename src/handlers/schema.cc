#include "handlers/schema.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cmath>

#include "base/field_errors.h"
#include "base/suggestion.h"
#include "base/utf8.h"
#include "handlers/metadata.h"

namespace rota::handlers {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 12> kKnownWords{"type",
                                                       "properties",
                                                       "required",
                                                       "enum",
                                                       "minimum",
                                                       "maximum",
                                                       "items",
                                                       "title",
                                                       "description",
                                                       "default",
                                                       "additionalProperties",
                                                       "$schema"};

constexpr std::size_t kShownMax = 100;  // bytes of a foreign name

std::string_view text_of(const json::value& value) {
  const auto* text = value.if_string();
  return text == nullptr ? std::string_view{} : std::string_view{text->data(), text->size()};
}

bool is_whole(const json::value& value) {
  if (value.is_int64() || value.is_uint64()) return true;
  return value.is_double() && std::trunc(value.get_double()) == value.get_double();
}

bool has_type(const json::value& value, std::string_view type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_bool();
  if (type == "number") return value.is_number();
  if (type == "integer") return is_whole(value);
  return type == "null" && value.is_null();
}

std::string_view type_words(std::string_view type) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kWords{
      {{"object", "an object"},
       {"array", "a list"},
       {"string", "a text"},
       {"boolean", "true or false"},
       {"number", "a number"},
       {"integer", "a whole number"},
       {"null", "null"}}};
  for (const auto& [name, words] : kWords) {
    if (name == type) return words;
  }
  return type;
}

// With the field that was probably meant, else with all there are.
std::string unknown_field(const json::value* properties, std::string_view name) {
  std::vector<std::string> known;
  if (properties != nullptr && properties->is_object()) {
    for (const auto& [key, field] : properties->get_object()) {
      known.emplace_back(key.data(), key.size());
    }
  }
  if (known.empty()) return "is not known here";
  const std::string nearest = base::nearest_word(name, known);
  if (!nearest.empty()) return fmt::format("is not known here; did you mean '{}'?", nearest);
  return fmt::format("is not known here; known are {}", fmt::join(known, ", "));
}

// Equal as JSON Schema means it: 1 and 1.0 are the same number.
bool equal(const json::value& a, const json::value& b) {
  if (a.is_number() && b.is_number()) return a.to_number<double>() == b.to_number<double>();
  return a == b;
}

class Validator {
 public:
  void check(const json::object& schema, const json::value& value, const std::string& path) {
    if (!check_type(schema, value, path)) return;
    check_enum(schema, value, path);
    check_range(schema, value, path);
    if (value.is_object()) check_fields(schema, value.get_object(), path);
    if (value.is_array()) check_items(schema, value.get_array(), path);
  }

  /// The last one counts those that are not listed.
  std::vector<FieldError> errors() const {
    std::vector<FieldError> all = errors_.listed();
    if (errors_.unlisted() > 0) {
      all.back() = {
          "metadata",
          fmt::format("has {} more wrong fields, which are not listed", errors_.unlisted() + 1),
          std::nullopt};
    }
    return all;
  }

 private:
  void complain(const std::string& path, std::string message) {
    errors_.add(path, std::move(message));
  }

  // Beyond what is listed nothing is put into words.
  bool only_counted() {
    if (!errors_.is_full()) return false;
    errors_.count_unlisted();
    return true;
  }
  template <class... Parts>
  std::string path_below(fmt::format_string<const Parts&...> form, const Parts&... parts) const {
    return errors_.is_full() ? std::string{} : fmt::format(form, parts...);
  }

  bool check_type(const json::object& schema, const json::value& value, const std::string& path) {
    const json::value* type = schema.if_contains("type");
    if (type == nullptr || has_type(value, text_of(*type))) return true;
    if (only_counted()) return false;
    complain(path,
             fmt::format("must be {}, not {}", type_words(text_of(*type)), describe_value(value)));
    return false;
  }

  void check_enum(const json::object& schema, const json::value& value, const std::string& path) {
    const json::value* allowed = schema.if_contains("enum");
    if (allowed == nullptr || !allowed->is_array()) return;
    const auto is_same = [&](const json::value& one) { return equal(one, value); };
    if (std::ranges::any_of(allowed->get_array(), is_same) || only_counted()) return;
    std::vector<std::string> words;
    for (const json::value& one : allowed->get_array()) {
      words.push_back(one.is_string() ? std::string(text_of(one)) : json::serialize(one));
    }
    complain(path, fmt::format("must be one of {}, not {}", fmt::join(words, ", "),
                               describe_value(value)));
  }

  void check_range(const json::object& schema, const json::value& value, const std::string& path) {
    if (!value.is_number()) return;
    const double number = value.to_number<double>();
    const json::value* low = schema.if_contains("minimum");
    const json::value* high = schema.if_contains("maximum");
    const bool too_low = low != nullptr && low->is_number() && number < low->to_number<double>();
    const bool too_high =
        high != nullptr && high->is_number() && number > high->to_number<double>();
    if ((!too_low && !too_high) || only_counted()) return;
    complain(path, low != nullptr && high != nullptr
                       ? fmt::format("must be {} to {}", number_text(*low), number_text(*high))
                   : too_low ? fmt::format("must be at least {}", number_text(*low))
                             : fmt::format("must be at most {}", number_text(*high)));
  }

  void check_fields(const json::object& schema, const json::object& value,
                    const std::string& path) {
    const json::value* required = schema.if_contains("required");
    if (required != nullptr && required->is_array()) {
      for (const json::value& name : required->get_array()) {
        if (!value.contains(text_of(name)) && !only_counted()) {
          complain(fmt::format("{}.{}", path, text_of(name)), "must be given");
        }
      }
    }
    const json::value* properties = schema.if_contains("properties");
    const json::value* others = schema.if_contains("additionalProperties");
    const bool closed = others != nullptr && others->is_bool() && !others->get_bool();
    for (const auto& [key, field] : value) {
      const json::value* known = properties != nullptr && properties->is_object()
                                     ? properties->get_object().if_contains(key)
                                     : nullptr;
      const std::string below = path_below(
          "{}.{}", path,
          errors_.is_full() ? std::string{} : base::one_line({key.data(), key.size()}, kShownMax));
      if (known != nullptr && known->is_object()) {
        check(known->get_object(), field, below);
      } else if (closed && !only_counted()) {
        complain(below, unknown_field(properties, {key.data(), key.size()}));
      } else if (others != nullptr && others->is_object()) {
        check(others->get_object(), field, below);
      }
    }
  }

  void check_items(const json::object& schema, const json::array& value, const std::string& path) {
    const json::value* items = schema.if_contains("items");
    if (items == nullptr || !items->is_object()) return;
    for (std::size_t i = 0; i < value.size(); ++i) {
      check(items->get_object(), value[i], path_below("{}[{}]", path, i));
    }
  }

  base::FieldErrors errors_;
};

// What is wrong with a schema itself.
class SchemaJudge {
 public:
  void judge(const json::object& schema, const std::string& path, bool is_field) {
    for (const auto& [key, value] : schema) {
      const std::string_view word{key.data(), key.size()};
      if (std::find(kKnownWords.begin(), kKnownWords.end(), word) == kKnownWords.end()) {
        complain(path, fmt::format("uses '{}', which is not checked", word));
      }
    }
    if (is_field) judge_field(schema, path);
    for (const char* word : {"items", "additionalProperties"}) {
      const json::value* inner = schema.if_contains(word);
      if (inner != nullptr && inner->is_object()) judge(inner->get_object(), path, false);
    }
    const json::value* properties = schema.if_contains("properties");
    if (properties == nullptr) return;
    if (!properties->is_object()) return complain(path, "has properties that are no object");
    for (const auto& [key, field] : properties->get_object()) {
      const std::string below =
          fmt::format("{}.{}", path, std::string_view{key.data(), key.size()});
      if (!field.is_object()) {
        complain(below, "is no object");
      } else {
        judge(field.get_object(), below, true);
      }
    }
  }

  std::vector<std::string> complaints;

 private:
  void complain(const std::string& path, std::string_view what) {
    complaints.push_back(fmt::format("{} {}", path, what));
  }

  void judge_field(const json::object& field, const std::string& path) {
    for (const char* word : {"type", "title", "description"}) {
      const json::value* text = field.if_contains(word);
      if (text == nullptr || text_of(*text).empty()) {
        complain(path, fmt::format("has no {}", word));
      }
    }
    const json::value* fallback = field.if_contains("default");
    if (fallback == nullptr) return;
    Validator validator;
    validator.check(field, *fallback, path);
    for (const auto& error : validator.errors())
      complain(path, "has a default that " + error.message);
  }
};

Result<json::object> parse_schema(std::string_view text) {
  auto schema = parse_metadata(text);
  if (schema) return schema;
  return fail(ErrorCode::kInternal, "the handler's schema is wrong: " + schema.error().message);
}

}  // namespace

Result<void> validate_metadata(std::string_view schema, std::string_view metadata) {
  const auto rules = parse_schema(schema);
  if (!rules) return fail(rules.error());
  auto given = parse_metadata(metadata);
  if (!given) {
    Error error = std::move(given.error());
    error.fields = {{"metadata", error.message, error.column}};
    return fail(std::move(error));
  }
  Validator validator;
  validator.check(*rules, json::value(*std::move(given)), "metadata");
  std::vector<FieldError> errors = validator.errors();
  if (errors.empty()) return {};
  std::vector<std::string> sentences;
  for (const auto& error : errors) {
    sentences.push_back(fmt::format("{} {}", error.field, error.message));
  }
  return fail(Error{ErrorCode::kInvalidArgument,
                    base::one_line(fmt::format("{}", fmt::join(sentences, "; ")), 2000),
                    "`rota handlers TYPE` shows what the metadata may hold", std::nullopt,
                    std::move(errors)});
}

Result<void> check_schema(std::string_view schema) {
  const auto rules = parse_schema(schema);
  if (!rules) return fail(rules.error());
  SchemaJudge judge;
  const json::value* type = rules->if_contains("type");
  if (type == nullptr || text_of(*type) != "object") {
    judge.complaints.emplace_back("the schema is not one of an object");
  }
  judge.judge(*rules, "schema", false);
  if (judge.complaints.empty()) return {};
  return fail(ErrorCode::kInternal, fmt::format("{}", fmt::join(judge.complaints, "; ")));
}

}  // namespace rota::handlers
