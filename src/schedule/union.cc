// The earliest of the parts' next slots. Each part is asked only up to the best one so far.
#include "schedule/union.h"

#include <fmt/format.h>

namespace rota::schedule {
namespace {

class Union final : public SlotSource {
 public:
  explicit Union(std::vector<std::unique_ptr<SlotSource>> parts) : parts_(std::move(parts)) {}

  Micros next(Micros after, Micros limit) const override {
    Micros best = kNever;
    for (const auto& part : parts_) {
      const Micros found = part->next(after, limit);
      if (found == kNever) continue;
      best = found;
      limit = found - 1;
    }
    return best;
  }

  int weight() const override {
    int sum = 0;
    for (const auto& part : parts_) sum += part->weight();
    return sum;
  }

  void explain(Micros after, Micros slot, std::vector<std::string>& notes) const override {
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      if (parts_[i]->next(slot - 1, slot) != slot) continue;
      notes.push_back(fmt::format("from part {} of the schedule", i + 1));
      parts_[i]->explain(after, slot, notes);
    }
  }

  void pitfalls(Micros from, std::vector<std::string>& hints) const override {
    for (const auto& part : parts_) part->pitfalls(from, hints);
  }

  std::string describe(std::string_view zone) const override {
    std::string text;
    for (const auto& part : parts_) {
      if (!text.empty()) text += "; or: ";
      text += part->describe({});
    }
    if (!zone.empty()) text.append(", ").append(zone);
    return text;
  }

 private:
  std::vector<std::unique_ptr<SlotSource>> parts_;
};

}  // namespace

std::unique_ptr<SlotSource> make_union(std::vector<std::unique_ptr<SlotSource>> parts) {
  return std::make_unique<Union>(std::move(parts));
}

}  // namespace rota::schedule
