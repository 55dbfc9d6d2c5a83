#include "net/curl_transfer.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>

#include "base/mask.h"
#include "handlers/address_policy.h"
#include "handlers/http_headers.h"
#include "rota/version.h"

namespace rota::net {
namespace {

using handlers::HttpHeaders;

constexpr std::size_t kHeaderBytesMax = 64 * 1024;
constexpr std::size_t kUrlBytesMax = 8 * 1024;
constexpr std::size_t kHeadersMax = 100;

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos;
  });
}

bool is_header_value(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7F; });
}

std::string lower(std::string_view text) {
  std::string small(text);
  std::transform(small.begin(), small.end(), small.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return small;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) {
    text.remove_prefix(1);
  }
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) {
    text.remove_suffix(1);
  }
  return text;
}

bool is_redirect(long status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

Error error(ErrorCode code, std::string message, std::string hint = {}) {
  return {code, std::move(message), std::move(hint), std::nullopt, {}};
}

std::string part(CURLU* url, CURLUPart which) {
  char* text = nullptr;
  if (curl_url_get(url, which, &text, CURLU_DEFAULT_PORT) != CURLUE_OK) return {};
  std::string copy(text);
  curl_free(text);
  return copy;
}

std::string origin_of(CURLU* url) {
  return part(url, CURLUPART_SCHEME) + "://" + lower(part(url, CURLUPART_HOST)) + ":" +
         part(url, CURLUPART_PORT);
}

// What a stranger may see after a redirect to another origin; keys and cookies stay behind.
bool is_harmless_header(std::string_view name) {
  const std::string small = lower(name);
  return small == "accept" || small == "accept-language" || small == "content-type" ||
         small == "user-agent";
}

}  // namespace

CurlTransfer::CurlTransfer(handlers::HttpRequest request, handlers::HttpClient::OnAnswer on_answer,
                           bool allow_private)
    : request_(std::move(request)),
      on_answer_(std::move(on_answer)),
      allow_private_(allow_private) {}

CurlTransfer::~CurlTransfer() {
  if (on_answer_) answer(error(ErrorCode::kCancelled, "the request was cancelled"));
  curl_easy_cleanup(handle_);
  curl_slist_free_all(header_list_);
  curl_url_cleanup(url_);
}

void CurlTransfer::answer(Error why) {
  if (auto on_answer = std::exchange(on_answer_, nullptr)) on_answer(fail(std::move(why)));
}

bool CurlTransfer::prepare() {
  if (handle_ == nullptr) handle_ = curl_easy_init();
  curl_easy_reset(handle_);
  answer_.headers.clear();
  answer_.body.clear();
  header_bytes_ = 0;
  if (!set_url() || !set_method_and_headers()) return false;
  set_options();
  return true;
}

bool CurlTransfer::set_url() {
  curl_url_cleanup(std::exchange(url_, curl_url()));
  const bool clean = request_.url.size() <= kUrlBytesMax && is_header_value(request_.url);
  const CURLUcode wrong =
      clean ? curl_url_set(url_, CURLUPART_URL, request_.url.c_str(),
                           CURLU_DISALLOW_USER | CURLU_NON_SUPPORT_SCHEME | CURLU_URLENCODE)
            : CURLUE_MALFORMED_INPUT;
  const std::string shown = this->shown(request_.url, 200);
  if (wrong != CURLUE_OK) {
    answer(error(ErrorCode::kInvalidArgument,
                 wrong == CURLUE_USER_NOT_ALLOWED
                     ? "the address must not hold a user name or password"
                     : fmt::format("'{}' is not an address: {}", shown, curl_url_strerror(wrong)),
                 "write it like https://example.org/path"));
    return false;
  }
  const std::string scheme = part(url_, CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https") {
    answer(error(ErrorCode::kInvalidArgument, fmt::format("'{}' is neither http nor https", shown),
                 "only http:// and https:// addresses are called"));
    return false;
  }
  curl_easy_setopt(handle_, CURLOPT_CURLU, url_);
  return true;
}

