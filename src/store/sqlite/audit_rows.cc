// The chain: hash = SHA-256(hash of the row before, then every column with its length before it).
// Whoever changes a row by other means would have to write all later ones anew.
#include "store/sqlite/audit_rows.h"

#include <fmt/format.h>
#include <sodium.h>

#include <array>
#include <charconv>

#include "store/cursor.h"

namespace rota::store {
namespace {

#define AUDIT_COLUMNS "seq, at, who, address, action, object, before, after, hash"

AuditEntry read_entry(const Statement& row) {
  AuditEntry entry;
  entry.seq = row.integer(0);
  entry.at = row.instant(1);
  entry.note = {row.text(2), row.text(3), row.text(4), row.text(5), row.text(6), row.text(7)};
  entry.hash = row.text(8);
  return entry;
}

std::string chain_hash(std::string_view previous, Instant at, const AuditNote& note) {
  const std::string text =
      fmt::format("{}|{}|{}:{}|{}:{}|{}:{}|{}:{}|{}:{}|{}:{}", previous,
                  at.time_since_epoch().count(), note.who.size(), note.who, note.address.size(),
                  note.address, note.action.size(), note.action, note.object.size(), note.object,
                  note.before.size(), note.before, note.after.size(), note.after);
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(text.data()),
                     text.size());
  std::string hex;
  for (const unsigned char byte : digest) hex += fmt::format("{:02x}", byte);
  return hex;
}

Result<std::string> last_hash(Connection& connection) {
  auto select = connection.prepare("SELECT hash FROM audit ORDER BY seq DESC LIMIT 1");
  if (!select) return fail(select.error());
  const auto row = select->step();
  if (!row) return fail(row.error());
  return *row ? select->text(0) : std::string();
}

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

}  // namespace

Result<void> insert_audit(Connection& connection, const AuditNote& note, Instant now) {
  const auto previous = last_hash(connection);
  if (!previous) return fail(previous.error());
  const std::string hash = chain_hash(*previous, now, note);
  auto insert = connection.prepare(
      "INSERT INTO audit (at, who, address, action, object, before, after, hash)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  if (!insert) return fail(insert.error());
  return insert->bind(now)
      .bind(note.who)
      .bind(note.address)
      .bind(note.action)
      .bind(note.object)
      .bind(note.before)
      .bind(note.after)
      .bind(hash)
      .run();
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
    page.rows.push_back(read_entry(*select));
  }
}

Result<std::optional<std::int64_t>> find_broken_audit(Connection& connection) {
  auto select = connection.prepare("SELECT " AUDIT_COLUMNS " FROM audit ORDER BY seq");
  if (!select) return fail(select.error());
  std::string previous;
  for (;;) {
    const auto row = select->step();
    if (!row) return fail(row.error());
    if (!*row) return std::optional<std::int64_t>{};
    const AuditEntry entry = read_entry(*select);
    if (chain_hash(previous, entry.at, entry.note) != entry.hash) {
      return std::optional<std::int64_t>{entry.seq};
    }
    previous = entry.hash;
  }
}

}  // namespace rota::store
