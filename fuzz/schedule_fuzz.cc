// Any text, any options, any moment: parsing must end in a schedule or an error, and a schedule's
// slots must lie after the moment asked about, in order, and be the same from anywhere before them.
// The first bytes choose the options, the rest is the text.
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string_view>

#include "rota/schedule.h"

namespace {

using rota::Duration;
using rota::Instant;

constexpr std::array<const char*, 8> kZones = {"UTC",
                                               "Europe/London",
                                               "Australia/Lord_Howe",
                                               "Pacific/Apia",
                                               "America/Havana",
                                               "Africa/Casablanca",
                                               "Antarctica/Troll",
                                               "America/St_Johns"};

[[noreturn]] void broken(const char* what) {
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

// A calendar with long closed runs that depend on one number.
class SomeDays final : public rota::WorkingCalendar {
 public:
  explicit SomeDays(unsigned pattern) : pattern_(pattern) {}
  bool is_working_day(rota::LocalDate date) const override {
    const auto day = static_cast<unsigned>(date.time_since_epoch().count());
    return (pattern_ >> (day % 16) & 1) != 0 && day / 64 % 7 != pattern_ % 7;
  }
  std::string closed_because(rota::LocalDate) const override { return "closed"; }

 private:
  unsigned pattern_;
};

class Bytes {
 public:
  Bytes(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
  unsigned byte() {
    if (size_ == 0) return 0;
    --size_;
    return *data_++;
  }
  std::uint32_t word() { return byte() | byte() << 8 | byte() << 16 | byte() << 24; }
  std::string_view rest() const { return {reinterpret_cast<const char*>(data_), size_}; }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
};

rota::ScheduleOptions options_from(Bytes& bytes) {
  rota::ScheduleOptions options;
  const unsigned flags = bytes.byte();
  const unsigned more = bytes.byte();
  options.timezone = kZones[flags % kZones.size()];
  options.accept_impossible_dates = (flags & 8) != 0;
  options.working_days_only = (flags & 16) != 0;
  options.on_non_working_day = static_cast<rota::NonWorkingDay>(more % 5);
  if ((flags & 32) != 0) options.jitter = Duration{bytes.word() * 100ULL};
  if ((flags & 64) != 0) options.dst_gap = static_cast<rota::DstGap>(more >> 4 & 1);
  if ((flags & 128) != 0) options.dst_overlap = static_cast<rota::DstOverlap>((more >> 5) % 3);
  if ((more & 8) != 0) options.calendar = std::make_shared<SomeDays>(bytes.word());
  options.anchor = Instant{std::chrono::seconds{bytes.word()}};
  if (options.working_days_only && more >> 5 == 4) {
    options.working_day_offset = static_cast<int>(bytes.byte() % 121) - 60;
  }
  if (more >> 5 == 5) options.starts_at = Instant{std::chrono::seconds{bytes.word()}};
  if (more >> 5 == 6) options.ends_at = Instant{std::chrono::seconds{bytes.word()}};
  return options;
}

// Generous, because sanitizers slow everything down; the processor's time, because the machine may
// be busy with others.
class Stopwatch {
 public:
  ~Stopwatch() {
    if (now() - start_ > std::chrono::milliseconds{30}) broken("a call took longer than its bound");
  }

 private:
  static std::chrono::nanoseconds now() {
    timespec at{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
    return std::chrono::seconds{at.tv_sec} + std::chrono::nanoseconds{at.tv_nsec};
  }

  std::chrono::nanoseconds start_ = now();
};

}  // namespace

// The first use of a zone reads its file, which is not what is timed here.
extern "C" int LLVMFuzzerInitialize(int*, char***) {
  for (const char* zone : kZones) (void)rota::Schedule::parse("* * * * *", {.timezone = zone});
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes bytes(data, size);
  const rota::ScheduleOptions options = options_from(bytes);
  Instant at{std::chrono::seconds{bytes.word()}};
  const auto parsed = [&] {
    const Stopwatch watch;
    return rota::Schedule::parse(bytes.rest(), options);
  }();
  if (!parsed) {
    if (parsed.error().message.empty()) broken("an error without words");
    return 0;
  }
  for (int i = 0; i < 8; ++i) {
    const auto next = [&] {
      const Stopwatch watch;
      return parsed->next(at);
    }();
    if (!next) break;
    if (*next <= at) broken("a slot that is not after the moment asked about");
    if (!parsed->counts_from_finish()) {
      const auto halfway = at + (*next - at) / 2;
      if (parsed->next(halfway) != next) broken("another slot from halfway");
      if (parsed->next(*next - Duration{1}) != next) broken("another slot from just before");
    }
    at = *next;
  }
  if (parsed->describe().empty()) broken("no description");
  (void)parsed->pitfalls(at);
  (void)parsed->explain(at, 2);
  const auto until = at + std::chrono::days{40};
  for (const auto& date : parsed->skipped_between(at, until)) {
    if (date.slots < 1 || date.first > date.last || date.first <= at || date.last >= until) {
      broken("left-out slots that are none or lie outside");
    }
  }
  const auto dates = parsed->business_dates(at);
  if (dates.previous > dates.business) broken("a previous business date behind the business date");
  return 0;
}
