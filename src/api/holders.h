// Whose request it is, said without a look at the database: what is fair is decided before anybody
// knows who asks. A session or token that was shown before counts as the user whom it belonged to
// then, all else as its address. This decides who waits for whom, never what somebody may do.
#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <unordered_map>

#include "accounts/identity.h"
#include "api/gate.h"
#include "net/http_message.h"

namespace rota::api {

/// Thread rule: any thread.
class Holders {
 public:
  static constexpr std::size_t kRememberedMax = 4096;  // credentials; then all are forgotten

  explicit Holders(const Gate& gate) : gate_(gate) {}

  /// "user 7", or an address.
  std::string guess(const net::Request& request) const;

  /// What the request turned out to be; null: nobody's.
  void learn(const net::Request& request, const accounts::Identity* who);

 private:
  const Gate& gate_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::string> known_;  ///< By the credential's hash.
};

/// "user 7"; the client's address (client_of) for somebody who did not sign in.
std::string holder_of(const accounts::Identity& who, const net::Request& request);

}  // namespace rota::api
