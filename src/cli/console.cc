#include "cli/console.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "api/codec.h"
#include "cli/text.h"

namespace rota::cli {
namespace {

std::string_view colour_code(Style style) {
  switch (style) {
    case Style::kGood:
      return "\x1b[32m";
    case Style::kBad:
      return "\x1b[31m";
    case Style::kWarning:
      return "\x1b[33m";
    case Style::kDim:
      return "\x1b[2m";
    case Style::kStrong:
      return "\x1b[1m";
    case Style::kPlain:
      break;
  }
  return {};
}

std::string painted(bool colour, Style style, std::string_view text) {
  if (!colour || style == Style::kPlain || text.empty()) return std::string(text);
  return fmt::format("{}{}\x1b[0m", colour_code(style), text);
}

bool wants_colour(int descriptor) {
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  const bool refused = no_color != nullptr && *no_color != '\0';
  const bool dumb = term == nullptr || std::string_view(term) == "dumb";
  return isatty(descriptor) != 0 && !refused && !dumb;
}

std::size_t terminal_width() {
  winsize size{};
  if (isatty(STDOUT_FILENO) == 0) return 0;
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return std::max<std::size_t>(size.ws_col, 40);
}

// The text and a caret under the column that is wrong. A column counts bytes of the source, a caret
// counts what the terminal shows.
void print_caret(const Console& console, std::string_view source, std::size_t column) {
  if (source.empty() || source.size() > 500 || column == 0 || column > source.size() + 1) return;
  const std::size_t before = display_width(escape_text(source.substr(0, column - 1)));
  console.err << "  " << escape_text(source) << '\n'
              << "  " << std::string(before, ' ') << painted(console.colour_err, Style::kBad, "^")
              << '\n';
}

std::string error_json(const Error& error) {
  api::JsonWriter json;
  json.begin_object().key("error").begin_object();
  json.field("code", error_traits(error.code).name)
      .field("message", error.message)
      .field("hint", error.hint)
      .field("column", error.column)
      .key("fields");
  api::write_error_fields(json, error);
  json.end_object().end_object();
  return json.take();
}

}  // namespace

std::string Console::styled(Style style, std::string_view text) const {
  return painted(colour, style, text);
}

void Console::note(std::string_view text) const {
  if (!json) err << painted(colour_err, Style::kDim, "note: ") << text << '\n';
}

void Console::warn(std::string_view text) const {
  if (!json) err << painted(colour_err, Style::kWarning, "warning: ") << escape_text(text) << '\n';
}

Console make_console(bool json) {
  return Console{std::cin,
                 std::cout,
                 std::cerr,
                 isatty(STDIN_FILENO) != 0 && isatty(STDERR_FILENO) != 0,
                 wants_colour(STDOUT_FILENO),
                 wants_colour(STDERR_FILENO),
                 terminal_width(),
                 json};
}

int print_error(const Console& console, const Error& error, const Sources& sources) {
  const auto source_of = [&](std::string_view field) {
    const auto found = sources.find(field);
    return found == sources.end() ? std::string_view{} : std::string_view{found->second};
  };
  const int exit_code = error_traits(error.code).exit_code;
  console.out.flush();
  if (console.json) {
    console.err << error_json(error) << '\n';
    return exit_code;
  }
  console.err << painted(console.colour_err, Style::kBad, "rota: ") << escape_text(error.message)
              << '\n';
  if (error.column && error.fields.empty()) {
    print_caret(console, source_of("schedule"), *error.column);
  }
  // A single wrong field usually is the message itself; several are listed.
  const bool said = error.fields.size() == 1 &&
                    error.message.find(error.fields.front().message) != std::string::npos;
  for (const FieldError& field : error.fields) {
    if (!said) {
      console.err << "  " << escape_text(field.field) << ": " << escape_text(field.message) << '\n';
    }
    if (field.column) print_caret(console, source_of(field.field), *field.column);
  }
  if (!error.hint.empty()) console.err << "  " << escape_text(error.hint) << '\n';
  return exit_code;
}

}  // namespace rota::cli
