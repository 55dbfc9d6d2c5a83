// The headers that every answer carries, errors included, so that no page of ours can be framed,
// sniffed, scripted or read from elsewhere.
#pragma once

#include "net/http_message.h"

namespace rota::api {

/// Only our own files, no inline script or style, no frames, no forms to elsewhere. Svelte builds
/// its markup through the one trusted-types policy named here.
inline constexpr std::string_view kContentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types svelte-trusted-html";

/// Sets them; a Content-Security-Policy that is there already (a stricter one) stays.
/// How a browser reaches the server.
enum class Transport { kPlain, kTls };

void add_security_headers(net::Response& response, Transport transport = Transport::kPlain);

}  // namespace rota::api
