#include "api/static_files.h"

#include <fmt/format.h>

#include <array>
#include <string>
#include <utility>

namespace rota::api {
namespace {

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// Calls `each` with every element of a comma-separated list.
template <class Each>
void for_each_element(std::string_view list, Each each) {
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    each(trim(list.substr(0, comma)));
    list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
  }
}

// "gzip;q=0" and "gzip; q=0.000" refuse it.
bool is_refused(std::string_view params) {
  const std::size_t q = params.find("q=");
  return q != std::string_view::npos &&
         params.substr(q + 2).find_first_not_of("0.") == std::string_view::npos;
}

bool accepts(std::string_view list, std::string_view coding) {
  bool accepted = false;
  for_each_element(list, [&](std::string_view element) {
    const std::size_t semicolon = element.find(';');
    if (trim(element.substr(0, semicolon)) != coding) return;
    accepted = semicolon == std::string_view::npos || !is_refused(element.substr(semicolon + 1));
  });
  return accepted;
}

std::string_view bytes_of(const Asset& asset, Encoding encoding) {
  switch (encoding) {
    case Encoding::kGzip:
      return asset.gzip;
    case Encoding::kBrotli:
      return asset.brotli;
    case Encoding::kPlain:
      break;
  }
  return asset.plain;
}

std::string_view word_of(Encoding encoding) {
  constexpr std::array<std::string_view, 3> kWords{"", "gzip", "br"};
  return kWords[static_cast<std::size_t>(encoding)];
}

}  // namespace

std::string_view media_type(std::string_view path) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kTypes{{
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".json", "application/json"},
      {".txt", "text/plain; charset=utf-8"},
      {".webmanifest", "application/manifest+json"},
  }};
  for (const auto& [ending, type] : kTypes) {
    if (path.ends_with(ending)) return type;
  }
  return "application/octet-stream";
}

Encoding choose_encoding(std::string_view accept_encoding, const Asset& asset) {
  if (!asset.brotli.empty() && accepts(accept_encoding, "br")) return Encoding::kBrotli;
  if (!asset.gzip.empty() && accepts(accept_encoding, "gzip")) return Encoding::kGzip;
  return Encoding::kPlain;
}

bool etag_matches(std::string_view if_none_match, std::string_view etag) {
  bool found = false;
  for_each_element(if_none_match, [&](std::string_view tag) {
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (tag == "*" || tag == etag) found = true;
  });
  return found;
}

net::Response answer_asset(const Asset& asset, const net::Request& request) {
  const Encoding encoding = choose_encoding(request.header("accept-encoding"), asset);
  const std::string_view word = word_of(encoding);
  const std::string etag =
      word.empty() ? fmt::format("\"{}\"", asset.hash) : fmt::format("\"{}-{}\"", asset.hash, word);
  net::Response response;
  response.set("ETag", etag);
  response.set("Vary", "Accept-Encoding");
  // Names below /assets/ hold a hash of their content: they never change.
  response.set("Cache-Control", asset.path.starts_with("/assets/")
                                    ? "public, max-age=31536000, immutable"
                                    : "no-cache");
  if (etag_matches(request.header("if-none-match"), etag)) {
    response.status = 304;
    return response;
  }
  response.set("Content-Type", media_type(asset.path));
  if (!word.empty()) response.set("Content-Encoding", word);
  response.static_body = bytes_of(asset, encoding);
  return response;
}

}  // namespace rota::api