bool CurlTransfer::set_method_and_headers() {
  const auto refuse = [&](std::string message) {
    answer(error(ErrorCode::kInvalidArgument, std::move(message)));
    return false;
  };
  if (!is_token(request_.method) || request_.method.size() > 20 || request_.method == "CONNECT") {
    return refuse(fmt::format("'{}' is not a method", shown(request_.method, 40)));
  }
  if (request_.headers.size() > kHeadersMax) return refuse("more than 100 headers");
  curl_slist_free_all(std::exchange(header_list_, nullptr));
  bool has_agent = false;
  for (const auto& [name, value] : request_.headers) {
    const std::string shown = this->shown(name, 40);
    if (!is_token(name)) return refuse(fmt::format("'{}' is not a header's name", shown));
    if (!is_header_value(value)) {
      return refuse(fmt::format("the header '{}' holds a control character", shown));
    }
    const std::string small = lower(name);
    if (handlers::is_framing_header(name)) {
      return refuse(
          fmt::format("the header '{}' may not be set: {}", shown, handlers::kFramingHeaderReason));
    }
    has_agent = has_agent || small == "user-agent";
    // libcurl sends an empty header for "name;" and removes its own for "name:".
    const std::string line = value.empty() ? name + ";" : name + ": " + value;
    header_list_ = curl_slist_append(header_list_, line.c_str());
  }
  header_list_ = curl_slist_append(header_list_, "Expect:");
  if (!has_agent) {
    header_list_ =
        curl_slist_append(header_list_, fmt::format("User-Agent: rota/{}", kVersion).c_str());
  }
  curl_easy_setopt(handle_, CURLOPT_HTTPHEADER, header_list_);
  if (request_.method == "HEAD") curl_easy_setopt(handle_, CURLOPT_NOBODY, 1L);
  if (!request_.body.empty()) {
    curl_easy_setopt(handle_, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request_.body.size()));
    curl_easy_setopt(handle_, CURLOPT_POSTFIELDS, request_.body.data());
  }
  curl_easy_setopt(handle_, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
  return true;
}

