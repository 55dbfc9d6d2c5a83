// Who sent a request that came through proxies. Only what a proxy says that the operator has named
// (--trusted-proxy) is believed; all else in these headers is written by the client itself.
//
// The proxies' headers list the addresses that a request came from, the nearest last: each proxy
// adds the one that it was asked by. They are read from the right for as long as the address is one
// of the trusted proxies; the first that is not is the client. When all are, it is the leftmost.
// What is no address ("unknown", "_hidden", anything malformed) ends the reading: then the client
// is the proxy that wrote it down, which is as far as is known.
// With both Forwarded (RFC 7239) and X-Forwarded-For, both must lead to the same client. A proxy
// that sets the one passes on what the client wrote into the other, so where they disagree neither
// is believed and the request counts as the proxy's own.
// Pure.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "net/http_message.h"
#include "net/ip_address.h"

namespace rota::net {

/// More proxies in a row than this are not followed.
inline constexpr std::size_t kProxyHopsMax = 32;

/// Whether an address (zone or not) lies in one of the networks.
bool is_trusted(std::string_view address, std::span<const Network> trusted);

/// The address of the client, without a port or a zone: the peer's unless that is trusted.
std::string client_address(const Request& request, std::string_view peer,
                           std::span<const Network> trusted);

}  // namespace rota::net
