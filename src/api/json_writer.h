// Writes JSON straight into a string, one value after the other: a page of a thousand tasks never
// exists as a tree. The caller keeps the brackets balanced; commas are put by the writer.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rota/time.h"

namespace rota::api {

class JsonWriter {
 public:
  JsonWriter() { out_.reserve(1024); }

  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }
  /// Names the next value. `name` is written as it is: a plain word of ours.
  JsonWriter& key(std::string_view name);

  /// As a JSON string; broken UTF-8 becomes U+FFFD, and '<', '>', '&' are escaped, so that the
  /// text stays harmless wherever it is pasted.
  JsonWriter& value(std::string_view text);
  JsonWriter& value(const std::string& text) { return value(std::string_view(text)); }
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  template <std::integral Number>
    requires(!std::same_as<Number, bool>)
  JsonWriter& value(Number number) {
    if constexpr (std::is_signed_v<Number>)
      return number_text(static_cast<std::int64_t>(number));
    else
      return number_text(static_cast<std::uint64_t>(number));
  }
  JsonWriter& value(double number);
  JsonWriter& value(bool flag) { return raw(flag ? "true" : "false"); }
  JsonWriter& value(Instant at) { return value(format_utc(at)); }
  JsonWriter& null() { return raw("null"); }
  template <class T>
  JsonWriter& value(const std::optional<T>& maybe) {
    return maybe ? value(*maybe) : null();
  }
  /// A text that is known to be one JSON value.
  JsonWriter& raw(std::string_view json);

  /// key() and value() at once.
  template <class T>
  JsonWriter& field(std::string_view name, const T& content) {
    return key(name).value(content);
  }

  std::string take() { return std::move(out_); }

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  JsonWriter& number_text(std::int64_t number);
  JsonWriter& number_text(std::uint64_t number);
  void comma();

  std::string out_;
  bool needs_comma_ = false;
};

}  // namespace rota::api
