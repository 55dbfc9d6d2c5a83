// One request on its way through libcurl: builds it, follows its redirects, bounds its answer.
#pragma once

#include <curl/curl.h>

#include <chrono>
#include <memory>
#include <string>

#include "handlers/http_client.h"

namespace rota::net {

/// Not thread-safe: of the client's thread alone.
class CurlTransfer {
 public:
  CurlTransfer(handlers::HttpRequest request, handlers::HttpClient::OnAnswer on_answer,
               bool allow_private);
  ~CurlTransfer();
  CurlTransfer(const CurlTransfer&) = delete;
  CurlTransfer& operator=(const CurlTransfer&) = delete;

  /// Makes the handle ready for curl_multi_add_handle. False: it has been answered with an error.
  bool prepare();
  /// What libcurl said at the end. True: a redirect is to be followed; prepare() again.
  bool finish(CURLcode code);
  /// Answers with an error; later calls change nothing.
  void answer(Error error);

  CURL* handle() const { return handle_; }

 private:
  static size_t on_header(char* bytes, size_t one, size_t count, void* self);
  static size_t on_body(char* bytes, size_t one, size_t count, void* self);
  static curl_socket_t on_open(void* self, curlsocktype purpose, curl_sockaddr* address);

  bool set_url();
  bool set_method_and_headers();
  void set_options();
  Error describe(CURLcode code) const;
  bool follow(const char* location);
  bool leave_for_another_origin(const std::string& before);
  std::string shown(std::string_view text, std::size_t bytes_max) const;
  Duration left() const;

  handlers::HttpRequest request_;
  handlers::HttpClient::OnAnswer on_answer_;
  const bool allow_private_;
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  CURL* handle_ = nullptr;
  CURLU* url_ = nullptr;
  curl_slist* header_list_ = nullptr;
  char error_text_[CURL_ERROR_SIZE] = "";
  handlers::HttpAnswer answer_;
  std::size_t header_bytes_ = 0;
  std::string refused_address_;
  bool too_large_ = false;
};

}  // namespace rota::net
