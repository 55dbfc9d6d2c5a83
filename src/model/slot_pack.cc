#include "model/slot_pack.h"

#include <algorithm>

#include "base/time_math.h"
#include "model/names.h"
#include "model/verdict.h"

namespace rota::model {
namespace {

constexpr char kVersion = 1;
constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kMillisecond = 1000;

// The first byte of a slot: its status, and what else stands there.
constexpr unsigned kStatusBits = 0x0f;
constexpr unsigned kStarted = 0x10;
constexpr unsigned kHasKind = 0x20;
constexpr unsigned kMadeUp = 0x40;
constexpr unsigned kMicroseconds = 0x80;  // the slot is no whole second after the one before

class Packer {
 public:
  void add(const Decision& slot) {
    const std::int64_t at = slot.first_slot.time_since_epoch().count();
    const std::int64_t step = at - slot_;
    const std::int64_t run = slot.run_id.value_or(RunId{}).value;
    unsigned head = static_cast<unsigned>(slot.status) & kStatusBits;
    if (slot.started_at) head |= kStarted;
    if (slot.kind != SkipKind::kNone) head |= kHasKind;
    if (slot.made_up_by) head |= kMadeUp;
    if (step % kSecond != 0) head |= kMicroseconds;
    byte(head);
    number(static_cast<std::uint64_t>((head & kMicroseconds) != 0 ? step : step / kSecond));
    signed_number(run - run_);
    if (slot.kind != SkipKind::kNone) byte(static_cast<unsigned>(slot.kind));
    if (slot.started_at) {
      // Rounded up, so that what was late stays late.
      number(static_cast<std::uint64_t>((slot.late.count() + kMillisecond - 1) / kMillisecond));
      number(static_cast<std::uint64_t>(std::max<std::int64_t>(-1, slot.duration_ms.value_or(-1)) +
                                        1));
    }
    if (slot.made_up_by) {
      signed_number(slot.made_up_by->value - run);
      byte(static_cast<unsigned>(slot.made_up_status));
    }
    slot_ = at;
    run_ = run;
  }
  std::string take() { return std::move(out_); }

 private:
  void byte(unsigned value) { out_ += static_cast<char>(value); }
  void number(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) byte(static_cast<unsigned>(value & 0x7f) | 0x80U);
    byte(static_cast<unsigned>(value));
  }
  void signed_number(std::int64_t value) {
    number((static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63));
  }

  std::string out_{kVersion};
  std::int64_t slot_ = 0;
  std::int64_t run_ = 0;
};

/// Never reads beyond its end, whatever stands there.
class Unpacker {
 public:
  Unpacker(TaskId task, std::string_view in) : task_(task), in_(in) {}

  std::optional<std::vector<Decision>> all() {
    if (byte() != static_cast<unsigned>(kVersion)) return std::nullopt;
    std::vector<Decision> slots;
    while (ok_ && !in_.empty()) {
      slots.push_back(next());
      if (slots.size() > kPackedSlotsMax) ok_ = false;
    }
    return ok_ ? std::optional(std::move(slots)) : std::nullopt;
  }

 private:
  Decision next() {
    Decision slot;
    const unsigned head = byte();
    slot.task_id = task_;
    slot.status = word<RunStatus>(head & kStatusBits);
    slot_ += number() * ((head & kMicroseconds) != 0 ? 1 : kSecond);
    run_ += signed_number();
    slot.first_slot = slot.last_slot = Instant{Duration{static_cast<std::int64_t>(slot_)}};
    if (run_ != 0) slot.run_id = RunId{static_cast<std::int64_t>(run_)};
    if ((head & kHasKind) != 0) slot.kind = word<SkipKind>(byte());
    if ((head & kStarted) != 0) {
      slot.started_at = base::later(slot.first_slot,
                                    Duration{static_cast<std::int64_t>(number() * kMillisecond)});
      const auto duration = static_cast<std::int64_t>(number());
      if (duration > 0) slot.duration_ms = duration - 1;
    }
    if ((head & kMadeUp) != 0) {
      slot.made_up_by = RunId{static_cast<std::int64_t>(run_ + signed_number())};
      slot.made_up_status = word<RunStatus>(byte());
    }
    judge(slot);
    return slot;
  }

  unsigned byte() {
    if (in_.empty()) {
      ok_ = false;
      return 0;
    }
    const auto value = static_cast<unsigned char>(in_.front());
    in_.remove_prefix(1);
    return value;
  }
  // Unsigned, so that nonsense wraps around instead of overflowing.
  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const unsigned part = byte();
      value |= std::uint64_t{part & 0x7fU} << shift;
      if ((part & 0x80U) == 0) return value;
    }
    ok_ = false;
    return 0;
  }
  std::uint64_t signed_number() {
    const std::uint64_t value = number();
    return (value >> 1) ^ (~(value & 1) + 1);
  }
  template <class Enum>
  Enum word(unsigned value) {
    if (value < words_of<Enum>().size()) return static_cast<Enum>(value);
    ok_ = false;
    return Enum{};
  }

  TaskId task_;
  std::string_view in_;
  std::uint64_t slot_ = 0;
  std::uint64_t run_ = 0;
  bool ok_ = true;
};

}  // namespace

std::string pack_slots(std::span<const Decision> slots) {
  Packer packer;
  for (const Decision& slot : slots) packer.add(slot);
  return packer.take();
}

std::optional<std::vector<Decision>> unpack_slots(TaskId task, std::string_view packed) {
  return Unpacker(task, packed).all();
}

}  // namespace rota::model
