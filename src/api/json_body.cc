#include "api/json_body.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <set>

#include "base/utf8.h"
#include "base/wiping_storage.h"
#include "json/strict.h"
#include "schedule/holiday_list.h"

namespace rota::api {
namespace {

namespace json = boost::json;

constexpr std::size_t kShownMax = 40;  // bytes of a foreign name repeated in an answer

Error no_object(std::string message, std::optional<std::size_t> column) {
  return Error{ErrorCode::kInvalidArgument,
               std::move(message),
               "send one JSON object, with Content-Type: application/json",
               column,
               {}};
}

Error no_json(const rota::json::Fault& fault) {
  Error error = no_object("the body " + rota::json::describe(fault), fault.at);
  if (!fault.field.empty()) {
    error.hint = "send each name of an object once";
    error.fields = {{fault.field, "stands twice", fault.at}};
  }
  return error;
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

}  // namespace

Result<JsonBody> JsonBody::parse(std::string_view text, Style style) {
  if (is_blank(text)) return JsonBody(json::object{}, style);
  // It may hold a password.
  auto value = rota::json::parse_strict(text, rota::json::kDepthMax, base::wiping_storage());
  if (!value) return fail(no_json(value.error()));
  if (!value->is_object()) return fail(no_object("the body is JSON, but no object", 1));
  return JsonBody(std::move(value->get_object()), style);
}

void JsonBody::allow_only(std::initializer_list<std::string_view> known) {
  for (const auto& item : object_) {
    const std::string_view name(item.key().data(), item.key().size());
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    if (complaints_.is_full()) {
      complaints_.count_unlisted();
      continue;
    }
    complain(base::one_line(name, kShownMax),
             fmt::format("is not a field here; known: {}", fmt::join(known, ", ")));
  }
}

bool JsonBody::is_null(std::string_view name) const {
  const json::value* value = find(name);
  return value != nullptr && value->is_null();
}

std::string JsonBody::text(std::string_view name, std::string_view otherwise,
                           std::size_t bytes_max) {
  const json::value* value = find(name);
  if (value == nullptr) return std::string(otherwise);
  if (!value->is_string()) {
    complain(name, "must be a text");
    return std::string(otherwise);
  }
  const json::string& text = value->get_string();
  if (text.size() > bytes_max) complain(name, fmt::format("is longer than {} bytes", bytes_max));
  return std::string(text.data(), std::min(text.size(), bytes_max));
}

std::int64_t JsonBody::number(std::string_view name, std::int64_t low, std::int64_t high,
                              std::int64_t otherwise) {
  const json::value* value = find(name);
  if (value == nullptr) return otherwise;
  if (value->is_int64() && value->get_int64() >= low && value->get_int64() <= high) {
    return value->get_int64();
  }
  complain(name, fmt::format("must be a whole number from {} to {}", low, high));
  return otherwise;
}

std::optional<bool> JsonBody::flag(std::string_view name) {
  const json::value* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_bool()) return value->get_bool();
  if (style_ == Style::kRow && value->is_int64()) return value->get_int64() != 0;
  complain(name, "must be true or false");
  return std::nullopt;
}

std::optional<Instant> JsonBody::instant(std::string_view name) {
  const json::value* value = find(name);
  if (value == nullptr || value->is_null()) return std::nullopt;
  if (style_ == Style::kRow && value->is_int64()) return Instant{Duration{value->get_int64()}};
  if (!value->is_string()) {
    complain(name, "must be a time such as \"2026-11-23T09:30:00Z\", or null");
    return std::nullopt;
  }
  const auto at = parse_instant(std::string_view(value->get_string()));
  if (at) return *at;
  complain(name, at.error().message, at.error().column);
  return std::nullopt;
}

std::string JsonBody::json_object(std::string_view name, std::string_view otherwise) {
  const json::value* value = find(name);
  if (value == nullptr) return std::string(otherwise);
  if (value->is_string()) return std::string(std::string_view(value->get_string()));
  if (value->is_object()) return json::serialize(*value);
  complain(name, "must be an object");
  return std::string(otherwise);
}

std::vector<std::int64_t> JsonBody::ids(std::string_view name, std::size_t most) {
  const json::value* value = find(name);
  std::vector<std::int64_t> ids;
  const json::array* array = value == nullptr ? nullptr : value->if_array();
  const bool fits = array != nullptr && !array->empty() && array->size() <= most;
  std::set<std::int64_t> seen;
  if (fits) {
    for (const json::value& id : *array) {
      if (!id.is_int64() || id.get_int64() < 1 || !seen.insert(id.get_int64()).second) break;
      ids.push_back(id.get_int64());
    }
  }
  if (!fits || ids.size() != array->size()) {
    complain(name, fmt::format("must be a list of 1 to {} ids, each once", most));
    ids.clear();
  }
  return ids;
}

std::optional<LocalDate> JsonBody::date(std::string_view name) {
  const json::value* value = find(name);
  if (value == nullptr || value->is_null()) return std::nullopt;
  if (value->is_string()) {
    const auto date = schedule::parse_local_date(std::string_view(value->get_string()));
    if (date) return *date;
  }
  complain(name, "must be a date such as \"2026-12-25\"");
  return std::nullopt;
}

std::vector<JsonBody> JsonBody::each_below(std::string_view name, std::size_t most) {
  std::vector<JsonBody> objects;
  const json::value* value = find(name);
  if (value == nullptr) return objects;
  const json::array* array = value->if_array();
  const bool fits = array != nullptr && array->size() <= most &&
                    std::ranges::all_of(*array, [](const auto& one) { return one.is_object(); });
  if (!fits) {
    complain(name, fmt::format("must be a list of at most {} objects", most));
    return objects;
  }
  for (const json::value& one : *array) objects.push_back(JsonBody(one.get_object(), style_));
  return objects;
}

std::vector<std::string> JsonBody::texts(std::string_view name, std::size_t most) {
  std::vector<std::string> texts;
  const json::value* value = find(name);
  if (value == nullptr) return texts;
  const json::array* array = value->if_array();
  const bool fits = array != nullptr && array->size() <= most &&
                    std::ranges::all_of(*array, [](const auto& one) { return one.is_string(); });
  if (!fits) {
    complain(name, fmt::format("must be a list of at most {} texts", most));
    return texts;
  }
  for (const json::value& one : *array) texts.emplace_back(std::string_view(one.get_string()));
  return texts;
}

JsonBody JsonBody::below(std::string_view name) {
  const json::value* value = find(name);
  if (value != nullptr && value->is_object()) return JsonBody(value->get_object(), style_);
  complain(name, "must be an object");
  return JsonBody(json::object{}, style_);
}

void JsonBody::complain(std::string_view field, std::string message,
                        std::optional<std::size_t> column) {
  complaints_.add(field, std::move(message), column);
}

Result<void> JsonBody::check() const {
  if (complaints_.empty()) return {};
  return fail(wrong_fields(complaints_));
}

Result<void> JsonBody::check_with(const Result<void>& verdict) const {
  base::FieldErrors wrong = complaints_;
  if (!verdict) {
    if (verdict.error().code != ErrorCode::kInvalidArgument) return verdict;
    for (const FieldError& field : verdict.error().fields) {
      const auto is_same = [&](const FieldError& one) { return one.field == field.field; };
      if (std::ranges::none_of(complaints_.listed(), is_same)) {
        wrong.add(field.field, field.message, field.column);
      }
    }
    if (wrong.empty()) return verdict;
  }
  if (wrong.empty()) return {};
  return fail(wrong_fields(std::move(wrong)));
}

Error wrong_fields(base::FieldErrors fields) {
  Error error{ErrorCode::kInvalidArgument, "some fields are not right" + fields.rest(), {}, {}, {}};
  error.fields = std::move(fields).take();
  if (error.fields.size() == 1) {
    error.message = fmt::format("{} {}", error.fields[0].field, error.fields[0].message);
    error.column = error.fields[0].column;
  }
  return error;
}

Error wrong_field(std::string_view field, std::string message) {
  base::FieldErrors fields;
  fields.add(field, std::move(message));
  return wrong_fields(std::move(fields));
}

}  // namespace rota::api
