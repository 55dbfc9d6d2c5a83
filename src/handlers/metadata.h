// A task's metadata as a handler reads it: each field by name and kind. What is wrong is collected
// while reading, so that check() names every wrong field at once.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/mask.h"
#include "rota/handler.h"
#include "rota/result.h"

namespace rota::handlers {

/// Parses a JSON object of at most kTaskMetadataMax bytes. Errors: kInvalidArgument with the
/// column.
Result<boost::json::object> parse_metadata(std::string_view text,
                                           boost::json::storage_ptr storage = {});

/// "the text "abc"", "the number 5": what stands there, for error messages.
std::string describe_value(const boost::json::value& value, const base::Mask* mask = nullptr);

/// 5, 0.5: as people write a number, not 5E-1.
std::string number_text(const boost::json::value& number);

/// Reads fields and remembers what was wrong. What it holds, secrets too, leaves memory with it.
/// Not thread-safe.
class Metadata {
 public:
  /// A text that is no JSON object is reported by check().
  explicit Metadata(const TaskContext& task);
  /// Of a text that names its secrets still, as it is saved; else with a mask that knows them.
  explicit Metadata(std::string_view text, std::shared_ptr<const base::Mask> mask = nullptr);

  bool has(std::string_view field) const { return object_.contains(field); }
  std::string string(std::string_view field, std::string_view otherwise = {});
  std::int64_t integer(std::string_view field, std::int64_t otherwise, std::int64_t low = INT64_MIN,
                       std::int64_t high = INT64_MAX);
  double number(std::string_view field, double otherwise);
  bool boolean(std::string_view field, bool otherwise);
  /// Absent: empty. One text alone is not a list.
  std::vector<std::string> strings(std::string_view field);
  const boost::json::value* find(std::string_view field) const {
    return object_.if_contains(field);
  }

  /// A part of the metadata as a message may show it: one line, without secrets.
  std::string shown(std::string_view text, std::size_t bytes_max) const;
  /// Adds a complaint about a field, for rules that a kind alone cannot say.
  void complain(std::string_view field, std::string message);
  /// kInvalidArgument naming every field that was wrong so far.
  Result<void> check() const;

 private:
  void expect(std::string_view field, std::string_view what, const boost::json::value& found);

  std::shared_ptr<const base::Mask> mask_;
  const boost::json::storage_ptr storage_;
  boost::json::object object_;
  std::vector<FieldError> wrong_;
};

}  // namespace rota::handlers
