// Hours and shorter are elapsed time: plain arithmetic on instants. Days and longer are local
// times. A period of both ("P1DT2H") takes its calendar steps first and then adds the elapsed part.
#include "schedule/periodic.h"

#include <fmt/format.h>

#include "schedule/clock_notes.h"
#include "schedule/grid_slots.h"
#include "schedule/local_source.h"
#include "schedule/words.h"

namespace rota::schedule {
namespace {

std::string every(const Period& period) { return "Every " + describe_period(period); }

class ElapsedPeriod final : public SlotSource {
 public:
  ElapsedPeriod(const Period& period, Micros anchor) : period_(period), anchor_(anchor) {}

  Micros next(Micros after, Micros limit) const override {
    Micros at = anchor_;
    if (after >= anchor_) at += ((after - anchor_) / period_.elapsed + 1) * period_.elapsed;
    return at <= limit ? at : kNever;
  }

  int weight() const override { return 3; }

  std::int64_t count(Micros after, Micros limit) const override {
    const Micros first = next(after, limit);
    return first == kNever ? 0 : (limit - first) / period_.elapsed + 1;
  }

  void explain(Micros, Micros, std::vector<std::string>&) const override {}

  void pitfalls(Micros, std::vector<std::string>& hints) const override {
    if (period_.elapsed % kDayUs == 0) {
      hints.emplace_back(
          "hours count elapsed time, so the time of day moves by an hour when clocks change; "
          "write the period in days to keep it");
    }
  }

  std::string describe(std::string_view) const override { return every(period_); }

 private:
  Period period_;
  Micros anchor_;
};

// The anchor is a slot even where its reading comes twice and the rule would take the other one.
class CalendarPeriod final : public SlotSource {
 public:
  CalendarPeriod(GridSlots slots, const Zone& zone, ClockChangeRule rule, Micros anchor)
      : grid_(std::move(slots), zone, rule), anchor_(anchor) {}

  Micros next(Micros after, Micros limit) const override {
    if (after < anchor_) return anchor_ <= limit ? anchor_ : kNever;
    return grid_.next(after, limit);
  }

  int weight() const override { return grid_.weight(); }

  void explain(Micros after, Micros slot, std::vector<std::string>& notes) const override {
    if (slot != anchor_) grid_.explain(std::max(after, anchor_), slot, notes);
  }

  void pitfalls(Micros from, std::vector<std::string>& hints) const override {
    grid_.pitfalls(from, hints);
  }
  std::string describe(std::string_view zone) const override { return grid_.describe(zone); }

 private:
  LocalSource<GridSlots> grid_;
  Micros anchor_;
};

class MixedPeriod final : public SlotSource {
 public:
  MixedPeriod(const Period& period, Micros anchor, const Zone& zone, DstOverlap overlap)
      : period_(period), anchor_(anchor), zone_(zone), overlap_(overlap) {
    const Micros local = zone.to_local(anchor);
    grid_ = GridSlots{day_of(local), period.months, period.days, 0, local - start_of(day_of(local)),
                      anchor,        every(period)};
  }

  // Each point lies at least 27 days per month and 23 hours per day behind the one before, so the
  // points are in order and a binary search finds the first.
  Micros next(Micros after, Micros limit) const override {
    const Micros least = period_.months * 27 * kDayUs + period_.days * 22 * 3600 * kSecondUs;
    std::int64_t low = 0;
    std::int64_t high = (std::max(after, anchor_) - anchor_) / least + 2;
    while (low < high) {
      const std::int64_t middle = low + (high - low) / 2;
      if (point(middle) > after) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    const Micros at = point(low);
    return at <= limit ? at : kNever;
  }

  int weight() const override { return 150; }

  void explain(Micros, Micros, std::vector<std::string>&) const override {}
  void pitfalls(Micros from, std::vector<std::string>& hints) const override {
    grid_.pitfalls(zone_, kFixedTimeRule, from, hints);
  }
  std::string describe(std::string_view) const override { return grid_.describe(); }

 private:
  Micros point(std::int64_t k) const {
    if (k == 0) return anchor_;
    const Micros local = grid_.point(k);
    if (local > kSearchEnd) return kNever / 2;
    const bool second = overlap_ == DstOverlap::kSecond;
    const Micros at = second ? zone_.last_instant(local) : zone_.first_instant(local);
    return at + k * period_.elapsed;
  }

  Period period_;
  Micros anchor_;
  const Zone& zone_;
  DstOverlap overlap_;
  GridSlots grid_;
};

class AfterFinish final : public SlotSource {
 public:
  AfterFinish(const Period& period, const Zone& zone) : period_(period), zone_(zone) {}

  Micros next(Micros after, Micros limit) const override {
    Micros at = after;
    if (!period_.is_elapsed()) {
      const Micros local = zone_.to_local(after);
      const Day day = day_of(local);
      const Day later = add_months(date_of(day), period_.months) + static_cast<Day>(period_.days);
      at = std::max(zone_.first_instant(start_of(later) + local - start_of(day)), after + 1);
    }
    at += period_.elapsed;
    return at <= limit ? at : kNever;
  }

  int weight() const override { return 10; }

  void explain(Micros, Micros, std::vector<std::string>& notes) const override {
    notes.emplace_back("counted from the end of the run before; this is the earliest it can be");
  }
  void pitfalls(Micros, std::vector<std::string>&) const override {}
  std::string describe(std::string_view) const override {
    return fmt::format("{} after the end of the last run", describe_period(period_));
  }

 private:
  Period period_;
  const Zone& zone_;
};

}  // namespace

std::unique_ptr<SlotSource> make_periodic(const Period& period, Micros anchor,
                                          const ScheduleOptions& options, const Zone& zone) {
  if (period.is_elapsed()) return std::make_unique<ElapsedPeriod>(period, anchor);
  const ClockChangeRule rule = with_overrides(kFixedTimeRule, options);
  if (!period.is_calendar()) {
    return std::make_unique<MixedPeriod>(period, anchor, zone, rule.overlap);
  }
  const Micros local = zone.to_local(anchor);
  GridSlots slots{day_of(local), period.months, period.days, 1, local - start_of(day_of(local)),
                  anchor,        every(period)};
  return std::make_unique<CalendarPeriod>(std::move(slots), zone, rule, anchor);
}

std::unique_ptr<SlotSource> make_after_finish(const Period& period, const Zone& zone) {
  return std::make_unique<AfterFinish>(period, zone);
}

std::optional<std::string_view> without_after_finish(std::string_view text) {
  text = trim(text);
  for (const std::string_view word : {"finish", "after"}) {
    if (text.size() <= word.size()) return std::nullopt;
    if (!same_word(text.substr(text.size() - word.size()), word)) return std::nullopt;
    text.remove_suffix(word.size());
    if (!is_space(text.back())) return std::nullopt;
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  }
  return text;
}

}  // namespace rota::schedule
