#include "api/if_match.h"

#include <fmt/format.h>

#include "api/problem.h"

namespace rota::api {

std::optional<net::Response> refuse_unmatched(const net::Request& request, std::int64_t version,
                                              std::string_view changed_by) {
  const std::string_view wanted = request.header("if-match");
  if (wanted.empty()) {
    return problem(
        428, "say which version you edit",
        "send If-Match with the ETag that you read, or * to overwrite whatever is there");
  }
  if (wanted == "*" || wanted == fmt::format("\"{}\"", version)) return std::nullopt;
  return problem(Error{ErrorCode::kVersionConflict,
                       fmt::format("{} has changed this since you read it",
                                   changed_by.empty() ? "somebody" : changed_by),
                       "read it again, then edit what is there now",
                       {},
                       {}});
}

void set_etag(net::Response& response, std::int64_t version) {
  response.set("ETag", fmt::format("\"{}\"", version));
}

}  // namespace rota::api
