// The port for secrets over the writer and the readers of one SQLite store.
#pragma once

#include "rota/clock.h"
#include "store/secrets.h"
#include "store/sqlite/readers.h"
#include "store/sqlite/writer.h"

namespace rota::store {

class SqliteSecrets final : public SecretStore {
 public:
  /// All must outlive this.
  SqliteSecrets(Writer& writer, Readers& readers, const Clock& clock, AuditSeal* seal)
      : writer_(writer), readers_(readers), clock_(clock), seal_(seal) {}

  Result<std::vector<SealedSecret>> list_secrets() override;
  Result<SealedSecret> load_secret(std::string_view name) override;
  Result<void> add_secret(const SealedSecret& secret, const AuditNote& note) override;
  Result<void> update_secret(const SealedSecret& secret, const AuditNote& note) override;
  Result<void> remove_secret(std::string_view name, const AuditNote& note) override;
  Result<std::size_t> reseal_secrets(const Reseal& reseal, const AuditNote& note) override;
  Result<void> touch_secret(SecretId id, Instant used_at) override;

 private:
  Result<void> audited(const AuditNote& note, const std::function<Result<void>(Connection&)>& work);

  Writer& writer_;
  Readers& readers_;
  const Clock& clock_;
  AuditSeal* const seal_;
};

}  // namespace rota::store
