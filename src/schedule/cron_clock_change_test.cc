// Compares the engine with testing/naive_cron.h over random expressions around the clock changes of
// sixty zones from 1970 to 2099. The seed is printed and can be given in ROTA_TEST_SEED;
// ROTA_TEST_ROUNDS multiplies the work.
#include <gtest/gtest.h>

#include <cstdlib>

#include "rota/schedule.h"
#include "schedule/testing/naive_cron.h"

namespace rota {
namespace {

using schedule::NaiveCron;
using schedule::pick;
using schedule::Random;

constexpr const char* kZones[] = {
    "Africa/Cairo",
    "Africa/Casablanca",
    "Africa/El_Aaiun",
    "Africa/Johannesburg",
    "Africa/Juba",
    "Africa/Khartoum",
    "Africa/Monrovia",
    "Africa/Tripoli",
    "America/Anchorage",
    "America/Argentina/San_Luis",
    "America/Asuncion",
    "America/Caracas",
    "America/Chicago",
    "America/Danmarkshavn",
    "America/Havana",
    "America/Los_Angeles",
    "America/Mexico_City",
    "America/Montevideo",
    "America/New_York",
    "America/Nuuk",
    "America/Phoenix",
    "America/Santiago",
    "America/Sao_Paulo",
    "America/St_Johns",
    "America/Toronto",
    "Antarctica/Casey",
    "Antarctica/Macquarie",
    "Antarctica/Troll",
    "Asia/Amman",
    "Asia/Beirut",
    "Asia/Damascus",
    "Asia/Dhaka",
    "Asia/Gaza",
    "Asia/Hebron",
    "Asia/Jerusalem",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Pyongyang",
    "Asia/Shanghai",
    "Asia/Singapore",
    "Asia/Tehran",
    "Asia/Tokyo",
    "Asia/Ulaanbaatar",
    "Asia/Yangon",
    "Atlantic/Azores",
    "Australia/Adelaide",
    "Australia/Lord_Howe",
    "Australia/Sydney",
    "Etc/GMT+5",
    "Europe/Berlin",
    "Europe/Dublin",
    "Europe/Istanbul",
    "Europe/Kyiv",
    "Europe/Lisbon",
    "Europe/London",
    "Europe/Moscow",
    "Europe/Paris",
    "Europe/Volgograd",
    "Pacific/Apia",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Pacific/Easter",
    "Pacific/Fakaofo",
    "Pacific/Kiritimati",
    "Pacific/Kwajalein",
    "Pacific/Marquesas",
    "Pacific/Norfolk",
    "Pacific/Tongatapu",
};

struct Change {
  std::int64_t utc;
  int hour;  // on the wall just before
};

std::vector<Change> changes_of(const cctz::time_zone& zone) {
  std::vector<Change> changes;
  auto at = cctz::time_point<cctz::seconds>{};
  cctz::time_zone::civil_transition change;
  while (zone.next_transition(at, &change)) {
    at = zone.lookup(change.to).trans;
    if (at.time_since_epoch().count() > 4'102'444'800) break;  // 2100
    changes.push_back({at.time_since_epoch().count(), change.from.hour()});
  }
  return changes;
}

std::uint64_t number_from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

Instant instant(std::int64_t utc) { return Instant{std::chrono::seconds{utc}}; }

// Walks both through the window, then asks the engine from places in between.
void compare(const NaiveCron& cron, const char* name, const cctz::time_zone& zone,
             std::int64_t from, std::int64_t until, Random& random) {
  SCOPED_TRACE(cron.text + " in " + name + " from " + std::to_string(from));
  const auto schedule =
      Schedule::parse(cron.text, {.timezone = name, .accept_impossible_dates = true});
  ASSERT_TRUE(schedule.has_value()) << schedule.error().message;
  const std::vector<std::int64_t> wanted = schedule::naive_slots(cron, zone, from + 1, until);
  Instant at = instant(from);
  for (const std::int64_t slot : wanted) {
    const auto next = schedule->next(at);
    ASSERT_TRUE(next.has_value());
    ASSERT_EQ(format_utc(*next), format_utc(instant(slot)));
    at = *next;
  }
  const auto behind = schedule->next(at);
  if (behind) {
    ASSERT_GE(*behind, instant(until)) << "one more than wanted";
  }
  for (int i = 0; i < 20; ++i) {
    const std::int64_t asked = from + pick(random, 0, static_cast<int>(until - from));
    const auto later = std::upper_bound(wanted.begin(), wanted.end(), asked);
    if (later == wanted.end()) continue;
    ASSERT_EQ(format_utc(*schedule->next(instant(asked))), format_utc(instant(*later)));
  }
}

TEST(CronClockChangeTest, AgreesWithANaiveWalkAroundEveryClockChange) {
  const std::uint64_t seed = number_from_environment("ROTA_TEST_SEED", std::random_device{}());
  const std::uint64_t rounds = number_from_environment("ROTA_TEST_ROUNDS", 1);
  std::printf("ROTA_TEST_SEED=%llu\n", static_cast<unsigned long long>(seed));
  Random random(seed);
  std::size_t compared = 0;
  for (const char* name : kZones) {
    cctz::time_zone zone;
    ASSERT_TRUE(cctz::load_time_zone(name, &zone)) << name;
    const std::vector<Change> changes = changes_of(zone);
    // Without more rounds a tenth of the changes, always other ones, keep the test short.
    for (const Change& change : changes) {
      if (rounds == 1 && pick(random, 0, 9) != 0) continue;
      for (std::uint64_t round = 0; round < rounds; ++round) {
        const NaiveCron cron = schedule::random_cron(random, true, change.hour);
        const std::int64_t day = cron.has_seconds ? 3 * 3600 : 86'400;
        compare(cron, name, zone, change.utc - day - pick(random, 0, 7200), change.utc + day,
                random);
        if (HasFatalFailure()) return;
        ++compared;
      }
    }
  }
  std::printf("%zu windows agree\n", compared);
}

TEST(CronClockChangeTest, AgreesWithANaiveWalkOverTheDaysOfManyYears) {
  const std::uint64_t seed = number_from_environment("ROTA_TEST_SEED", std::random_device{}());
  const std::uint64_t rounds = number_from_environment("ROTA_TEST_ROUNDS", 1);
  std::printf("ROTA_TEST_SEED=%llu\n", static_cast<unsigned long long>(seed));
  Random random(seed);
  for (std::uint64_t round = 0; round < 50 * rounds; ++round) {
    NaiveCron cron = schedule::random_cron(random, false, 0);
    const std::string days = cron.day.text + " " + cron.month.text + " " + cron.weekday.text;
    const auto schedule = Schedule::parse("0 0 " + days, {.accept_impossible_dates = true});
    ASSERT_TRUE(schedule.has_value()) << schedule.error().message;
    Instant at = instant(-1);
    for (cctz::civil_day day(1970, 1, 1); day.year() < 2100; ++day) {
      if (!cron.matches_date(day)) continue;
      const auto next = schedule->next(at);
      ASSERT_TRUE(next.has_value()) << days;
      ASSERT_EQ(format_utc(*next),
                format_utc(instant((day - cctz::civil_day(1970, 1, 1)) * 86'400)))
          << days;
      at = *next;
    }
    const auto behind = schedule->next(at);
    if (behind) {
      ASSERT_GE(*behind, instant(4'102'444'800)) << days;
    }
  }
}

}  // namespace
}  // namespace rota
