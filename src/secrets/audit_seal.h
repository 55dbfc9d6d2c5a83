// The key of the audit and its head, in two files beside the database: rota.db.audit-key, one line
// a key like the key file of the secrets but apart from it (rotating the one leaves the other
// alone), and rota.db.audit-key.head, the newest row that was written. Both have mode 0600.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "rota/result.h"
#include "store/audit.h"

namespace rota::secrets {

/// Where the audit's key stands for a database, unless told otherwise: "rota.db.audit-key".
std::string audit_key_file_of(std::string_view database);

class FileAuditSeal final : public store::AuditSeal {
 public:
  /// The files are looked at when they are first needed.
  explicit FileAuditSeal(std::string key_file)
      : key_file_(std::move(key_file)), head_file_(key_file_ + ".head") {}
  ~FileAuditSeal() override;

  Result<std::string> key_id(bool anew) override;
  Result<std::string> sign(std::string_view key_id, std::string_view text) override;
  Result<void> keep_head(const store::AuditHead& head, Keep keep) override;
  Result<std::optional<store::AuditHead>> load_head() override;

  const std::string& key_file() const { return key_file_; }

 private:
  enum class Make { kNo, kYes };
  Result<void> load(Make make);
  Result<std::string> mac(const std::string& key_id, std::string_view text);
  std::string record_of(const store::AuditHead& head, const std::string& key_id,
                        const std::string& mac) const;
  std::optional<store::AuditHead> read_record(std::string_view record);

  const std::string key_file_;
  const std::string head_file_;
  std::mutex mutex_;
  std::map<std::string, std::string, std::less<>> keys_;  ///< Of HMACs, by id.
  std::string newest_;                                    ///< Id of the key to sign with.
};

}  // namespace rota::secrets