void CurlTransfer::set_options() {
  using std::chrono::duration_cast;
  using std::chrono::milliseconds;
  const auto ms = [](Duration d) {
    return static_cast<long>(std::max<std::int64_t>(1, duration_cast<milliseconds>(d).count()));
  };
  curl_easy_setopt(handle_, CURLOPT_PRIVATE, this);
  curl_easy_setopt(handle_, CURLOPT_ERRORBUFFER, error_text_);
  curl_easy_setopt(handle_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle_, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle_, CURLOPT_PROXY, "");  // none, whatever the environment says
  curl_easy_setopt(handle_, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(handle_, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(handle_, CURLOPT_CONNECTTIMEOUT_MS,
                   ms(std::min(request_.connect_timeout, left())));
  curl_easy_setopt(handle_, CURLOPT_TIMEOUT_MS, ms(left()));
  curl_easy_setopt(handle_, CURLOPT_HEADERFUNCTION, &CurlTransfer::on_header);
  curl_easy_setopt(handle_, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(handle_, CURLOPT_WRITEFUNCTION, &CurlTransfer::on_body);
  curl_easy_setopt(handle_, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(handle_, CURLOPT_OPENSOCKETFUNCTION, &CurlTransfer::on_open);
  curl_easy_setopt(handle_, CURLOPT_OPENSOCKETDATA, this);
}

size_t CurlTransfer::on_header(char* bytes, size_t one, size_t count, void* self) {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  const std::string_view line(bytes, one * count);
  transfer.header_bytes_ += line.size();
  if (transfer.header_bytes_ > kHeaderBytesMax) {
    transfer.too_large_ = true;
    return 0;
  }
  if (line.starts_with("HTTP/")) transfer.answer_.headers.clear();
  if (const auto colon = line.find(':'); colon != std::string_view::npos) {
    transfer.answer_.headers.emplace_back(lower(line.substr(0, colon)),
                                          trimmed(line.substr(colon + 1)));
  }
  return line.size();
}

size_t CurlTransfer::on_body(char* bytes, size_t one, size_t count, void* self) {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  const size_t size = one * count;
  if (transfer.answer_.body.size() + size > transfer.request_.answer_bytes_max) {
    transfer.too_large_ = true;
    return 0;
  }
  transfer.answer_.body.append(bytes, size);
  return size;
}

curl_socket_t CurlTransfer::on_open(void* self, curlsocktype, curl_sockaddr* address) {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  if (!transfer.allow_private_ && !handlers::is_public_address(address->addr)) {
    transfer.refused_address_ = handlers::address_text(address->addr);
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

bool CurlTransfer::finish(CURLcode code) {
  if (code != CURLE_OK) {
    answer(describe(code));
    return false;
  }
  long status = 0;
  char* location = nullptr;
  curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(handle_, CURLINFO_REDIRECT_URL, &location);
  if (is_redirect(status) && location != nullptr && request_.redirects_max > 0) {
    answer_.status = static_cast<int>(status);
    return follow(location);
  }
  answer_.status = static_cast<int>(status);
  answer_.url = part(url_, CURLUPART_URL);
  answer_.elapsed = std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - began_);
  if (auto on_answer = std::exchange(on_answer_, nullptr)) on_answer(std::move(answer_));
  return false;
}

// As browsers do: 303, and 301 or 302 after a POST, become a GET without a body.
bool CurlTransfer::follow(const char* location) {
  if (answer_.redirects >= request_.redirects_max) {
    answer(error(ErrorCode::kLimitExceeded,
                 fmt::format("more than {} redirects", request_.redirects_max)));
    return false;
  }
  ++answer_.redirects;
  const bool becomes_get =
      (answer_.status == 303 && request_.method != "HEAD") ||
      ((answer_.status == 301 || answer_.status == 302) && request_.method == "POST");
  if (becomes_get) {
    request_.method = "GET";
    request_.body.clear();
  }
  const std::string before = origin_of(url_);
  request_.url = location;
  if (!set_url()) return false;
  return origin_of(url_) == before || leave_for_another_origin(before);
}

bool CurlTransfer::leave_for_another_origin(const std::string& before) {
  const auto holds_secret = [&](std::string_view text) {
    return request_.mask && request_.mask->finds(text);
  };
  const std::string to = shown(part(url_, CURLUPART_HOST), 100);
  const auto refuse = [&](std::string_view why) {
    answer(error(ErrorCode::kNotAllowedHere,
                 fmt::format("the answer redirects to another origin ('{}'), and {}", to, why),
                 "let the task call the final address itself"));
    return false;
  };
  if (request_.mask && before.starts_with("https:") && part(url_, CURLUPART_SCHEME) == "http") {
    return refuse("a run with secrets does not go on without TLS");
  }
  if (holds_secret(request_.url)) return refuse("that address holds a secret");
  if (holds_secret(request_.body)) return refuse("the body, which would go there, holds a secret");
  std::erase_if(request_.headers, [&](const auto& header) {
    return !is_harmless_header(header.first) || holds_secret(header.second);
  });
  return true;
}

std::string CurlTransfer::shown(std::string_view text, std::size_t bytes_max) const {
  return base::masked_line(request_.mask.get(), text, bytes_max);
}

Duration CurlTransfer::left() const {
  const auto used = std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - began_);
  return std::max(request_.timeout - used, Duration{1000});
}

Error CurlTransfer::describe(CURLcode code) const {
  const std::string host = shown(part(url_, CURLUPART_HOST), 100);
  if (too_large_) {
    return error(ErrorCode::kLimitExceeded,
                 fmt::format("the answer is larger than {} bytes", request_.answer_bytes_max));
  }
  if (!refused_address_.empty()) {
    return error(ErrorCode::kNotAllowedHere,
                 fmt::format("'{}' is at the private address {}", host, refused_address_),
                 "start the server with --allow-private-http to let tasks call such addresses");
  }
  const std::string why =
      shown(error_text_[0] != '\0' ? error_text_ : curl_easy_strerror(code), 200);
  switch (code) {
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return error(ErrorCode::kInvalidArgument, fmt::format("the address is wrong: {}", why));
    case CURLE_OPERATION_TIMEDOUT:
      return error(ErrorCode::kTimeout, fmt::format("'{}' did not answer in time: {}", host, why));
    case CURLE_COULDNT_RESOLVE_HOST:
      return error(ErrorCode::kUnavailable, fmt::format("the name '{}' has no address", host));
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
      return error(ErrorCode::kFailed, fmt::format("no secure connection to '{}': {}", host, why));
    default:
      return error(ErrorCode::kUnavailable, fmt::format("'{}' cannot be called: {}", host, why));
  }
}

}  // namespace rota::net
