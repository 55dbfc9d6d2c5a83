// Which network addresses tasks may talk to. Judged on the address a connection is about to be made
// to, after every name lookup and redirect, so that no spelling or DNS answer gets around it.
#pragma once

#include <string>

struct sockaddr;

namespace rota::handlers {

/// True for an address on the public Internet: not loopback, private, link-local, shared (CGNAT),
/// multicast, reserved or documentation, also when it is wrapped in IPv6 (mapped, compatible,
/// NAT64, 6to4, Teredo).
bool is_public_address(const sockaddr& address);

/// "192.0.2.1", "2001:db8::1"; "?" for another family.
std::string address_text(const sockaddr& address);

}  // namespace rota::handlers
