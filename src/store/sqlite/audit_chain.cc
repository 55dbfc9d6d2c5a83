#include "store/sqlite/audit_chain.h"

#include <fmt/format.h>
#include <sodium.h>

#include <array>
#include <iterator>

namespace rota::store {

std::string signed_text(std::string_view previous, const AuditEntry& entry) {
  const AuditNote& note = entry.note;
  std::string text = fmt::format("rota audit 2|{}|{}|{}|{}|{}", previous, entry.seq,
                                 entry.at.time_since_epoch().count(), note.count, entry.key_id);
  for (const std::string* column :
       {&note.who, &note.address, &note.action, &note.object, &note.before, &note.after}) {
    fmt::format_to(std::back_inserter(text), "|{}:{}", column->size(), *column);
  }
  return text;
}

std::string plain_hash(std::string_view previous, const AuditEntry& entry) {
  const AuditNote& note = entry.note;
  const std::string text = fmt::format(
      "{}|{}|{}:{}|{}:{}|{}:{}|{}:{}|{}:{}|{}:{}", previous, entry.at.time_since_epoch().count(),
      note.who.size(), note.who, note.address.size(), note.address, note.action.size(), note.action,
      note.object.size(), note.object, note.before.size(), note.before, note.after.size(),
      note.after);
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(text.data()),
                     text.size());
  std::string hex;
  for (const unsigned char byte : digest) hex += fmt::format("{:02x}", byte);
  return hex;
}

Result<std::string> hash_of(AuditSeal* seal, std::string_view previous, const AuditEntry& entry) {
  if (entry.key_id.empty()) return plain_hash(previous, entry);
  if (seal != nullptr) return seal->sign(entry.key_id, signed_text(previous, entry));
  return fail(ErrorCode::kNotFound, "there is no key to verify the audit with");
}

}  // namespace rota::store
