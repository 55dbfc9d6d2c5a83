// A Schedule is the text that says when, understood: given a time it gives the next slot. It is
// pure: it reads no clock, no file and no database; the calendar and the anchor are passed in.
// `rota next`, the API's preview, the web form and the engine all use this one type.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rota/result.h"
#include "rota/time.h"

namespace rota {

/// Longest schedule text that is read, in bytes.
inline constexpr std::size_t kScheduleTextMax = 500;

/// Most working days that ScheduleOptions::working_day_offset moves a slot, either way.
inline constexpr int kWorkingDayOffsetMax = 60;

/// Most entries that explain() and skipped_between() give.
inline constexpr std::size_t kExplainedMax = 1'000;
inline constexpr std::size_t kSkippedDatesMax = 366;

/// What a fixed-time slot does when its local time is skipped by a clock change.
enum class DstGap { kRunAfter, kSkip };

/// Which pass a slot takes when its local time is repeated by a clock change.
enum class DstOverlap { kFirst, kSecond, kBoth };

/// What happens to a slot whose local date is not a working day.
enum class NonWorkingDay { kSkip, kNext, kPrevious, kNearest, kRun };

/// Which local dates are working days. Implementations are immutable once shared: thread-safe.
class WorkingCalendar {
 public:
  virtual ~WorkingCalendar() = default;
  virtual bool is_working_day(LocalDate date) const = 0;
  /// Why a date is closed ("Easter Monday", "Saturday"); empty on a working day.
  virtual std::string closed_because(LocalDate date) const = 0;
};

/// Monday to Friday, no holidays. Lives for the whole program.
const WorkingCalendar& weekdays_calendar();

/// Everything beside the text that decides a task's slots. The defaults mean: plain UTC schedule.
struct ScheduleOptions {
  std::string timezone = "UTC";    ///< IANA name; kInvalidArgument when unknown.
  Instant anchor{};                ///< Grid origin of periods; time of day of relative dates.
  std::uint64_t hash_seed = 0;     ///< The task's id: spreads H fields and jitter, for ever.
  bool working_days_only = false;  ///< Judge the local date with `calendar`.
  NonWorkingDay on_non_working_day = NonWorkingDay::kSkip;
  /// Moves every slot by so many working days at the same time of day, after on_non_working_day:
  /// -kWorkingDayOffsetMax to kWorkingDayOffsetMax; other than 0 only with working_days_only.
  int working_day_offset = 0;
  std::shared_ptr<const WorkingCalendar> calendar{};  ///< None: weekdays_calendar().
  std::optional<Instant> starts_at{};                 ///< No slot before this.
  std::optional<Instant> ends_at{};                   ///< No slot at or after this.
  Duration jitter{0};                       ///< Slots are delayed by a stable hash, 0 to this much.
  std::optional<DstGap> dst_gap{};          ///< None: the rule of the schedule's kind.
  std::optional<DstOverlap> dst_overlap{};  ///< None: the rule of the schedule's kind.
  /// False refuses cron for a date that no year has ("0 0 30 2 *"), as when a task is saved. True
  /// accepts it as a schedule without slots, as in a preview.
  bool accept_impossible_dates = false;
};

/// What a schedule text is, before it is parsed (the original's ScheduleFormatDetector).
enum class ScheduleFormat {
  kCron,
  kPeriodic,
  kRelative,
  kOneShot,
  kWorkingDay,  ///< "WD3 09:30", "3 working days before the 25th 17:00".
  kRrule,       ///< "RRULE:FREQ=MONTHLY;BYDAY=1MO" (RFC 5545).
  kUnion,
  kUnknown
};

/// Looks only at the shape of the text; never fails. A text it calls kCron may still be wrong cron.
class ScheduleFormatDetector {
 public:
  static ScheduleFormat detect(std::string_view text);
};

/// One due moment with the reasons behind it, or a date whose slots do not run, for people.
struct ExplainedSlot {
  Instant at;              ///< When it is due, after every rule; the first that does not run.
  std::string local;       ///< "2026-03-30 09:30:00" in the schedule's zone.
  std::string utc_offset;  ///< "+01:00".
  std::string zone_abbreviation;   ///< "BST".
  std::vector<std::string> notes;  ///< What decided it: a clock change, a closed day, jitter ...
  bool runs = true;                ///< False: a working-day rule leaves it out.
  std::string reason;              ///< Why it does not run: "Easter Monday"; empty when it runs.
  std::int64_t slots = 1;          ///< So many of the date do not run; 1 when it runs.
  Instant nominal{};               ///< The moment before move, offset and jitter.
  LocalDate business_date{};       ///< As in BusinessDates.
  LocalDate previous_business_date{};
};

/// The slots of one closed local date that a working-day rule leaves out.
struct SkippedSlots {
  Instant first;
  Instant last;
  std::int64_t slots = 0;  ///< Exact for cron and periods; other kinds are counted up to 10,000.
  LocalDate date{};        ///< In the schedule's zone.
  std::string reason;      ///< "Easter Monday", "Saturday".
};

/// What a handler gets to know about the slot it runs for.
struct BusinessDates {
  Instant nominal{};     ///< The moment the text names, before move, offset and jitter.
  LocalDate business{};  ///< The slot's local date if it is a working day, else the last before it.
  LocalDate previous{};  ///< The working day before `business`.
};

/// An immutable, cheaply copied schedule. Thread rule: const methods from any thread.
class Schedule {
 public:
  /// Understands a text of up to kScheduleTextMax bytes, within one millisecond.
  /// Errors: kInvalidArgument with the column and what was expected there; kLimitExceeded.
  /// Example: parse("30 9 * * 1-5", {.timezone = "Europe/London"}).
  static Result<Schedule> parse(std::string_view text, const ScheduleOptions& options = {});

