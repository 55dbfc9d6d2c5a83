// What holds for every schedule, calendar, zone and rule: never on a closed day unless told, never
// twice, always forward, and a shift never leaves its rule.
#include <fmt/format.h>

#include <random>

#include "schedule/civil.h"
#include "schedule/holiday_list.h"
#include "schedule/testing/slots.h"
#include "schedule/zone.h"

namespace rota::schedule {
namespace {

constexpr const char* kTexts[] = {"0 9 * * *",
                                  "*/20 1-2 * * *",
                                  "30 1 1WD,LWD * *",
                                  "0 0 LWD-2 * * | 0 12 15 * *",
                                  "WD3 02:30",
                                  "WD-1 23:59",
                                  "3 working days before the 25th 17:00",
                                  "last working day of the week 16:00",
                                  "RRULE:FREQ=MONTHLY;BYDAY=1MO,-1FR",
                                  "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=SA,SU,MO;BYHOUR=1,2",
                                  "RRULE:FREQ=YEARLY;BYMONTHDAY=-1;BYSETPOS=3,-1;BYHOUR=0",
                                  "first monday of next month 01:15",
                                  "7 hours",
                                  "2 days"};
// One hour, half an hour, a change at midnight, and a date that never was.
constexpr const char* kZones[] = {"UTC", "Europe/London", "Australia/Lord_Howe", "America/Havana",
                                  "Pacific/Apia"};

struct Case {
  std::string text;
  ScheduleOptions options;
  std::string name;
};

Case random_case(std::mt19937_64& random) {
  const auto pick = [&](int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random);
  };
  std::vector<Holiday> closed;
  const LocalDate start = *parse_local_date("2011-06-01");
  for (int i = pick(0, 80); i > 0; --i) {
    const LocalDate first = start + std::chrono::days{pick(0, 800)};
    for (int run = pick(1, 6); run > 0; --run) {
      closed.push_back({first + std::chrono::days{run}, "closed"});
    }
  }
  Case made;
  made.text = kTexts[pick(0, static_cast<int>(std::size(kTexts)) - 1)];
  ScheduleOptions& options = made.options;
  options.timezone = kZones[pick(0, static_cast<int>(std::size(kZones)) - 1)];
  options.anchor = utc("2011-01-01T09:10:00Z");
  options.calendar = std::make_shared<HolidayList>(closed, static_cast<std::uint8_t>(pick(0, 126)));
  options.working_days_only = true;
  options.on_non_working_day = static_cast<NonWorkingDay>(pick(0, 4));
  options.working_day_offset = pick(0, 1) == 0 ? 0 : pick(-12, 12);
  made.name = fmt::format("{} in {}, move {}, offset {}", made.text, options.timezone,
                          static_cast<int>(options.on_non_working_day), options.working_day_offset);
  return made;
}

TEST(WorkingDayPropertiesTest, HoldForRandomSchedulesAndCalendars) {
  const char* given = std::getenv("ROTA_TEST_SEED");
  const std::uint64_t seed = given != nullptr ? std::stoull(given) : std::random_device{}();
  std::printf("ROTA_TEST_SEED=%llu\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 400; ++round) {
    const Case made = random_case(random);
    SCOPED_TRACE(made.name);
    const ScheduleOptions& options = made.options;
    const auto schedule = Schedule::parse(made.text, options);
    ScheduleOptions plain_options = options;
    plain_options.working_days_only = false;
    plain_options.working_day_offset = 0;
    const auto plain = Schedule::parse(made.text, plain_options);
    ASSERT_TRUE(schedule && plain);
    const Zone& zone = **Zone::find(options.timezone);
    const bool closed_allowed =
        options.on_non_working_day == NonWorkingDay::kRun && options.working_day_offset == 0;
    Instant at = utc("2011-11-01T00:00:00Z");
    const Instant begin = at;
    for (int i = 0; i < 120; ++i) {
      const auto next = schedule->next(at);
      if (!next || *next > utc("2013-06-01T00:00:00Z")) break;
      ASSERT_GT(*next, at) << "always forward";
      ASSERT_EQ(schedule->next(at + (*next - at) / 2), next) << "from anywhere before it";
      const LocalDate date{
          std::chrono::days{day_of(zone.to_local(next->time_since_epoch().count()))}};
      if (!closed_allowed) {
        ASSERT_TRUE(options.calendar->is_working_day(date))
            << format_utc(*next) << " is on a closed day";
        ASSERT_EQ(schedule->business_dates(*next).business, date);
      }
      const Instant nominal = schedule->nominal_of(*next);
      ASSERT_EQ(plain->next(nominal - Duration{1}), nominal)
          << format_utc(*next) << " comes from no slot of its rule";
      at = *next;
    }
    for (const SkippedSlots& left_out : schedule->skipped_between(begin, at)) {
      ASSERT_FALSE(options.calendar->is_working_day(left_out.date));
      ASSERT_EQ(plain->next(left_out.first - Duration{1}), left_out.first);
      ASSERT_EQ(plain->next(left_out.last - Duration{1}), left_out.last);
      ASSERT_FALSE(left_out.reason.empty());
    }
  }
}

}  // namespace
}  // namespace rota::schedule
