// The walk begins behind the last row that was pruned, with the hash that the prune's own row
// names; that row stands further down and is verified like all others, so a false one is found
// there.
#include "store/sqlite/audit_verify.h"

#include <fmt/format.h>

#include <map>

#include "store/sqlite/audit_chain.h"

namespace rota::store {
namespace {

// Where the walk begins: after this row, whose hash is known. Where there is a key the row that
// says so must be a signed one, and it must stand behind what it speaks of: the walk comes to it.
Result<AuditHead> find_start(Connection& connection, bool with_key) {
  auto select = connection.prepare(
      "SELECT json_extract(after, '$.through_seq'), json_extract(after, '$.hash') FROM audit"
      " WHERE action = 'audit.prune' AND json_valid(after) AND (key_id <> '' OR ?1 = 0)"
      "   AND json_extract(after, '$.through_seq') < seq ORDER BY seq DESC LIMIT 1");
  if (!select) return fail(select.error());
  const auto row = select->bind(with_key).step();
  if (!row) return fail(row.error());
  return *row ? AuditHead{select->integer(0), select->text(1)} : AuditHead{};
}

class Walk {
 public:
  Walk(AuditSeal* seal, const AuditHead& start, std::span<const AuditHead> heads)
      : seal_(seal), previous_(start.hash) {
    verdict_.start = start;
    for (const AuditHead& head : heads) {
      if (head.seq > start.seq) heads_.emplace(head.seq, head.hash);
      if (head.seq == start.seq && head.hash != start.hash) {
        mark(head.seq, "was another one before the rows up to it were pruned");
      }
    }
  }

  /// False: look no further.
  bool take(const AuditEntry& entry) {
    ++verdict_.rows;
    if (entry.key_id.empty()) ++verdict_.unkeyed;
    if (keyed_ && entry.key_id.empty()) {
      return mark(entry.seq, "is not signed, though rows before it are");
    }
    if (!fits(entry)) return false;
    keyed_ = !entry.key_id.empty();
    previous_ = entry.hash;
    key_ = entry.key_id;
    verdict_.newest = AuditHead{entry.seq, entry.hash};
    if (entry.note.action == kBrokenAction) noted_loss_ = entry.seq;
    if (entry.note.action == kAcceptAction) noted_loss_.reset();
    return matches_head(entry);
  }

  AuditVerdict finish() {
    if (verdict_.fault.empty() && !heads_.empty()) {
      const auto& [seq, hash] = *heads_.rbegin();
      verdict_.broken_at = seq;
      verdict_.fault =
          fmt::format("rows were cut off the end: the audit had come to row {}, and ends at row {}",
                      seq, verdict_.newest ? verdict_.newest->seq : 0);
    }
    if (verdict_.fault.empty() && noted_loss_) {
      mark(*noted_loss_, "says that rows before it were cut off or written anew");
    }
    return std::move(verdict_);
  }

 private:
  bool mark(std::int64_t seq, std::string_view why) {
    verdict_.broken_at = seq;
    verdict_.fault = fmt::format("row {} {}", seq, why);
    return false;
  }

  bool fits(const AuditEntry& entry) {
    // A new key begins with a row that names the old one.
    if (keyed_ && entry.key_id != key_ && entry.note.action != kKeyAction) {
      return mark(entry.seq, "is signed with another key than the row before it");
    }
    const auto hash = hash_of(seal_, previous_, entry);
    if (!hash) {
      ++verdict_.unverifiable;
      return true;
    }
    if (*hash == entry.hash) return true;
    return mark(entry.seq, "was changed, or one before it was changed or taken out");
  }

  bool matches_head(const AuditEntry& entry) {
    const auto [first, last] = heads_.equal_range(entry.seq);
    for (auto head = first; head != last; ++head) {
      if (head->second != entry.hash) {
        return mark(entry.seq, "is another one than the audit had come to: it was written anew");
      }
    }
    heads_.erase(first, last);
    return true;
  }

  AuditSeal* const seal_;
  std::string previous_;
  std::string key_;
  bool keyed_ = false;
  std::optional<std::int64_t> noted_loss_;
  std::multimap<std::int64_t, std::string> heads_;
  AuditVerdict verdict_;
};

}  // namespace

Result<AuditVerdict> check_audit(Connection& connection, AuditSeal* seal,
                                 std::span<const AuditHead> heads) {
  const auto start = find_start(connection, seal != nullptr);
  if (!start) return fail(start.error());
  Walk walk(seal, *start, heads);
  auto select =
      connection.prepare("SELECT " AUDIT_COLUMNS " FROM audit WHERE seq > ? ORDER BY seq");
  if (!select) return fail(select.error());
  select->bind(start->seq);
  for (;;) {
    const auto row = select->step();
    if (!row) return fail(row.error());
    if (!*row || !walk.take(read_audit_row(*select))) return walk.finish();
  }
}

Result<std::optional<AuditHead>> find_prunable(Connection& connection, Instant before) {
  // Times may go back where a clock did: only rows before the first that stays. The newest stays.
  auto select = connection.prepare(
      "SELECT seq, hash FROM audit WHERE seq <"
      " coalesce((SELECT min(seq) FROM audit WHERE at >= ?), (SELECT max(seq) FROM audit))"
      " ORDER BY seq DESC LIMIT 1");
  if (!select) return fail(select.error());
  const auto row = select->bind(before).step();
  if (!row) return fail(row.error());
  if (!*row) return std::optional<AuditHead>{};
  return std::optional(AuditHead{select->integer(0), select->text(1)});
}

Result<WrittenAudit> insert_prune_row(Connection& connection, AuditSeal* seal,
                                      const AuditHead& through, AuditNote note, Instant now) {
  auto count = connection.prepare(
      "SELECT count(*), max(CASE WHEN seq = ?1 THEN hash END) FROM audit WHERE seq <= ?1");
  if (!count) return fail(count.error());
  const auto row = count->bind(through.seq).step();
  if (!row) return fail(row.error());
  if (count->text(1) != through.hash) {
    return fail(ErrorCode::kNotFound,
                fmt::format("the audit has no row {} of that hash", through.seq));
  }
  note.action = kPruneAction;
  note.object = fmt::format("rows up to {}", through.seq);
  note.after = fmt::format(R"({{"through_seq":{},"hash":"{}","rows":{}}})", through.seq,
                           through.hash, count->integer(0));
  const auto written = insert_audit(connection, seal, note, now);
  if (!written) return written;
  auto allow = connection.prepare(
      "INSERT INTO audit_pruned (id, through_seq) VALUES (1, ?)"
      " ON CONFLICT (id) DO UPDATE SET through_seq = excluded.through_seq");
  if (!allow) return fail(allow.error());
  if (auto done = allow->bind(through.seq).run(); !done) return fail(done.error());
  return written;
}

Result<std::int64_t> delete_pruned(Connection& connection, std::int64_t limit) {
  auto remove = connection.prepare(
      "DELETE FROM audit WHERE seq IN (SELECT seq FROM audit WHERE seq <="
      " (SELECT through_seq FROM audit_pruned) ORDER BY seq LIMIT ?)");
  if (!remove) return fail(remove.error());
  if (auto done = remove->bind(limit).run(); !done) return fail(done.error());
  return connection.changes();
}

}  // namespace rota::store
