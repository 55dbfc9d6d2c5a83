// Secrets that tasks may name as "${secret:NAME}": sealed in the database (XChaCha20-Poly1305 over
// id and name), opened only for the run that needs one. Nobody can read one back.
#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret_forms.h"
#include "rota/clock.h"
#include "rota/result.h"
#include "secrets/key_file.h"
#include "store/secrets.h"

namespace rota::secrets {

inline constexpr std::size_t kValueMin = base::kSecretMin;
inline constexpr std::size_t kValueMax = 8192;

/// Who makes a change, for the audit.
struct Actor {
  std::string who;
  std::string address;
};

/// kInvalidArgument unless 1 to 100 of a-z, 0-9, '_' and '-'.
Result<void> check_name(std::string_view name);

/// Thread rule: any thread.
class Vault {
 public:
  /// Both must outlive this. The file is looked at when it is first needed.
  Vault(store::SecretStore& store, const Clock& clock, std::string key_file)
      : store_(store), clock_(clock), key_file_(std::move(key_file)) {}

  /// Without values.
  Result<std::vector<store::SealedSecret>> list() { return store_.list_secrets(); }
  /// Makes the key file with the first secret. kAlreadyExists; kInvalidArgument.
  Result<void> add(std::string_view name, std::string_view value, const Actor& actor);
  /// A new value for an old name. kNotFound.
  Result<void> replace(std::string_view name, std::string_view value, const Actor& actor);
  Result<void> remove(std::string_view name, const Actor& actor);
  /// Seals all with a new key and forgets the old one; returns how many there are.
  Result<std::size_t> rotate_key(const Actor& actor);

  /// The value, for a run. kNotFound; kUnavailable when the key is missing or another one; kCorrupt
  /// when the row was changed by other means.
  Result<std::string> reveal(std::string_view name);

  /// Whether all can be opened: the error that a run would meet first.
  Result<void> check();

  const std::string& key_file() const { return key_file_; }

 private:
  Result<Key> newest_key();
  bool is_newest(const Key& key) const;
  Result<Key> key_named(const std::string& id);
  Result<std::string> open(const store::SealedSecret& secret);

  store::SecretStore& store_;
  const Clock& clock_;
  const std::string key_file_;
  std::mutex mutex_;
  std::vector<Key> keys_;
};

}  // namespace rota::secrets
