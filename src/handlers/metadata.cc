#include "handlers/metadata.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <boost/json.hpp>

#include "base/wiping_storage.h"
#include "json/strict.h"
#include "rota/task.h"

namespace rota::handlers {
namespace {

namespace json = boost::json;

// A whole number however it is written: 5 and 5.0 are the same number in JSON.
std::optional<std::int64_t> whole_number(const json::value& value) {
  json::error_code wrong;
  const auto number = value.is_number() ? value.to_number<std::int64_t>(wrong) : 0;
  if (!value.is_number() || wrong) return std::nullopt;
  return number;
}

}  // namespace

Result<json::object> parse_metadata(std::string_view text, json::storage_ptr storage) {
  if (text.size() > kTaskMetadataMax) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("the metadata is longer than {} bytes", kTaskMetadataMax));
  }
  auto read = rota::json::parse_strict(text, rota::json::kDepthMax, std::move(storage));
  if (!read) {
    return fail(Error{ErrorCode::kInvalidArgument,
                      "the metadata " + rota::json::describe(read.error()),
                      "write a JSON object like {\"batchSize\": 50}",
                      read.error().at,
                      {}});
  }
  json::value& value = *read;
  if (!value.is_object()) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("the metadata must be a JSON object, not {}", describe_value(value)),
                "write a JSON object like {\"batchSize\": 50}");
  }
  return std::move(value.get_object());
}

std::string number_text(const json::value& number) {
  if (number.is_double()) return fmt::format("{}", number.get_double());
  return json::serialize(number);
}

std::string describe_value(const json::value& value, const base::Mask* mask) {
  switch (value.kind()) {
    case json::kind::null:
      return "null";
    case json::kind::object:
      return "an object";
    case json::kind::array:
      return "a list";
    case json::kind::string:
      return fmt::format("the text \"{}\"", base::masked_line(mask, value.get_string(), 40));
    case json::kind::bool_:
      return value.get_bool() ? "true" : "false";
    default:
      return fmt::format("the number {}", number_text(value));
  }
}

Metadata::Metadata(const TaskContext& task) : Metadata(task.metadata(), task.mask()) {}

Metadata::Metadata(std::string_view text, std::shared_ptr<const base::Mask> mask)
    : mask_(std::move(mask)), storage_(base::wiping_storage()), object_(storage_) {
  if (text.empty() || text == "{}") return;
  auto parsed = parse_metadata(text, storage_);
  if (parsed) {
    object_ = *std::move(parsed);
  } else {
    wrong_.push_back({"metadata", parsed.error().message, parsed.error().column});
  }
}

std::string Metadata::string(std::string_view field, std::string_view otherwise) {
  const json::value* value = find(field);
  if (value == nullptr) return std::string(otherwise);
  if (const auto* text = value->if_string()) return {text->data(), text->size()};
  expect(field, "a text", *value);
  return std::string(otherwise);
}

std::int64_t Metadata::integer(std::string_view field, std::int64_t otherwise, std::int64_t low,
                               std::int64_t high) {
  const json::value* value = find(field);
  if (value == nullptr) return otherwise;
  const auto number = whole_number(*value);
  if (!number) {
    expect(field, "a whole number", *value);
    return otherwise;
  }
  if (*number < low || *number > high) {
    complain(field, low == INT64_MIN    ? fmt::format("must be at most {}", high)
                    : high == INT64_MAX ? fmt::format("must be at least {}", low)
                                        : fmt::format("must be {} to {}", low, high));
    return otherwise;
  }
  return *number;
}

double Metadata::number(std::string_view field, double otherwise) {
  const json::value* value = find(field);
  if (value == nullptr) return otherwise;
  if (value->is_number()) return value->to_number<double>();
  expect(field, "a number", *value);
  return otherwise;
}

bool Metadata::boolean(std::string_view field, bool otherwise) {
  const json::value* value = find(field);
  if (value == nullptr) return otherwise;
  if (value->is_bool()) return value->get_bool();
  expect(field, "true or false", *value);
  return otherwise;
}

std::vector<std::string> Metadata::strings(std::string_view field) {
  std::vector<std::string> all;
  const json::value* value = find(field);
  if (value == nullptr) return all;
  if (!value->is_array()) {
    expect(field, "a list of texts", *value);
    return all;
  }
  for (const json::value& item : value->get_array()) {
    if (!item.is_string()) {
      expect(field, "a list of texts", item);
      return {};
    }
    all.emplace_back(item.get_string().data(), item.get_string().size());
  }
  return all;
}

std::string Metadata::shown(std::string_view text, std::size_t bytes_max) const {
  return base::masked_line(mask_.get(), text, bytes_max);
}

void Metadata::complain(std::string_view field, std::string message) {
  wrong_.push_back({std::string(field), std::move(message), std::nullopt});
}

void Metadata::expect(std::string_view field, std::string_view what, const json::value& found) {
  complain(field, fmt::format("must be {}, not {}", what, describe_value(found, mask_.get())));
}

Result<void> Metadata::check() const {
  if (wrong_.empty()) return {};
  std::vector<std::string> sentences;
  std::vector<FieldError> fields = wrong_;
  for (FieldError& wrong : fields) {
    const bool whole = wrong.field == "metadata";
    sentences.push_back(whole ? wrong.message
                              : fmt::format("metadata '{}' {}", wrong.field, wrong.message));
    if (!whole) wrong.field.insert(0, "metadata.");
  }
  return fail(Error{ErrorCode::kInvalidArgument, fmt::format("{}", fmt::join(sentences, "; ")),
                    "correct the task's metadata", std::nullopt, std::move(fields)});
}

}  // namespace rota::handlers
