// The parameters after '?', read strictly: each name must be known, each value of its kind. All
// that is wrong is said at once.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/field_errors.h"
#include "rota/result.h"
#include "rota/time.h"

namespace rota::api {

/// "a%20b+c" becomes "a b c". None: a broken escape, a NUL or broken UTF-8.
std::optional<std::string> percent_decode(std::string_view text);

class Query {
 public:
  /// Reads "a=1&b=2". Complains about names that are not among `known`, or given twice.
  Query(std::string_view text, std::initializer_list<std::string_view> known);

  bool has(std::string_view name) const { return values_.contains(name); }
  std::string text(std::string_view name, std::string_view otherwise = {}) const;
  std::int64_t number(std::string_view name, std::int64_t low, std::int64_t high,
                      std::int64_t otherwise);
  std::optional<bool> flag(std::string_view name);
  std::optional<Instant> instant(std::string_view name);
  /// "2026-12-25".
  std::optional<LocalDate> date(std::string_view name);

  /// Adds a complaint of the caller's own.
  void complain(std::string_view name, std::string message,
                std::optional<std::size_t> column = std::nullopt);

  /// kInvalidArgument with every complaint; no error when there was none.
  Result<void> check() const;

 private:
  void add(std::string_view piece, std::initializer_list<std::string_view> known);

  std::map<std::string, std::string, std::less<>> values_;
  base::FieldErrors complaints_;
};

/// For a route that has no parameters: an error when there are some.
Result<void> refuse_parameters(std::string_view query);

}  // namespace rota::api
