// Narrows the question before it is passed on.
#include "schedule/bounds.h"

#include <algorithm>

#include "rota/time.h"

namespace rota::schedule {
namespace {

std::string text_of(Micros at) { return format_utc(Instant{Duration{at}}); }

class Bounds final : public SlotSource {
 public:
  Bounds(std::unique_ptr<SlotSource> inner, Micros starts_at, Micros ends_at)
      : inner_(std::move(inner)), starts_at_(starts_at), ends_at_(ends_at) {}

  Micros next(Micros after, Micros limit) const override {
    after = std::max(after, starts_at_ - 1);
    limit = std::min(limit, ends_at_ - 1);
    return after < limit ? inner_->next(after, limit) : kNever;
  }

  int weight() const override { return inner_->weight(); }

  void explain(Micros after, Micros slot, std::vector<std::string>& notes) const override {
    inner_->explain(std::max(after, starts_at_ - 1), slot, notes);
    if (after < starts_at_ && starts_at_ > 0) {
      notes.push_back("the first after the start at " + text_of(starts_at_));
    }
    if (ends_at_ != kNever && inner_->next(slot, ends_at_ - 1) == kNever) {
      notes.push_back("the last before the end at " + text_of(ends_at_));
    }
  }

  Micros nominal_of(Micros slot) const override { return inner_->nominal_of(slot); }

  void left_out(Micros after, Micros limit, std::size_t most,
                std::vector<SkippedSlots>& out) const override {
    inner_->left_out(std::max(after, starts_at_ - 1), std::min(limit, ends_at_ - 1), most, out);
  }

  void pitfalls(Micros from, std::vector<std::string>& hints) const override {
    inner_->pitfalls(from, hints);
    if (ends_at_ <= starts_at_) hints.emplace_back("the end is not after the start: it never runs");
  }

  std::string describe(std::string_view zone) const override {
    std::string text = inner_->describe(zone);
    if (starts_at_ > 0) text += ", from " + text_of(starts_at_);
    if (ends_at_ != kNever) text += ", until " + text_of(ends_at_);
    return text;
  }

 private:
  std::unique_ptr<SlotSource> inner_;
  Micros starts_at_;
  Micros ends_at_;
};

}  // namespace

std::unique_ptr<SlotSource> make_bounds(std::unique_ptr<SlotSource> inner, Micros starts_at,
                                        Micros ends_at) {
  return std::make_unique<Bounds>(std::move(inner), starts_at, ends_at);
}

}  // namespace rota::schedule
