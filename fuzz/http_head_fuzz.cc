// Any bytes as the head of a request: never a crash, and what is accepted keeps its promises.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "net/client_address.h"
#include "net/http_head.h"

namespace {

// Whatever a trusted proxy passes on, the client is an address, and no one else is believed.
void check_client(const rota::net::Request& request) {
  static const std::vector<rota::net::Network> kTrusted = {
      rota::net::Network::parse("10.0.0.0/8").value()};
  const std::string client = rota::net::client_address(request, "10.0.0.1", kTrusted);
  if (!rota::net::parse_ip_address(client)) std::abort();
  if (rota::net::client_address(request, "192.0.2.1", kTrusted) != "192.0.2.1") std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const rota::net::HttpLimits limits;
  rota::net::check_partial_head(bytes, limits);
  const auto end = rota::net::find_head_end(bytes);
  if (!end) return 0;
  rota::net::RequestHead head;
  if (rota::net::read_head(bytes.substr(0, *end), limits, head)) return 0;
  const bool kept = head.request.path.starts_with('/') && !head.request.host.empty() &&
                    head.request.headers.size() <= limits.headers_max &&
                    head.content_length <= limits.body_bytes_max &&
                    !(head.chunked && head.content_length > 0);
  if (!kept) std::abort();
  for (const auto& header : head.request.headers) {
    if (header.value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos)
      std::abort();
  }
  check_client(head.request);
  return 0;
}
