#include "api/router.h"

#include <fmt/format.h>

#include <charconv>

#include "api/codec.h"

namespace rota::api {
namespace {

std::string_view take_segment(std::string_view& path) {
  const std::size_t slash = path.find('/', 1);
  const std::string_view segment = path.substr(0, slash);
  path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash);
  return segment;
}

std::optional<std::vector<std::string_view>> match(std::string_view pattern,
                                                   std::string_view path) {
  std::vector<std::string_view> params;
  while (!pattern.empty() && !path.empty()) {
    const std::string_view wanted = take_segment(pattern);
    const std::string_view given = take_segment(path);
    if (wanted.starts_with("/{") && given.size() > 1) {
      params.push_back(given.substr(1));
    } else if (wanted != given) {
      return std::nullopt;
    }
  }
  if (!pattern.empty() || !path.empty()) return std::nullopt;
  return params;
}

void add_method(std::string& allow, std::string_view method) {
  if (!allow.empty()) allow += ", ";
  allow += method == "GET" ? "GET, HEAD" : method;
}

}  // namespace

Router::Match Router::find(std::string_view method, std::string_view path) const {
  Match result;
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  for (const Route& route : routes_) {
    auto params = match(route.pattern, path);
    if (!params) continue;
    if (route.method == wanted) return {&route, std::move(*params), {}};
    add_method(result.allow, route.method);
  }
  return result;
}

Result<std::int64_t> parse_path_id(std::string_view text, std::string_view what) {
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc{} || end != text.data() + text.size() || id < 1 || id > kIdMax) {
    return fail(ErrorCode::kNotFound, fmt::format("there is no {} of that id", what),
                fmt::format("the id of a {} is a number from 1", what));
  }
  return id;
}

}  // namespace rota::api
