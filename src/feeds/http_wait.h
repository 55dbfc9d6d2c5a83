// Waits for one answer of the HTTP port, with a way to stop waiting.
#pragma once

#include <stop_token>

#include "handlers/http_client.h"

namespace rota::feeds {

/// Sends and waits. Errors: those of HttpClient::send; kCancelled when `stop` is asked meanwhile.
Result<handlers::HttpAnswer> send_and_wait(handlers::HttpClient& client,
                                           handlers::HttpRequest request, std::stop_token stop);

}  // namespace rota::feeds
