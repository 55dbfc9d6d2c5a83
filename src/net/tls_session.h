// One connection's TLS over a socket that never blocks. Only for the files of this folder; the
// event loop's thread only. OpenSSL reads and writes the socket itself, so a connection waits for
// the socket as it does without TLS.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "net/tls_context.h"

namespace rota::net {

/// What came of one step.
enum class TlsStep {
  kDone,
  kWantsRead,   ///< Again when the socket has something to read.
  kWantsWrite,  ///< Again when the socket takes more.
  kPlainHttp,   ///< Of a handshake: the client speaks HTTP without TLS.
  kClosed,      ///< The other side ended it, or it failed.
};

class TlsSession {
 public:
  virtual ~TlsSession() = default;

  /// The server's side, over a non-blocking socket that outlives it. Null: out of memory.
  static std::unique_ptr<TlsSession> accept(const TlsContext& context, int socket);

  virtual TlsStep handshake() = 0;
  /// kDone: `count` bytes, one at least, stand in the buffer.
  virtual TlsStep read(char* buffer, std::size_t size, std::size_t& count) = 0;
  /// kDone: `count` bytes were taken. After kWants..., come again with the same bytes in front.
  virtual TlsStep write(std::string_view bytes, std::size_t& count) = 0;
  /// Bytes that were received already and wait to be read: the socket would not tell.
  virtual bool has_pending() const = 0;
  /// Says that nothing more comes.
  virtual void shut_down() = 0;
};

}  // namespace rota::net
