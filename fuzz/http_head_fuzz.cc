// Any bytes as the head of a request: never a crash, and what is accepted keeps its promises.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "net/http_head.h"

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
  return 0;
}
