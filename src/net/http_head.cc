#include "net/http_head.h"

#include <algorithm>
#include <charconv>

namespace rota::net {
namespace {

using Refusal = std::optional<HttpRefusal>;

bool is_token_char(char c) {
  constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         kOthers.find(c) != std::string_view::npos;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char);
}

// Visible characters and, outside a target, spaces, tabs and bytes above ASCII.
bool is_value_char(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == '\t' || (byte >= 0x20 && byte != 0x7F);
}

bool is_target_char(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte > 0x20 && byte < 0x7F && c != '#';
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Takes the line up to CRLF off the front. None when a CR or LF stands alone.
std::optional<std::string_view> take_line(std::string_view& bytes) {
  const std::size_t end = bytes.find_first_of("\r\n");
  if (end == std::string_view::npos || bytes.substr(end, 2) != "\r\n") return std::nullopt;
  const std::string_view line = bytes.substr(0, end);
  bytes.remove_prefix(end + 2);
  return line;
}

// "http://host:port/path" becomes host and "/path"; "/path" stays.
Refusal split_target(std::string_view target, Request& request) {
  if (target.starts_with("http://") || target.starts_with("https://")) {
    target.remove_prefix(target.find("//") + 2);
    const std::size_t slash = target.find_first_of("/?");
    request.host = target.substr(0, slash);
    target = slash == std::string_view::npos ? "/" : target.substr(slash);
    if (request.host.empty()) return HttpRefusal{400, "the request target names no host"};
  }
  if (!target.starts_with('/')) {
    return HttpRefusal{400, "the request target must start with '/'"};
  }
  const std::size_t question = target.find('?');
  request.path = target.substr(0, question);
  if (question != std::string_view::npos) request.query = target.substr(question + 1);
  return std::nullopt;
}

Refusal read_request_line(std::string_view line, const HttpLimits& limits, RequestHead& head) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) {
    return HttpRefusal{400, "the request line is not 'METHOD TARGET HTTP/1.1'"};
  }
  const std::string_view method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (!is_token(method)) return HttpRefusal{400, "the method is not a word"};
  if (method.size() > limits.method_bytes_max) return HttpRefusal{501, "the method is unknown"};
  if (target.size() > limits.target_bytes_max) return HttpRefusal{414, "the address is too long"};
  if (target.empty() || !std::all_of(target.begin(), target.end(), is_target_char)) {
    return HttpRefusal{400, "the address holds a character that must be percent-encoded"};
  }
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    const bool http = version.starts_with("HTTP/") && is_token(version.substr(5));
    return http ? HttpRefusal{505, "only HTTP/1.1 and HTTP/1.0 are spoken here"}
                : HttpRefusal{400, "the request line is not 'METHOD TARGET HTTP/1.1'"};
  }
  head.http_1_0 = version == "HTTP/1.0";
  head.keep_alive = !head.http_1_0;
  head.request.method = method;
  return split_target(target, head.request);
}

Refusal read_header_line(std::string_view line, RequestHead& head) {
  if (line.front() == ' ' || line.front() == '\t') {
    return HttpRefusal{400, "a header is folded over two lines"};
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return HttpRefusal{400, "a header has no colon"};
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trim(line.substr(colon + 1));
  if (!is_token(name)) return HttpRefusal{400, "a header's name is not a word"};
  if (!std::all_of(value.begin(), value.end(), is_value_char)) {
    return HttpRefusal{400, "a header's value holds a control character"};
  }
  head.request.headers.push_back({lower(name), std::string(value)});
  return std::nullopt;
}

std::size_t count_of(const Request& request, std::string_view name) {
  return static_cast<std::size_t>(
      std::count_if(request.headers.begin(), request.headers.end(),
                    [&](const Header& header) { return header.name == name; }));
}

Refusal judge_length(RequestHead& head) {
  const std::string_view text = head.request.header("content-length");
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), head.content_length);
  const bool digits = !text.empty() && text.front() >= '0' && text.front() <= '9';
  if (!digits || error != std::errc{} || end != text.data() + text.size()) {
    return HttpRefusal{400, "Content-Length is not a number"};
  }
  return std::nullopt;
}