  /// The first slot strictly after `after`, or nothing when there will be none ("never").
  /// Bounded: at most one millisecond whatever the text. Repeating calls with the last answer
  /// walks every slot exactly once, in order.
  std::optional<Instant> next(Instant after) const;

  /// Plain English: "At 09:30, Monday to Friday, Europe/London, on working days only".
  std::string describe() const;

  /// The next `count` slots after `after`, each with its reasons, and among them, in order, one
  /// entry for each closed date whose slots a working-day rule leaves out; where no slot follows
  /// any more, at most `count` of these. At most kExplainedMax entries in all.
  std::vector<ExplainedSlot> explain(Instant after, std::size_t count) const;

  /// What a working-day rule leaves out strictly between two moments, one entry for each closed
  /// local date, in order. After kSkippedDatesMax dates the last entry stands for all the others
  /// too: its `last` and `slots` are theirs, its reason says so.
  std::vector<SkippedSlots> skipped_between(Instant after, Instant before) const;

  /// The moment that the text names for a slot, before move, offset and jitter; of several that
  /// land on one slot the slot's own date's, else the earliest. Other moments come back as given.
  Instant nominal_of(Instant slot) const;

  /// The dates that a slot stands for, judged with the task's calendar also without
  /// working_days_only. Where ten years before it are closed, both are the slot's local date.
  BusinessDates business_dates(Instant slot) const;

  /// Hints about likely mistakes ("day of month and day of week are both given: either matches"),
  /// with the next date after `from` on which a clock change decides a slot.
  std::vector<std::string> pitfalls(Instant from = {}) const;

  ScheduleFormat format() const;
  /// The text as it was given.
  const std::string& text() const;

  /// "... after finish": the period counts from the end of the last run. next(after) then means:
  /// the slot that follows a run which finished at `after`.
  bool counts_from_finish() const;

  /// "@reboot": due once when a server starts; next() never gives a slot.
  bool runs_at_start() const;

  class Impl;
  explicit Schedule(std::shared_ptr<const Impl> impl);

 private:
  std::shared_ptr<const Impl> impl_;
};

}  // namespace rota
