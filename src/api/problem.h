// Errors as RFC 9457 problem documents.
#pragma once

#include <chrono>
#include <string_view>

#include "net/http_message.h"
#include "rota/result.h"

namespace rota::api {

/// {"type":"about:blank","title":...,"status":...,"code":...,"detail":...,"hint":...,"errors":[]}
/// `status` 0: the one that belongs to the error's code. Retry-After stands on a 503 only where the
/// same request may be answered later without anybody's doing.
net::Response problem(const Error& error, int status = 0);

/// One that has no Error behind it, such as what the HTTP layer refuses.
net::Response problem(int status, std::string_view detail, std::string_view hint = {});

/// 403 "password_needed": the same request works once the password was given to
/// POST /api/v1/session/proof.
net::Response password_needed();

/// 429 or 503, with the moment from which asking anew can help (Retry-After).
net::Response busy_problem(int status, std::string_view detail, std::string_view hint,
                           std::chrono::seconds wait);

}  // namespace rota::api