// RFC 9112 section 6.3, without its leniency.
Refusal judge_framing(RequestHead& head) {
  const std::size_t lengths = count_of(head.request, "content-length");
  const std::size_t codings = count_of(head.request, "transfer-encoding");
  if (lengths > 1) return HttpRefusal{400, "Content-Length is given twice"};
  if (codings > 1) return HttpRefusal{400, "Transfer-Encoding is given twice"};
  if (lengths == 1 && codings == 1) {
    return HttpRefusal{400, "Content-Length and Transfer-Encoding are both given"};
  }
  if (lengths == 1) return judge_length(head);
  if (codings == 1) {
    if (head.http_1_0) return HttpRefusal{400, "HTTP/1.0 has no Transfer-Encoding"};
    if (lower(head.request.header("transfer-encoding")) != "chunked") {
      return HttpRefusal{501, "the only Transfer-Encoding understood is 'chunked'"};
    }
    head.chunked = true;
  }
  return std::nullopt;
}

bool has_word(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    if (lower(trim(list.substr(0, comma))) == word) return true;
    list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
  }
  return false;
}

Refusal judge_connection(RequestHead& head) {
  for (const Header& header : head.request.headers) {
    if (header.name != "connection") continue;
    if (has_word(header.value, "close"))
      head.keep_alive = false;
    else if (head.http_1_0 && has_word(header.value, "keep-alive"))
      head.keep_alive = true;
  }
  const std::string_view expect = head.request.header("expect");
  if (expect.empty()) return std::nullopt;
  if (lower(expect) != "100-continue") return HttpRefusal{417, "that expectation is not met here"};
  head.expects_continue = !head.http_1_0;
  return std::nullopt;
}

Refusal judge_host(Request& request) {
  const std::size_t hosts = count_of(request, "host");
  if (hosts != 1) return HttpRefusal{400, "a request needs exactly one Host header"};
  if (request.host.empty()) request.host = request.header("host");
  if (request.host.empty()) return HttpRefusal{400, "the Host header is empty"};
  return std::nullopt;
}

}  // namespace

std::optional<std::size_t> find_head_end(std::string_view bytes) {
  const std::size_t end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  return end + 4;
}

std::optional<HttpRefusal> check_partial_head(std::string_view bytes, const HttpLimits& limits) {
  const std::size_t line_end = bytes.find('\n');
  const std::size_t line = line_end == std::string_view::npos ? bytes.size() : line_end;
  // The method, two spaces, the version and CR beside the target itself.
  if (line > limits.target_bytes_max + limits.method_bytes_max + 16) {
    return HttpRefusal{414, "the address is too long"};
  }
  if (bytes.size() >= limits.header_bytes_max) {
    return HttpRefusal{431, "the headers are too large"};
  }
  for (std::size_t at = bytes.find('\n'); at != std::string_view::npos;
       at = bytes.find('\n', at + 1)) {
    if (at == 0 || bytes[at - 1] != '\r') {
      return HttpRefusal{400, "a line ends without a carriage return"};
    }
  }
  return std::nullopt;
}

std::optional<HttpRefusal> read_head(std::string_view bytes, const HttpLimits& limits,
                                     RequestHead& head) {
  const auto request_line = take_line(bytes);
  if (!request_line) return HttpRefusal{400, "a line ends without a carriage return"};
  if (auto refusal = read_request_line(*request_line, limits, head)) return refusal;
  for (auto line = take_line(bytes); !line || !line->empty(); line = take_line(bytes)) {
    if (!line) return HttpRefusal{400, "a line ends without a carriage return"};
    if (head.request.headers.size() == limits.headers_max) {
      return HttpRefusal{431, "there are too many headers"};
    }
    if (auto refusal = read_header_line(*line, head)) return refusal;
  }
  if (auto refusal = judge_host(head.request)) return refusal;
  if (auto refusal = judge_framing(head)) return refusal;
  if (auto refusal = judge_connection(head)) return refusal;
  // Whether one this large is taken here is asked later.
  if (head.content_length > std::max(limits.body_bytes_max, limits.large_body_bytes_max)) {
    return HttpRefusal{413, "the body is too large"};
  }
  return std::nullopt;
}

}  // namespace rota::net
