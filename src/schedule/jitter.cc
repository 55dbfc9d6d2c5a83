// Because a delayed slot stays before the next nominal one, only two slots can be the answer: the
// last at or before the moment that is asked about, and the one after it. A source only goes
// forward, so the last one is found by halving the time in which it must lie.
#include "schedule/jitter.h"

#include <fmt/format.h>

#include <algorithm>

#include "rota/time.h"
#include "schedule/stable_hash.h"

namespace rota::schedule {
namespace {

class Jitter final : public SlotSource {
 public:
  Jitter(std::unique_ptr<SlotSource> inner, Micros most, std::uint64_t seed, Micros ends_at)
      : inner_(std::move(inner)), most_(most), seed_(seed), ends_at_(ends_at) {}

  Micros next(Micros after, Micros limit) const override {
    Micros at = kNever;
    if (const Micros before = last_slot_up_to(after); before != kNever) {
      at = delayed(before);
      if (at > after) return at <= limit ? at : kNever;
    }
    const Micros slot = inner_->next(after, limit);
    if (slot == kNever) return kNever;
    at = delayed(slot);
    return at <= limit ? at : kNever;
  }

  int weight() const override { return 50 * inner_->weight(); }

  void explain(Micros after, Micros slot, std::vector<std::string>& notes) const override {
    const Micros nominal = last_slot_up_to(slot);
    if (nominal == kNever) return;
    inner_->explain(after, nominal, notes);
    if (slot != nominal) {
      notes.push_back(
          fmt::format("delayed by {} (jitter)", format_duration(Duration{slot - nominal})));
    }
  }

  Micros nominal_of(Micros slot) const override {
    const Micros nominal = last_slot_up_to(slot);
    return nominal == kNever ? slot : inner_->nominal_of(nominal);
  }

  void left_out(Micros after, Micros limit, std::size_t most,
                std::vector<SkippedSlots>& out) const override {
    inner_->left_out(after, limit, most, out);
  }

  void pitfalls(Micros from, std::vector<std::string>& hints) const override {
    inner_->pitfalls(from, hints);
  }

  std::string describe(std::string_view zone) const override {
    return fmt::format("{}, delayed by up to {}", inner_->describe(zone),
                       format_duration(Duration{most_}));
  }

 private:
  Micros delayed(Micros slot) const {
    const auto range = static_cast<std::uint64_t>(most_) + 1;
    Micros at =
        slot + static_cast<Micros>(stable_hash(seed_, static_cast<std::uint64_t>(slot)) % range);
    at = std::min({at, ends_at_ - 1, kSearchEnd});
    const Micros following = inner_->next(slot, at);
    return following == kNever ? at : following - 1;
  }

  // The last slot in [at - most, at], or kNever.
  Micros last_slot_up_to(Micros at) const {
    Micros last = inner_->next(std::max<Micros>(at - most_ - 1, -1), at);
    if (last == kNever) return kNever;
    Micros none_behind = at;
    while (last < none_behind) {
      const Micros middle = last + (none_behind - last) / 2;
      const Micros slot = inner_->next(middle, at);
      if (slot == kNever) {
        none_behind = middle;
      } else {
        last = slot;
      }
    }
    return last;
  }

  std::unique_ptr<SlotSource> inner_;
  Micros most_;
  std::uint64_t seed_;
  Micros ends_at_;
};

}  // namespace

std::unique_ptr<SlotSource> make_jitter(std::unique_ptr<SlotSource> inner, Micros most,
                                        std::uint64_t seed, Micros ends_at) {
  return std::make_unique<Jitter>(std::move(inner), most, seed, ends_at);
}

}  // namespace rota::schedule
