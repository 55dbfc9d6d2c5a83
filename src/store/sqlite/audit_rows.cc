#include "store/sqlite/audit_rows.h"

#include <fmt/format.h>

#include <charconv>

#include "store/cursor.h"
#include "store/sqlite/audit_chain.h"

namespace rota::store {
namespace {

/// All that decides which rows stand where.
std::string list_of(const AuditQuery& query) { return "audit " + query.search; }

/// The number that the page's rows come before.
Result<std::int64_t> parse_cursor(const AuditQuery& query) {
  if (query.cursor.empty()) return INT64_MAX;
  const auto read = read_cursor(list_of(query), query.cursor);
  if (!read) return fail(read.error());
  std::int64_t before = 0;
  const char* const end = read->data() + read->size();
  const auto [stop, problem] = std::from_chars(read->data(), end, before);
  if (problem != std::errc{} || stop != end) return fail(wrong_cursor());
  return before;
}

// Also above rows that were there once: a number is never used twice.
Result<std::int64_t> next_seq(Connection& connection) {
  const auto used = connection.integer("SELECT seq FROM sqlite_sequence WHERE name = 'audit'");
  if (!used) return fail(used.error());
  return used->value_or(0) + 1;
}

Result<AuditEntry> append(Connection& connection, AuditSeal* seal, std::string_view previous,
                          AuditEntry entry) {
  const auto seq = next_seq(connection);
  if (!seq) return fail(seq.error());
  entry.seq = *seq;
  auto hash = hash_of(seal, previous, entry);
  if (!hash) return fail(hash.error());
  entry.hash = std::move(*hash);
  auto insert = connection.prepare(
      "INSERT INTO audit (seq, at, who, address, action, object, before, after, count, key_id,"
      " hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  if (!insert) return fail(insert.error());
  const auto done = insert->bind(entry.seq)
                        .bind(entry.at)
                        .bind(entry.note.who)
                        .bind(entry.note.address)
                        .bind(entry.note.action)
                        .bind(entry.note.object)
                        .bind(entry.note.before)
                        .bind(entry.note.after)
                        .bind(entry.note.count)
                        .bind(entry.key_id)
                        .bind(entry.hash)
                        .run();
  if (!done) return fail(done.error());
  return entry;
}

// Says which key was in use until here, and where the chain stood: rows of before cannot be written
// anew without breaking this one.
AuditNote note_of_key(const AuditEntry& last, std::string_view key_id) {
  AuditNote note;
  note.who = "rota";
  note.action = kKeyAction;
  note.object = fmt::format("key {}", key_id);
  note.before =
      fmt::format(R"({{"key_id":"{}","seq":{},"hash":"{}"}})", last.key_id, last.seq, last.hash);
  note.after = fmt::format(R"({{"key_id":"{}"}})", key_id);
  return note;
}

// The head, where the audit no longer holds the row that it names. Rows that were pruned may be
// gone. A head that cannot be read says nothing.
Result<std::optional<AuditHead>> find_lost_head(Connection& connection, AuditSeal& seal) {
  const auto head = seal.load_head();
  if (!head || !*head) return std::optional<AuditHead>{};
  auto select = connection.prepare(
      "SELECT EXISTS (SELECT 1 FROM audit WHERE seq = ?1 AND hash = ?2)"
      " OR EXISTS (SELECT 1 FROM audit_pruned WHERE through_seq >= ?1)");
  if (!select) return fail(select.error());
  const auto row = select->bind((*head)->seq).bind((*head)->hash).step();
  if (!row) return fail(row.error());
  return select->integer(0) != 0 ? std::optional<AuditHead>{} : *head;
}

AuditNote note_of_loss(const AuditHead& head, const std::optional<AuditEntry>& last) {
  AuditNote note;
  note.who = "rota";
  note.action = kBrokenAction;
  note.object = fmt::format("row {}", head.seq);
  note.before = fmt::format(R"({{"seq":{},"hash":"{}"}})", head.seq, head.hash);
  note.after = fmt::format(R"({{"seq":{},"hash":"{}"}})", last ? last->seq : 0,
                           last ? last->hash : std::string());
  return note;
}

Result<std::string> key_for(AuditSeal& seal, const std::optional<AuditEntry>& last) {
  auto key = seal.key_id(false);
  const bool another = key && last && !last->key_id.empty() && last->key_id != *key;
  if (another) key = seal.key_id(true);
  if (key) return key;
  Error error = key.error();
  error.message = "the change could not be written to the audit: " + error.message;
  return fail(std::move(error));
}

}  // namespace

AuditEntry read_audit_row(const Statement& row) {
  AuditEntry entry;
  entry.seq = row.integer(0);
  entry.at = row.instant(1);
  entry.note = {row.text(2), row.text(3), row.text(4),   row.text(5),
                row.text(6), row.text(7), row.integer(8)};
  entry.key_id = row.text(9);
  entry.hash = row.text(10);
  return entry;
}

Result<std::optional<AuditEntry>> find_last_audit(Connection& connection) {
  auto select = connection.prepare("SELECT " AUDIT_COLUMNS " FROM audit ORDER BY seq DESC LIMIT 1");
  if (!select) return fail(select.error());
  const auto row = select->step();
  if (!row) return fail(row.error());
  if (!*row) return std::optional<AuditEntry>{};
  return std::optional(read_audit_row(*select));
}

Result<WrittenAudit> insert_audit(Connection& connection, AuditSeal* seal, const AuditNote& note,
                                  Instant now) {
  auto last = find_last_audit(connection);
  if (!last) return fail(last.error());
  std::vector<AuditNote> notes;
  AuditEntry entry;
  entry.at = now;
  WrittenAudit written;
  if (seal != nullptr) {
    const auto key = key_for(*seal, *last);
    if (!key) return fail(key.error());
    entry.key_id = *key;
    if (*last && (*last)->key_id != *key) notes.push_back(note_of_key(**last, *key));
    auto lost = find_lost_head(connection, *seal);
    if (!lost) return fail(lost.error());
    if (*lost) {
      notes.push_back(note_of_loss(**lost, *last));
      written.keep = AuditSeal::Keep::kReplace;
    }
  }
  notes.push_back(note);
  written.head.hash = *last ? (*last)->hash : std::string();
  for (AuditNote& one : notes) {
    entry.note = std::move(one);
    const auto row = append(connection, seal, written.head.hash, entry);
    if (!row) return fail(row.error());
    written.head = {row->seq, row->hash};
  }
  return written;
}

Result<Page<AuditEntry>> query_audit(Connection& connection, const AuditQuery& query) {
  auto select = connection.prepare(
      "SELECT " AUDIT_COLUMNS
      " FROM audit WHERE seq < ?1"
      "   AND (?2 = '' OR instr(lower(who || ' ' || action || ' ' || object), lower(?2)) > 0)"
      " ORDER BY seq DESC LIMIT ?3");
  if (!select) return fail(select.error());
  const auto before = parse_cursor(query);
  if (!before) return fail(before.error());
  const auto limit = static_cast<std::int64_t>(query.limit);
  select->bind(*before).bind(query.search).bind(limit + 1);
  Page<AuditEntry> page;
  page.total = -1;
  for (;;) {
    const auto row = select->step();
    if (!row) return fail(row.error());
    if (!*row) return page;
    if (page.rows.size() == query.limit) {
      page.next_cursor = make_cursor(list_of(query), std::to_string(page.rows.back().seq));
      return page;
    }
    page.rows.push_back(read_audit_row(*select));
  }
}

Result<std::vector<AuditEntry>> query_audit_from(Connection& connection, std::int64_t from_seq,
                                                 std::size_t limit) {
  auto select =
      connection.prepare("SELECT " AUDIT_COLUMNS " FROM audit WHERE seq >= ? ORDER BY seq LIMIT ?");
  if (!select) return fail(select.error());
  select->bind(from_seq).bind(static_cast<std::int64_t>(limit));
  std::vector<AuditEntry> rows;
  for (;;) {
    const auto row = select->step();
    if (!row) return fail(row.error());
    if (!*row) return rows;
    rows.push_back(read_audit_row(*select));
  }
}

}  // namespace rota::store
