#include "base/log_line.h"

#include <cmath>

#include "base/characters.h"
#include "base/utf8.h"

namespace rota::base {
namespace {

using std::chrono::floor;
using std::chrono::seconds;

void append(LineBuffer& line, std::string_view text) {
  line.append(text.data(), text.data() + text.size());
}

// The date and time to the second changes once a second, so each thread keeps the last one.
std::string_view second_text(Instant at) {
  thread_local seconds kept{-1};
  thread_local std::string text;
  const seconds second = floor<seconds>(at.time_since_epoch());
  if (text.empty() || second != kept) {
    kept = second;
    text = format_utc(Instant{second});
    text.pop_back();  // the Z comes after the fraction
  }
  return text;
}

void append_digits(LineBuffer& line, std::int64_t value, int digits) {
  char text[8];
  for (int i = digits; i-- > 0; value /= 10) text[i] = static_cast<char>('0' + value % 10);
  line.append(text, text + digits);
}

std::int64_t micros_of_second(Instant at) { return (at - floor<seconds>(at)).count(); }

bool plain(unsigned char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; }

void append_json_escape(LineBuffer& line, unsigned char c) {
  switch (c) {
    case '"':
      return append(line, "\\\"");
    case '\\':
      return append(line, "\\\\");
    case '\n':
      return append(line, "\\n");
    case '\r':
      return append(line, "\\r");
    case '\t':
      return append(line, "\\t");
    default:
      fmt::format_to(fmt::appender(line), "\\u{:04x}", c);
  }
}

void append_json_value(LineBuffer& line, const LogField& field) {
  if (const auto* text = std::get_if<std::string_view>(&field.value)) {
    append_json_string(line, *text);
  } else if (const auto* number = std::get_if<std::int64_t>(&field.value)) {
    append(line, {fmt::format_int(*number).c_str()});
  } else if (const auto* real = std::get_if<double>(&field.value)) {
    if (std::isfinite(*real)) {
      fmt::format_to(fmt::appender(line), "{}", *real);
    } else {
      append(line, "null");
    }
  } else {
    append(line, std::get<bool>(field.value) ? "true" : "false");
  }
}

std::string_view colour_of(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "\x1b[2m";
    case LogLevel::kInfo:
      return "\x1b[32m";
    case LogLevel::kWarning:
      return "\x1b[33m";
    case LogLevel::kError:
      return "\x1b[31m";
  }
  return "";
}

// A value as a person reads it: quoted only where a space, quote or control character asks for it.
void append_human_value(LineBuffer& line, const LogField& field) {
  const auto* text = std::get_if<std::string_view>(&field.value);
  if (text == nullptr) return append_json_value(line, field);
  const bool simple = !text->empty() && text->find_first_not_of(
                                            "abcdefghijklmnopqrstuvwxyz"
                                            "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                            "0123456789_-+.:/@,%") == std::string_view::npos;
  if (simple) {
    append(line, *text);
  } else {
    append_json_string(line, *text);
  }
}

}  // namespace

void append_json_string(LineBuffer& line, std::string_view text) {
  line.push_back('"');
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && plain(static_cast<unsigned char>(text[end]))) ++end;
    append(line, text.substr(at, end - at));
    at = end;
    if (at == text.size()) break;
    const auto c = static_cast<unsigned char>(text[at]);
    if (c < 0x80) {
      append_json_escape(line, c);
      ++at;
    } else if (const std::size_t length = utf8_length_at(text, at); length != 0) {
      const auto hidden = find_hidden(text.substr(at, length));
      append(line, hidden ? json_escape_of(hidden->code) : std::string(text.substr(at, length)));
      at += length;
    } else {
      append(line, "\xEF\xBF\xBD");
      ++at;
    }
  }
  line.push_back('"');
}

void append_time(LineBuffer& line, Instant at) {
  append(line, second_text(at));
  line.push_back('.');
  append_digits(line, micros_of_second(at), 6);
  line.push_back('Z');
}

void append_json_line(LineBuffer& line, Instant at, LogLevel level, std::string_view channel,
                      std::string_view message, const LogField* fields, std::size_t count) {
  append(line, R"({"time":")");
  append_time(line, at);
  append(line, R"(","level":")");
  append(line, level_word(level));
  append(line, R"(","channel":)");
  append_json_string(line, channel);
  append(line, R"(,"message":)");
  append_json_string(line, message);
  for (std::size_t i = 0; i < count; ++i) {
    line.push_back(',');
    append_json_string(line, fields[i].key);
    line.push_back(':');
    append_json_value(line, fields[i]);
  }
  append(line, "}\n");
}

void append_human_line(LineBuffer& line, bool colour, Instant at, LogLevel level,
                       std::string_view channel, std::string_view message, const LogField* fields,
                       std::size_t count) {
  const std::string_view dim = colour ? "\x1b[2m" : "";
  const std::string_view end = colour ? "\x1b[0m" : "";
  append(line, dim);
  append(line, second_text(at).substr(11));
  line.push_back('.');
  append_digits(line, micros_of_second(at) / 1000, 3);
  append(line, end);
  fmt::format_to(fmt::appender(line), " {}{:<7}{} {}{:<8}{} {:<9}", colour ? colour_of(level) : "",
                 level_word(level), end, dim, one_line(channel, 40), end,
                 visible(one_line(message, 500)));
  for (std::size_t i = 0; i < count; ++i) {
    fmt::format_to(fmt::appender(line), " {}{}={}", dim, one_line(fields[i].key, 40), end);
    append_human_value(line, fields[i]);
  }
  line.push_back('\n');
}

}  // namespace rota::base
