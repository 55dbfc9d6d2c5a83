#include "accounts/refusals.h"

#include <fmt/format.h>

#include <algorithm>

#include "accounts/names.h"
#include "accounts/throttle.h"
#include "base/utf8.h"

namespace rota::accounts {
namespace {

constexpr std::size_t kNamesMax = 5;
constexpr std::string_view kManyAddresses = "many addresses";

}  // namespace

// Beyond the bound all further addresses of a kind share one place.
Refusals::Counted& Refusals::find(const store::AuditNote& refusal, Instant now) {
  std::pair key(refusal.action, address_key(refusal.address));
  auto found = counted_.find(key);
  if (found == counted_.end() && counted_.size() >= rule_.addresses_max) {
    key.second = kManyAddresses;
    found = counted_.find(key);
  }
  if (found != counted_.end()) return found->second;
  Counted fresh;
  fresh.first = refusal;
  fresh.made_at = fresh.since = now;
  fresh.due_at = now + rule_.first_pause;
  fresh.pause = rule_.first_pause;
  if (key.second == kManyAddresses) {
    fresh.first = {};
    fresh.first.address = kManyAddresses;
    fresh.first.action = refusal.action;
    fresh.first_written = true;  // the count says it all
  }
  return counted_.emplace(std::move(key), std::move(fresh)).first->second;
}

void Refusals::add(store::AuditNote refusal, Instant now) {
  refusal.who = base::one_line(refusal.who, kRefusedTextMax);
  refusal.object = base::one_line(refusal.object, kRefusedTextMax);
  const std::lock_guard lock(mutex_);
  const std::size_t before = counted_.size();
  Counted& counted = find(refusal, now);
  const bool is_first = counted_.size() != before && !counted.first_written;
  counted.last = now;
  if (is_first) return;
  if (counted.more++ == 0) counted.since = now;
  const bool listed =
      std::find(counted.names.begin(), counted.names.end(), refusal.who) != counted.names.end();
  if (!refusal.who.empty() && !listed && counted.names.size() < kNamesMax) {
    counted.names.push_back(refusal.who);
  }
}

store::AuditNote Refusals::summary_of(const Counted& counted) {
  store::AuditNote note = counted.first;
  note.count = counted.more;
  std::string names;
  for (const std::string& name : counted.names) {
    names += fmt::format("{}{}", names.empty() ? "" : ",", quoted(name));
  }
  note.after = fmt::format(R"({{"since":"{}","until":"{}","names":[{}]}})",
                           format_utc(counted.since), format_utc(counted.last), names);
  return note;
}

std::vector<store::AuditNote> Refusals::take(Instant now, Which which) {
  std::vector<store::AuditNote> rows;
  const std::lock_guard lock(mutex_);
  for (auto item = counted_.begin(); item != counted_.end();) {
    Counted& counted = item->second;
    if (!counted.first_written) rows.push_back(counted.first);
    counted.first_written = true;
    const bool due = which == Which::kAll || now >= counted.due_at || now < counted.made_at;
    if (due && counted.more > 0) {
      rows.push_back(summary_of(counted));
      counted.more = 0;
      counted.names.clear();
      counted.pause = std::min(2 * counted.pause, rule_.pause_max);
      counted.due_at = now + counted.pause;
    }
    const bool quiet = counted.more == 0 && now - counted.last >= rule_.keep_for;
    item = quiet || now < counted.made_at ? counted_.erase(item) : std::next(item);
  }
  return rows;
}

std::size_t Refusals::size() const {
  const std::lock_guard lock(mutex_);
  return counted_.size();
}

}  // namespace rota::accounts
