// A request's JSON object, read strictly: each field must be known and of its kind, depth and size
// are bounded, and all that is wrong is said at once, each beside its field.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/field_errors.h"
#include "rota/result.h"
#include "rota/time.h"

namespace rota::api {

class JsonBody {
 public:
  /// How instants and flags are written: as in requests, or as in a row of the database.
  enum class Style { kRequest, kRow };

  /// kInvalidArgument when it is no JSON object, with the column; an empty text is an empty object.
  static Result<JsonBody> parse(std::string_view text, Style style = Style::kRequest);

  /// Complains about every field that is not among these.
  void allow_only(std::initializer_list<std::string_view> known);

  bool has(std::string_view name) const { return object_.contains(name); }
  bool is_null(std::string_view name) const;
  std::string text(std::string_view name, std::string_view otherwise = {},
                   std::size_t bytes_max = 65536);
  std::int64_t number(std::string_view name, std::int64_t low, std::int64_t high,
                      std::int64_t otherwise);
  std::optional<bool> flag(std::string_view name);
  std::optional<Instant> instant(std::string_view name);
  /// "2026-12-25"; none for null.
  std::optional<LocalDate> date(std::string_view name);
  /// An object as JSON text; a string is taken as such a text itself, as somebody typed it.
  std::string json_object(std::string_view name, std::string_view otherwise = {});
  /// At most `most` numbers above zero, each once.
  std::vector<std::int64_t> ids(std::string_view name, std::size_t most);
  /// The object below `name`, empty when it is none.
  JsonBody below(std::string_view name);
  /// The objects of the list `name`, at most `most`; none when it is not there.
  std::vector<JsonBody> each_below(std::string_view name, std::size_t most);
  /// The texts of the list `name`, at most `most`; none when it is not there.
  std::vector<std::string> texts(std::string_view name, std::size_t most);

  const boost::json::object& object() const { return object_; }
  void complain(std::string_view field, std::string message,
                std::optional<std::size_t> column = std::nullopt);
  void count_unlisted(std::size_t count) { complaints_.count_unlisted(count); }
  const base::FieldErrors& complaints() const { return complaints_; }
  /// kInvalidArgument with the complaints (at most base::kFieldErrorsMax are listed); no error when
  /// there was none.
  Result<void> check() const;
  /// The same together with a verdict on the fields' values: what is said of a field here stands
  /// instead of what is said there. Other errors than kInvalidArgument come back as they are.
  Result<void> check_with(const Result<void>& verdict) const;

 private:
  JsonBody(boost::json::object object, Style style) : object_(std::move(object)), style_(style) {}
  const boost::json::value* find(std::string_view name) const { return object_.if_contains(name); }

  boost::json::object object_;
  Style style_;
  base::FieldErrors complaints_;
};

/// The error for these wrong fields.
Error wrong_fields(base::FieldErrors fields);
Error wrong_field(std::string_view field, std::string message);

}  // namespace rota::api
