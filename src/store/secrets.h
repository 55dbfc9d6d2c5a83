// The port for secrets, sealed: what can open them never comes here. A part of the store of its
// own, reached by Store::secrets(). Every change takes the audit's note of itself and writes both
// in one transaction. Thread rule and errors: those of Store.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rota/result.h"
#include "rota/task.h"
#include "rota/time.h"
#include "store/accounts.h"

namespace rota::store {

using SecretId = Id<struct SecretIdTag>;

struct SealedSecret {
  SecretId id;  ///< Chosen by who seals it, since the seal covers it.
  std::string name;
  std::string nonce;
  std::string ciphertext;
  std::string key_id;  ///< Of the key that opens it.
  Instant created_at{};
  Instant updated_at{};
  std::string updated_by;
  std::optional<Instant> used_at;  ///< By a run; to the minute.
};

class SecretStore {
 public:
  using Reseal = std::function<Result<SealedSecret>(const SealedSecret&)>;

  virtual ~SecretStore() = default;

  /// By name.
  virtual Result<std::vector<SealedSecret>> list_secrets() = 0;
  /// kNotFound.
  virtual Result<SealedSecret> load_secret(std::string_view name) = 0;
  /// Sets the times. kAlreadyExists when the name is taken.
  virtual Result<void> add_secret(const SealedSecret& secret, const AuditNote& note) = 0;
  /// Stores nonce, ciphertext, key and who did it. kNotFound.
  virtual Result<void> update_secret(const SealedSecret& secret, const AuditNote& note) = 0;
  /// kNotFound.
  virtual Result<void> remove_secret(std::string_view name, const AuditNote& note) = 0;
  /// Seals every secret anew: all or none. `reseal` may be called twice for one.
  virtual Result<std::size_t> reseal_secrets(const Reseal& reseal, const AuditNote& note) = 0;
  virtual Result<void> touch_secret(SecretId id, Instant used_at) = 0;
};

}  // namespace rota::store
