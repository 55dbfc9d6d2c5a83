#include "api/problem.h"

#include <algorithm>
#include <cctype>
#include <string>

#include "api/codec.h"

namespace rota::api {
namespace {

// A statement waits for others for longer than this by itself, so one busy answer says that they
// have only just ended.
constexpr std::string_view kRetryBusyS = "1";
constexpr std::string_view kRetryUnavailableS = "5";

// "Not Found" becomes "not_found": the code of what has no ErrorCode.
std::string code_of(int status) {
  std::string code(net::reason_phrase(status));
  std::transform(code.begin(), code.end(), code.begin(), [](unsigned char c) {
    return c == ' ' || c == '-' ? '_' : static_cast<char>(std::tolower(c));
  });
  return code;
}

net::Response write_problem(int status, std::string_view code, const Error& error) {
  JsonWriter json;
  json.begin_object()
      .field("type", "about:blank")
      .field("title", net::reason_phrase(status))
      .field("status", status)
      .field("code", code)
      .field("detail", error.message)
      .field("hint", error.hint)
      .field("column", error.column)
      .key("errors");
  write_error_fields(json, error);
  json.end_object();
  net::Response response;
  response.status = status;
  response.set("Content-Type", "application/problem+json");
  response.set("Cache-Control", "no-store");
  response.body = json.take();
  return response;
}

}  // namespace

net::Response problem(const Error& error, int status) {
  const ErrorTraits& traits = error_traits(error.code);
  net::Response response =
      write_problem(status == 0 ? traits.http_status : status, traits.name, error);
  if (response.status == 503 && traits.worth_a_retry) {
    response.set("Retry-After", error.code == ErrorCode::kBusy ? kRetryBusyS : kRetryUnavailableS);
  }
  return response;
}

net::Response busy_problem(int status, std::string_view detail, std::string_view hint,
                           std::chrono::seconds wait) {
  net::Response response =
      status == 503
          ? problem(Error{ErrorCode::kBusy, std::string(detail), std::string(hint), {}, {}})
          : problem(status, detail, hint);
  std::erase_if(response.headers, [](const net::Header& one) { return one.name == "Retry-After"; });
  response.set("Retry-After", std::to_string(std::max<std::int64_t>(wait.count(), 1)));
  return response;
}

net::Response problem(int status, std::string_view detail, std::string_view hint) {
  const Error error{ErrorCode::kInternal, std::string(detail), std::string(hint), {}, {}};
  return write_problem(status, code_of(status), error);
}

net::Response password_needed() {
  const Error error{ErrorCode::kPermissionDenied,
                    "this needs your password once more",
                    "give it to POST /api/v1/session/proof, then send the request again",
                    {},
                    {}};
  return write_problem(403, "password_needed", error);
}

}  // namespace rota::api
