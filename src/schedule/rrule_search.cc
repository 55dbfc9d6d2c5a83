// Goes from period to period; within one, the n-th moment is the n-th day and time of two sets, so
// BYSETPOS and COUNT are sums, not walks. Periods are looked at while the budget lasts.
#include <algorithm>

#include "schedule/rrule_dates.h"
#include "schedule/working_dates.h"

namespace rota::schedule {
namespace {

// Bits below `limit`.
template <class Bits>
int below(Bits bits, int limit) {
  if (limit <= 0) return 0;
  return std::popcount(static_cast<Bits>(bits & ((Bits{1} << limit) - 1)));
}

template <class Bits>
int nth_bit(Bits bits, std::int32_t index) {
  for (; index > 0; --index) bits &= bits - 1;
  return std::countr_zero(bits);
}

// The moments of one period by their index.
class Moments {
 public:
  Moments(const RruleSpec& rule, const RrulePeriod& period)
      : rule_(rule),
        days_(days_of(rule, period)),
        all_(std::int64_t{days_.size()} * rule.times.size()) {
    if (rule.positions.empty() || rule.frequency == RruleSpec::Frequency::kDaily) return;
    for (const int position : rule.positions) {
      const std::int64_t index = position > 0 ? position - 1 : all_ + position;
      if (index >= 0 && index < all_) picked_.push_back(index);
    }
    std::ranges::sort(picked_);
    picked_.erase(std::ranges::unique(picked_).begin(), picked_.end());
    picks_ = true;
  }

  std::int64_t size() const { return picks_ ? static_cast<std::int64_t>(picked_.size()) : all_; }

  Micros at(std::int64_t index) const {
    if (picks_) index = picked_[static_cast<std::size_t>(index)];
    const std::int64_t times = rule_.times.size();
    const Day day = days_.at(static_cast<int>(index / times));
    return start_of(day) + rule_.times.at(static_cast<std::int32_t>(index % times)) * kSecondUs;
  }

  // The index of the first at or after a local time; size() when none is.
  std::int64_t index_from(Micros local) const {
    const Day day = day_of(local);
    std::int64_t index = std::int64_t{days_.index_of(day)} * rule_.times.size();
    if (days_.index_of(day + 1) != days_.index_of(day)) {
      const Micros second = (local - start_of(day) + kSecondUs - 1) / kSecondUs;
      index += rule_.times.index_from(static_cast<std::int32_t>(second));
    }
    if (!picks_) return index;
    return std::ranges::lower_bound(picked_, index) - picked_.begin();
  }

 private:
  const RruleSpec& rule_;
  DaySet days_;
  std::int64_t all_;
  bool picks_ = false;
  std::vector<std::int64_t> picked_;
};

}  // namespace

std::int32_t RruleTimes::size() const {
  if (!picked.empty()) return static_cast<std::int32_t>(picked.size());
  return std::popcount(hours) * std::popcount(minutes) * std::popcount(seconds);
}

std::int32_t RruleTimes::at(std::int32_t index) const {
  if (!picked.empty()) return picked[static_cast<std::size_t>(index)];
  const std::int32_t per_minute = std::popcount(seconds);
  const std::int32_t per_hour = std::popcount(minutes) * per_minute;
  return nth_bit(hours, index / per_hour) * 3600 +
         nth_bit(minutes, index % per_hour / per_minute) * 60 +
         nth_bit(seconds, index % per_minute);
}

std::int32_t RruleTimes::index_from(std::int32_t second) const {
  if (!picked.empty()) {
    return static_cast<std::int32_t>(std::ranges::lower_bound(picked, second) - picked.begin());
  }
  if (second >= 86'400) return size();
  const int hour = second / 3600;
  const int minute = second / 60 % 60;
  const std::int32_t per_minute = std::popcount(seconds);
  std::int32_t index = below(hours, hour) * std::popcount(minutes) * per_minute;
  if ((hours >> hour & 1) == 0) return index;
  index += below(minutes, minute) * per_minute;
  if ((minutes >> minute & 1) != 0) index += below(seconds, second % 60);
  return index;
}

Micros RruleSpec::next_local(Micros from, Micros until) const {
  from = std::max(from, start);
  until = std::min({until, last, kSearchEnd + kDayUs});
  SearchBudget left(budget);
  for (RrulePeriod period = first_period(*this, day_of(from)); start_of(period.first) <= until;
       period = following(*this, period)) {
    if (!left.spend(period.cost)) return kNever;
    const Moments moments(*this, period);
    const std::int64_t index = moments.index_from(from);
    if (index >= moments.size()) continue;
    const Micros found = moments.at(index);
    return found <= last ? found : kNever;
  }
  return kNever;
}

bool RruleSpec::end_after(std::int64_t count) {
  SearchBudget left(budget);
  for (RrulePeriod period = first_period(*this, day_of(start));
       start_of(period.first) <= kSearchEnd + kDayUs; period = following(*this, period)) {
    if (!left.spend(period.cost)) return false;
    const Moments moments(*this, period);
    const std::int64_t passed = moments.index_from(start);
    if (const std::int64_t here = moments.size() - passed; here < count) {
      count -= here;
      continue;
    }
    last = moments.at(passed + count - 1);
    break;
  }
  return true;
}

void RruleSpec::pitfalls(const Zone& zone, ClockChangeRule rule, Micros from,
                         std::vector<std::string>& hints) const {
  if (next_local(start, kSearchEnd) == kNever) {
    hints.emplace_back("it never runs: no date matches the rule");
    return;
  }
  const bool short_months = (month_days & ~((std::uint32_t{1} << 29) - 1)) != 0 &&
                            (month_days & 0x1ffffffe) == 0 && days_from_end == 0;
  if (short_months) {
    hints.emplace_back("months without such a day are left out; BYMONTHDAY=-1 is the last day");
  }
  clock_change_pitfall(*this, zone, rule, from, hints);
}

}  // namespace rota::schedule
