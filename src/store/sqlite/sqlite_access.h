// The ways to the database that the store's methods share: one that writes, some that read, and the
// watcher that is told. Owns the connections.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "rota/clock.h"
#include "store/audit_scope.h"
#include "store/sqlite/audit_rows.h"
#include "store/sqlite/database_file.h"
#include "store/sqlite/node_rows.h"
#include "store/sqlite/readers.h"
#include "store/sqlite/task_rows.h"
#include "store/sqlite/watcher.h"
#include "store/sqlite/writer.h"

namespace rota::store {

class SqliteAccess {
 protected:
  /// Clock and seal must outlive this; the seal may be null.
  SqliteAccess(std::shared_ptr<DatabaseFile> file, std::unique_ptr<Connection> connection,
               Writer::Reopen reopen, const Clock& clock, AuditSeal* seal)
      : file_(std::move(file)),
        path_(file_->path()),
        clock_(clock),
        seal_(seal),
        writer_(std::move(connection), std::move(reopen)),
        readers_(*file_, kReadersMost),
        watcher_(path_, [this] { return writer_.others_wrote(); }) {}
  ~SqliteAccess() = default;

  Instant now() const { return clock_.now(); }

  // With the audit's note where somebody waits to see one written (store/audit_scope.h).
  template <class T>
  Result<T> write(const std::function<Result<T>(Connection&)>& work) {
    AuditScope* const scope = AuditScope::waiting();
    if (scope == nullptr) return writer_.write<T>(work);
    bool noted = false;
    WrittenAudit row;
    auto outcome = writer_.write<T>([&](Connection& c) -> Result<T> {
      auto done = work(c);
      noted = done && has_changed(done);
      if (!noted) return done;
      const auto written = insert_audit(c, seal_, scope->note_of(changed_by(done)), now());
      if (!written) return fail(written.error());
      row = *written;
      return done;
    });
    if (outcome && noted) {
      scope->mark_written();
      keep_audit_head(seal_, row);
    }
    return outcome;
  }

  template <class T>
  static bool has_changed(const Result<T>& outcome) {
    if constexpr (std::is_integral_v<T>) return *outcome != T{};
    return true;
  }
  template <class T>
  static AuditScope::Changed changed_by(const Result<T>& outcome) {
    if constexpr (std::is_void_v<T>)
      return {};
    else
      return AuditScope::changed(*outcome);
  }

  // Only a session that has not been declared dead may claim.
  template <class T>
  Result<T> write_live(NodeId node, const std::function<Result<T>(Connection&)>& work) {
    return writer_.write<T>([&](Connection& c) -> Result<T> {
      if (auto live = require_live(c, node); !live) return fail(live.error());
      return work(c);
    });
  }

  template <class T>
  Result<T> read(const std::function<Result<T>(Connection&)>& work) {
    auto connection = readers_.borrow();
    if (!connection) return fail(connection.error());
    return work(**connection);
  }

  // Marks the tasks that the reading found to be wrong, and reads on: they may have hidden others.
  template <class T, class Work>
  Result<T> read_and_mark(Work work) {
    for (int looks = 0;; ++looks) {
      std::vector<WrongTask> wrong;
      auto found = read<T>([&](Connection& c) { return work(c, wrong); });
      if (!found || wrong.empty()) return found;
      auto marked = write<void>([&](Connection& c) { return mark_wrong(c, wrong); });
      if (!marked) return fail(marked.error());
      if (!found->empty() || looks == kLooksMost) return found;
    }
  }

  // Several statements that must see the same state of the database.
  template <class T>
  Result<T> read_at_once(const std::function<Result<T>(Connection&)>& work) {
    return read<T>([&](Connection& c) -> Result<T> {
      if (auto begun = c.execute("BEGIN"); !begun) return fail(begun.error());
      auto outcome = work(c);
      if (!c.is_idle()) (void)c.execute("COMMIT");
      return outcome;
    });
  }

  // Tells the watcher after a write that others should follow.
  template <class T>
  Result<T> told(Result<T> outcome) {
    if (outcome) watcher_.tell();
    return outcome;
  }

  const std::shared_ptr<DatabaseFile> file_;  ///< Outlives all connections, see there.
  const std::string path_;
  const Clock& clock_;
  AuditSeal* const seal_;
  Writer writer_;
  Readers readers_;
  Watcher watcher_;

 private:
  /// More than the threads that answer requests, so that a share of these is one of the readers.
  static constexpr std::size_t kReadersMost = 12;
  /// Batches of wrong tasks put aside in one call before it answers that there is nothing.
  static constexpr int kLooksMost = 100;
};

}  // namespace rota::store
