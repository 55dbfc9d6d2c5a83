#include "calendar/ics_lines.h"

#include <fmt/format.h>

#include "schedule/text_error.h"

namespace rota::calendar {
namespace {

bool is_name_character(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_';
}

std::string in_capitals(std::string_view text) {
  std::string capitals(text);
  for (char& c : capitals) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  }
  return capitals;
}

// Where the value begins: the first colon outside quotes.
std::size_t colon_in(std::string_view line) {
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"') quoted = !quoted;
    if (line[i] == ':' && !quoted) return i;
  }
  return std::string_view::npos;
}

Result<std::optional<IcsLine>> take_apart(std::size_t number, std::string_view line) {
  std::size_t end = 0;
  while (end < line.size() && is_name_character(line[end])) ++end;
  const std::size_t colon = colon_in(line);
  const bool well_formed = end > 0 && colon != std::string_view::npos &&
                           (end == colon || (end < colon && line[end] == ';'));
  if (!well_formed) {
    return ics_error(number, "expected NAME:VALUE, found " + schedule::quoted(line));
  }
  std::string_view parameters = line.substr(end, colon - end);
  if (!parameters.empty()) parameters.remove_prefix(1);
  return IcsLine{number, in_capitals(line.substr(0, end)), std::string(parameters),
                 std::string(line.substr(colon + 1))};
}

}  // namespace

std::string_view IcsLines::take_physical() {
  const std::size_t end = rest_.find('\n');
  std::string_view line = rest_.substr(0, end);
  rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
  ++number_;
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

Result<std::optional<IcsLine>> IcsLines::next() {
  std::string line;
  std::size_t first = 0;
  while (!rest_.empty() && line.empty()) {
    line = take_physical();
    first = number_;
  }
  while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\t')) {
    line += take_physical().substr(1);
    if (line.size() > kLineMax) {
      return ics_error(first, fmt::format("is longer than {} bytes", kLineMax));
    }
  }
  if (line.empty()) return std::optional<IcsLine>{};
  if (line.size() > kLineMax) {
    return ics_error(first, fmt::format("is longer than {} bytes", kLineMax));
  }
  return take_apart(first, line);
}

tl::unexpected<Error> ics_error(std::size_t line, std::string_view message, std::string hint) {
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("line {} of the calendar: {}", line, message), std::move(hint));
}

std::string ics_text(std::string_view value) {
  std::string text;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] != '\\' || i + 1 == value.size()) {
      text += value[i];
      continue;
    }
    ++i;
    text += value[i] == 'n' || value[i] == 'N' ? ' ' : value[i];
  }
  return text;
}

}  // namespace rota::calendar
