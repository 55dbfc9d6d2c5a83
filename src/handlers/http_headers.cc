#include "handlers/http_headers.h"

#include <algorithm>
#include <array>
#include <string>

namespace rota::handlers {

bool is_framing_header(std::string_view name) {
  static constexpr std::array<std::string_view, 10> kNames{
      "host", "content-length", "transfer-encoding", "connection",    "expect", "keep-alive",
      "te",   "trailer",        "upgrade",           "http2-settings"};
  std::string small(name);
  for (char& c : small) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return small.starts_with("proxy-") || std::ranges::find(kNames, small) != kNames.end();
}

}  // namespace rota::handlers
