#include "net/client_address.h"

#include <algorithm>
#include <optional>
#include <vector>

namespace rota::net {
namespace {

/// The addresses of one header, leftmost first; none in it: not an address.
using Hops = std::vector<std::optional<IpAddress>>;

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

bool is_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// RFC 7239 section 6: a number, or an obfuscated "_name".
bool is_port(std::string_view text) {
  constexpr std::size_t kPortMax = 20;
  if (text.starts_with('_')) return text.size() > 1 && text.size() <= kPortMax;
  return text.size() <= 5 && is_digits(text);
}

// "10.0.0.1", "10.0.0.1:80", "2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:80".
std::optional<IpAddress> parse_node(std::string_view text) {
  std::string_view port;
  bool has_port = false;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view rest = text.substr(end + 1);
    has_port = !rest.empty();
    if (has_port && rest.front() != ':') return std::nullopt;
    if (has_port) port = rest.substr(1);
    text = text.substr(1, end - 1);
    if (text.find(':') == std::string_view::npos) return std::nullopt;
  } else if (std::ranges::count(text, ':') == 1) {
    has_port = true;
    port = text.substr(text.find(':') + 1);
    text = text.substr(0, text.find(':'));
  }
  if (has_port && !is_port(port)) return std::nullopt;
  return parse_ip_address(text);
}

// Splits at a character that stands in no quoted text. None: a quote is left open.
std::optional<std::vector<std::string_view>> split(std::string_view text, char at) {
  std::vector<std::string_view> pieces;
  bool quoted = false;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quoted && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (text[i] == at && !quoted) {
      pieces.push_back(text.substr(begin, i - begin));
      begin = i + 1;
    }
  }
  if (quoted) return std::nullopt;
  pieces.push_back(text.substr(begin));
  return pieces;
}

// A token as it is, a quoted text without quotes and backslashes. None: neither.
std::optional<std::string> unquoted(std::string_view text) {
  if (!text.starts_with('"')) {
    if (text.find('"') != std::string_view::npos) return std::nullopt;
    return std::string(text);
  }
  if (text.size() < 2 || !text.ends_with('"')) return std::nullopt;
  std::string out;
  text = text.substr(1, text.size() - 2);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') return std::nullopt;
    if (text[i] == '\\' && ++i == text.size()) return std::nullopt;
    out += text[i];
  }
  return out;
}

// The `for` of one element, "for=10.0.0.1;proto=https".
std::optional<IpAddress> parse_element(std::string_view element) {
  const auto pairs = split(element, ';');
  if (!pairs) return std::nullopt;
  std::optional<IpAddress> found;
  bool seen = false;
  for (const std::string_view pair : *pairs) {
    const std::size_t equals = pair.find('=');
    if (!same_word(trim(pair.substr(0, equals)), "for")) continue;
    if (equals == std::string_view::npos || seen) return std::nullopt;
    seen = true;
    const auto value = unquoted(trim(pair.substr(equals + 1)));
    if (value) found = parse_node(*value);
  }
  return found;
}

// All headers of that name in their order, as one list (RFC 9110 section 5.3). None: it is absent.
std::optional<std::string> joined(const Request& request, std::string_view name) {
  std::optional<std::string> all;
  for (const Header& header : request.headers) {
    if (header.name != name) continue;
    all = all ? *all + "," + header.value : header.value;
  }
  return all;
}

std::optional<Hops> read_forwarded(const Request& request) {
  const auto text = joined(request, "forwarded");
  if (!text) return std::nullopt;
  const auto elements = split(*text, ',');
  if (!elements) return Hops{std::nullopt};
  Hops hops;
  for (const std::string_view element : *elements) {
    if (!trim(element).empty()) hops.push_back(parse_element(element));
  }
  return hops;
}

std::optional<Hops> read_x_forwarded_for(const Request& request) {
  const auto text = joined(request, "x-forwarded-for");
  if (!text) return std::nullopt;
  Hops hops;
  for (std::string_view rest = *text; !rest.empty();) {
    const std::size_t comma = rest.find(',');
    const std::string_view piece = trim(rest.substr(0, comma));
    if (!piece.empty()) {
      const auto value = unquoted(piece);
      hops.push_back(value ? parse_node(*value) : std::nullopt);
    }
    rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
  }
  return hops;
}

bool contains(std::span<const Network> networks, const IpAddress& address) {
  return std::ranges::any_of(networks, [&](const Network& one) { return one.contains(address); });
}

IpAddress follow(const Hops& hops, IpAddress client, std::span<const Network> trusted) {
  std::size_t followed = 0;
  for (auto hop = hops.rbegin(); hop != hops.rend() && followed < kProxyHopsMax; ++hop) {
    if (!*hop) break;
    client = **hop;
    ++followed;
    if (!contains(trusted, client)) break;
  }
  return client;
}

std::optional<IpAddress> parse_peer(std::string_view peer) {
  return parse_ip_address(peer.substr(0, peer.find('%')));
}

}  // namespace

bool is_trusted(std::string_view address, std::span<const Network> trusted) {
  const auto parsed = parse_peer(address);
  return parsed && contains(trusted, *parsed);
}

std::string client_address(const Request& request, std::string_view peer,
                           std::span<const Network> trusted) {
  const auto nearest = parse_peer(peer);
  if (!nearest) return std::string(peer);
  if (!contains(trusted, *nearest)) return nearest->text();
  const auto forwarded = read_forwarded(request);
  const auto x_forwarded_for = read_x_forwarded_for(request);
  const IpAddress one = follow(forwarded.value_or(Hops{}), *nearest, trusted);
  const IpAddress other = follow(x_forwarded_for.value_or(Hops{}), *nearest, trusted);
  if (!x_forwarded_for) return one.text();
  if (!forwarded || one == other) return other.text();
  return nearest->text();
}

}  // namespace rota::net
