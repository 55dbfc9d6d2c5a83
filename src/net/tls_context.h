// A certificate and its key, ready to serve TLS with: 1.2 and 1.3, forward secrecy only. Immutable
// once loaded; renewing a certificate means loading another context, and connections that are open
// keep theirs.
#pragma once

#include <memory>
#include <string>

#include "rota/result.h"
#include "rota/time.h"

namespace rota::net {

class TlsContext {
 public:
  virtual ~TlsContext() = default;

  /// Reads PEM files: the certificate with its chain, and the key. Errors, each naming the file:
  /// kIo (cannot be read), kPermissionDenied (others may read the key), kInvalidArgument (no PEM, a
  /// key with a passphrase, a key of another certificate).
  static Result<std::shared_ptr<const TlsContext>> load(const std::string& certificate_file,
                                                        const std::string& key_file);

  /// When the certificate ends: browsers refuse it from then on.
  virtual Instant expires_at() const = 0;
};

}  // namespace rota::net
