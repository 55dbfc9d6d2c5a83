// Writes the audit's note of a change in the same transaction as the change: there is never one
// without the other, whenever the process ends. While a scope lives, the first change that its
// thread makes to a store takes the scope's note along. A way beside the parameters, because what
// lies between who asks (the API) and who writes (a store) need not know of the audit.
#pragma once

#include <functional>
#include <utility>
#include <variant>
#include <vector>

#include "rota/calendar.h"
#include "rota/run.h"
#include "rota/task.h"
#include "store/accounts.h"

namespace rota::store {

class AuditScope {
 public:
  /// What a change made, as stored; nothing for those that return nothing.
  using Changed = std::variant<std::monostate, const Task*, const Calendar*, const Run*>;
  /// Called within the transaction, perhaps more than once: quick, and without the store.
  using Describe = std::function<AuditNote(const Changed&)>;

  explicit AuditScope(Describe describe)
      : describe_(std::move(describe)), outer_(std::exchange(current_, this)) {}
  ~AuditScope() { current_ = outer_; }
  AuditScope(const AuditScope&) = delete;
  AuditScope& operator=(const AuditScope&) = delete;

  bool is_written() const { return written_; }
  AuditNote note_of(const Changed& changed) const { return describe_(changed); }

  /// For stores: the scope of this thread whose note is still to be written, or null.
  static AuditScope* waiting() {
    return current_ == nullptr || current_->written_ ? nullptr : current_;
  }
  void mark_written() { written_ = true; }

  static Changed changed(const Task& task) { return &task; }
  static Changed changed(const Calendar& calendar) { return &calendar; }
  static Changed changed(const std::vector<Run>& runs) {
    return runs.size() == 1 ? Changed(&runs.front()) : Changed();
  }
  template <class T>
  static Changed changed(const T&) {
    return {};
  }

 private:
  inline static thread_local AuditScope* current_ = nullptr;

  const Describe describe_;
  AuditScope* const outer_;
  bool written_ = false;
};

}  // namespace rota::store
