#include "api/host_policy.h"

#include <fmt/format.h>

#include <algorithm>

namespace rota::api {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

bool is_port(std::string_view text) {
  return text.size() <= 5 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// "Example.org.:80" becomes "example.org"; "[::1]:80" becomes "[::1]". Empty: malformed.
std::string name_of(std::string_view host) {
  const std::size_t bracket = host.starts_with('[') ? host.find(']') : 0;
  if (bracket == std::string_view::npos) return {};
  const std::size_t colon = host.find(':', bracket);
  if (colon != std::string_view::npos) {
    if (!is_port(host.substr(colon + 1))) return {};
    host = host.substr(0, colon);
  }
  if (host.ends_with('.')) host.remove_suffix(1);
  return lower(host);
}

}  // namespace

HostPolicy::HostPolicy(std::string_view bind, const std::vector<std::string>& names)
    : names_{"localhost", "127.0.0.1", "[::1]"} {
  const bool ipv6 = bind.find(':') != std::string_view::npos;
  if (bind != "0.0.0.0" && bind != "::" && !bind.empty()) {
    names_.insert(ipv6 ? fmt::format("[{}]", lower(bind)) : lower(bind));
  }
  for (const std::string& name : names) names_.insert(name_of(name));
  names_.erase("");
}

bool HostPolicy::allows(std::string_view host) const { return names_.contains(name_of(host)); }

}  // namespace rota::api
