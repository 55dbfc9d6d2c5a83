#include "api/query.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "base/utf8.h"
#include "schedule/holiday_list.h"

namespace rota::api {
namespace {

constexpr std::size_t kShownMax = 40;  // bytes of a foreign name repeated in an answer

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_clean(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = base::utf8_length_at(text, at);
    if (length == 0 || text[at] == '\0') return false;
    at += length;
  }
  return true;
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      out += text[at] == '+' ? ' ' : text[at];
      continue;
    }
    if (at + 2 >= text.size()) return std::nullopt;
    const int high = hex_digit(text[at + 1]);
    const int low = hex_digit(text[at + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    at += 2;
  }
  if (!is_clean(out)) return std::nullopt;
  return out;
}

Query::Query(std::string_view text, std::initializer_list<std::string_view> known) {
  while (!text.empty()) {
    const std::size_t end = text.find('&');
    if (end != 0) add(text.substr(0, end), known);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
}

void Query::add(std::string_view piece, std::initializer_list<std::string_view> known) {
  const std::size_t equals = piece.find('=');
  const auto name = percent_decode(piece.substr(0, equals));
  const auto value = equals == std::string_view::npos ? std::optional<std::string>{""}
                                                      : percent_decode(piece.substr(equals + 1));
  if (!name || !value) {
    complain("query", "is not properly percent-encoded UTF-8");
  } else if (complaints_.is_full()) {
    // Nothing more is put into words: a request with this many is refused already.
    complaints_.count_unlisted();
  } else if (std::find(known.begin(), known.end(), *name) == known.end()) {
    complain(base::one_line(*name, kShownMax),
             known.size() == 0
                 ? "is not a parameter here; there are none"
                 : fmt::format("is not a parameter here; known: {}", fmt::join(known, ", ")));
  } else if (!values_.emplace(*name, *value).second) {
    complain(*name, "is given twice");
  }
}

std::string Query::text(std::string_view name, std::string_view otherwise) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::string(otherwise) : found->second;
}

std::int64_t Query::number(std::string_view name, std::int64_t low, std::int64_t high,
                           std::int64_t otherwise) {
  const auto found = values_.find(name);
  if (found == values_.end()) return otherwise;
  const std::string& text = found->second;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc{} && end == text.data() + text.size() && value >= low && value <= high) {
    return value;
  }
  complain(name, fmt::format("must be a number from {} to {}", low, high));
  return otherwise;
}

std::optional<bool> Query::flag(std::string_view name) {
  const auto found = values_.find(name);
  if (found == values_.end()) return std::nullopt;
  if (found->second == "true") return true;
  if (found->second == "false") return false;
  complain(name, "must be true or false");
  return std::nullopt;
}

std::optional<Instant> Query::instant(std::string_view name) {
  const auto found = values_.find(name);
  if (found == values_.end()) return std::nullopt;
  const auto at = parse_instant(found->second);
  if (at) return *at;
  complain(name, at.error().message, at.error().column);
  return std::nullopt;
}

std::optional<LocalDate> Query::date(std::string_view name) {
  const auto found = values_.find(name);
  if (found == values_.end()) return std::nullopt;
  const auto date = schedule::parse_local_date(found->second);
  if (date) return *date;
  complain(name, "must be a date such as 2026-12-25");
  return std::nullopt;
}

void Query::complain(std::string_view name, std::string message,
                     std::optional<std::size_t> column) {
  complaints_.add(name, std::move(message), column);
}

Result<void> Query::check() const {
  if (complaints_.empty()) return {};
  Error error{ErrorCode::kInvalidArgument,
              "the request's parameters are not right" + complaints_.rest(),
              {},
              {},
              complaints_.listed()};
  if (error.fields.size() == 1) {
    error.message = fmt::format("{} {}", error.fields[0].field, error.fields[0].message);
    error.column = error.fields[0].column;
  }
  return fail(std::move(error));
}

Result<void> refuse_parameters(std::string_view query) { return Query(query, {}).check(); }

}  // namespace rota::api
