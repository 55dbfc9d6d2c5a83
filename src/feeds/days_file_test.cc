// Hostile calendars cost the processor time that a calendar may use, and no more.
#include "feeds/days_file.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/cpu_time.h"

namespace rota::feeds {
namespace {

using testing::HasSubstr;

std::string calendar_of(int events, const std::string& lines) {
  std::string text = "BEGIN:VCALENDAR\r\n";
  for (int i = 0; i < events; ++i) {
    text += fmt::format("BEGIN:VEVENT\r\n{}END:VEVENT\r\n", lines);
  }
  return text + "END:VCALENDAR\r\n";
}

/// One step of libical beyond the budget is what may be added.
constexpr Duration kMost = kReadingCpuTime + std::chrono::milliseconds{750};

Result<calendar::ParsedDays> read_within_budget(const std::string& text) {
  const Duration before = base::thread_cpu_time();
  auto parsed = read_days_file(text);
  EXPECT_LT(base::thread_cpu_time() - before, kMost);
  return parsed;
}

// Seen: 150 kB that took ten seconds.
TEST(DaysFileTest, RulesThatAreSearchedForLongAreEndedAndNamed) {
  const std::string text = calendar_of(
      1000, "DTSTART:19000226\r\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO\r\n");
  EXPECT_LT(text.size(), 150'000u);
  const auto parsed = read_within_budget(text);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code, ErrorCode::kLimitExceeded);
  EXPECT_THAT(parsed.error().message, HasSubstr("FREQ=DAILY;BYMONTH=2"));
  EXPECT_THAT(parsed.error().message, HasSubstr("processor time"));
}

TEST(DaysFileTest, ManyDatesThatCloseNothingAreEnded) {
  for (const char* lines :
       {"DTSTART:19000101\r\nRRULE:FREQ=DAILY;COUNT=20000\r\n",
        "DTSTART:00010101\r\nDURATION:P366D\r\nRRULE:FREQ=YEARLY;UNTIL=19500101\r\n",
        "DTSTART:00010101\r\nRRULE:FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;UNTIL=19600101\r\n",
        "DTSTART:19000101\r\nRRULE:FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=2;UNTIL=20990101\r\n"}) {
    EXPECT_FALSE(read_within_budget(calendar_of(1000, lines))) << lines;
  }
}

TEST(DaysFileTest, LongNamesThatBeginAlikeAreLookedUpOncePerEvent) {
  const std::string prefix(900, 'x');
  std::string text = "BEGIN:VCALENDAR\r\n";
  for (int i = 0; i < 3000; ++i) {
    text += fmt::format(
        "BEGIN:VEVENT\r\nUID:{}{}\r\nDTSTART:20260101\r\n"
        "RECURRENCE-ID:20260101\r\nEND:VEVENT\r\n",
        prefix, i);
  }
  for (int i = 0; i < 60; ++i) {
    text += fmt::format(
        "BEGIN:VEVENT\r\nUID:{}y\r\nDTSTART:19000101\r\n"
        "RRULE:FREQ=WEEKLY;COUNT=3000\r\nEND:VEVENT\r\n",
        prefix);
  }
  const auto parsed = read_within_budget(text + "END:VCALENDAR\r\n");
  EXPECT_TRUE(parsed) << parsed.error().message;
}

TEST(DaysFileTest, AnHonestCalendarOfTwentyThousandEventsIsRead) {
  std::string text = "BEGIN:VCALENDAR\r\n";
  for (int i = 0; i < 20'000; ++i) {
    text += fmt::format(
        "BEGIN:VEVENT\r\nUID:{}@example.org\r\nDTSTAMP:20260101T000000Z\r\n"
        "DTSTART;VALUE=DATE:{}{:02}{:02}\r\nSUMMARY:A day\r\nDESCRIPTION:{}\r\nEND:VEVENT\r\n",
        i, 1970 + i / 154, 1 + i / 13 % 12, 1 + i % 28, std::string(60, 'd'));
  }
  text += "END:VCALENDAR\r\n";
  const Duration before = base::thread_cpu_time();
  const auto parsed = read_days_file(text);
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_LT(base::thread_cpu_time() - before, kReadingCpuTime);
}

}  // namespace
}  // namespace rota::feeds
