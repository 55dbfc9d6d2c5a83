// What the audit says, and what proves it. Each row carries an HMAC over itself and the row before,
// under a key that stands outside the database; the newest row's place, the head, is kept outside
// as well. So a row that was changed, taken out, added or cut off the end by other means than Rota
// is found. docs/security/README.md says what this catches and what not.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "rota/result.h"
#include "rota/time.h"

namespace rota::store {

/// What the audit is told about a change. `before` and `after` are JSON or empty, without secrets.
struct AuditNote {
  std::string who;
  std::string address;  ///< Where from; empty: this machine's command line.
  std::string action;   ///< "user.add", "task.edit", "session.refused" ...
  std::string object;   ///< "user 3", "task 17"; empty: none.
  std::string before;
  std::string after;
  std::int64_t count = 1;  ///< Of refusals: how many the row stands for.
};

/// A note that is made when what was changed is known: a new user's id, a new version. Called
/// within the transaction, perhaps more than once: quick, and without the store.
template <class Row>
class NoteOf {
 public:
  NoteOf(AuditNote note)  // NOLINT(google-explicit-constructor)
      : describe_([note = std::move(note)](const Row&) { return note; }) {}
  template <class Describe>
    requires std::is_invocable_r_v<AuditNote, const Describe&, const Row&>
  NoteOf(Describe describe)
      : describe_(std::move(describe)) {}  // NOLINT(google-explicit-constructor)

  AuditNote operator()(const Row& row) const { return describe_(row); }

 private:
  std::function<AuditNote(const Row&)> describe_;
};

/// One row of the audit.
struct AuditEntry {
  std::int64_t seq = 0;
  Instant at{};
  AuditNote note;
  std::string key_id;  ///< Of the key that signed it; empty: a row from before there were keys.
  std::string hash;    ///< Hexadecimal; covers the row and the hash of the row before it.
};

struct AuditQuery {
  std::string search;  ///< Part of who, action or object; any case.
  std::size_t limit = 50;
  std::string cursor;  ///< Newest first.
};

/// How far the audit had come at some time.
struct AuditHead {
  std::int64_t seq = 0;
  std::string hash;
};

/// What looking at every row came to.
struct AuditVerdict {
  std::int64_t rows = 0;
  std::int64_t unkeyed = 0;  ///< Of these, from before there were keys: held by the rows after.
  std::int64_t unverifiable = 0;  ///< Of these, signed with a key that is not here.
  AuditHead start;                ///< After which it begins: what was pruned, else nothing.
  std::optional<AuditHead> newest;
  std::optional<std::int64_t> broken_at;  ///< The first row that does not fit.
  std::string fault;                      ///< What is wrong, as a sentence; empty: nothing is.

  bool is_intact() const { return fault.empty() && unverifiable == 0; }
};

/// Signs rows with a key outside the database, and keeps the head there. Thread rule: any thread.
class AuditSeal {
 public:
  virtual ~AuditSeal() = default;

  /// Of the key that rows are signed with; made with the first one. `anew`: look at the file, since
  /// somebody else has signed with another key. Errors: the key cannot be read or made.
  virtual Result<std::string> key_id(bool anew) = 0;
  /// HMAC-SHA-256 in hexadecimal. kNotFound: that key is not here.
  virtual Result<std::string> sign(std::string_view key_id, std::string_view text) = 0;

  /// After the row is durable. An older head never replaces a newer one, but for kReplace.
  enum class Keep { kNewest, kReplace };
  virtual Result<void> keep_head(const AuditHead& head, Keep keep) = 0;
  /// None: none was kept. kCorrupt: what is there was not signed with a key that is here.
  virtual Result<std::optional<AuditHead>> load_head() = 0;
};

}  // namespace rota::store
