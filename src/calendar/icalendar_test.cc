#include "calendar/icalendar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "calendar/calendar_test_dates.h"
#include "schedule/clock_notes.h"

namespace rota::calendar {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string calendar_of(std::string_view inside) {
  return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + std::string(inside) + "END:VCALENDAR\r\n";
}

std::string event_of(std::string_view lines) {
  return "BEGIN:VEVENT\r\n" + std::string(lines) + "END:VEVENT\r\n";
}

std::vector<std::string> days_of(std::string_view text) {
  const auto parsed = parse_icalendar(text);
  if (!parsed) return {"error: " + parsed.error().message};
  std::vector<std::string> lines;
  for (const Holiday& day : parsed->days) {
    lines.push_back(
        schedule::format_date(static_cast<schedule::Day>(day.date.time_since_epoch().count())) +
        " " + day.title);
  }
  return lines;
}

std::vector<std::string> days_of_event(std::string_view lines) {
  return days_of(calendar_of(event_of(lines)));
}

std::string message_of(std::string_view text) {
  const auto parsed = parse_icalendar(text);
  return parsed ? "no error" : parsed.error().message;
}

std::string message_of_rule(const std::string& rule) {
  return message_of(calendar_of(event_of("DTSTART:20260101\r\nRRULE:" + rule + "\r\n")));
}

TEST(ICalendarTest, ReadsAllDayEvents) {
  EXPECT_THAT(days_of_event("DTSTART;VALUE=DATE:20260714\r\nDTEND;VALUE=DATE:20260715\r\n"
                            "SUMMARY:F\xC3\xAAte nationale\r\n"),
              ElementsAre("2026-07-14 F\xC3\xAAte nationale"));
}

TEST(ICalendarTest, ClosesEachDayOfALongerEvent) {
  EXPECT_THAT(days_of_event("DTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:20261227\r\n"
                            "SUMMARY:Shut\r\n"),
              ElementsAre("2026-12-24 Shut", "2026-12-25 Shut", "2026-12-26 Shut"));
  EXPECT_THAT(days_of_event("DTSTART:20261224\r\nDURATION:P1W\r\nSUMMARY:Shut\r\n").size(), 7);
}

TEST(ICalendarTest, RepeatsByTheYear) {
  const auto days = days_of_event(
      "DTSTART;VALUE=DATE:20240527\r\nRRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO;COUNT=3\r\n"
      "SUMMARY:Memorial Day\r\n");
  EXPECT_THAT(days, ElementsAre("2024-05-27 Memorial Day", "2025-05-26 Memorial Day",
                                "2026-05-25 Memorial Day"));
}

TEST(ICalendarTest, LeavesOutExceptionsAndAddsFurtherDates) {
  EXPECT_THAT(days_of_event("DTSTART:20260101\r\nRRULE:FREQ=YEARLY;UNTIL=20290101\r\n"
                            "EXDATE;VALUE=DATE:20270101\r\nRDATE;VALUE=DATE:20280103\r\n"
                            "SUMMARY:New year\r\n"),
              ElementsAre("2026-01-01 New year", "2028-01-01 New year", "2028-01-03 New year",
                          "2029-01-01 New year"));
}

TEST(ICalendarTest, MovesTheRepetitionThatAnotherEventReplaces) {
  EXPECT_THAT(
      days_of(calendar_of(
          event_of("UID:a\r\nDTSTART:20260501\r\nRRULE:FREQ=YEARLY;COUNT=2\r\nSUMMARY:May\r\n") +
          event_of("UID:a\r\nRECURRENCE-ID:20270501\r\nDTSTART:20270503\r\nSUMMARY:May\r\n"))),
      ElementsAre("2026-05-01 May", "2027-05-03 May"));
}

TEST(ICalendarTest, EndsARuleWithoutAnEndIn2099) {
  const auto days = days_of_event("DTSTART:20260101\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:Day\r\n");
  EXPECT_EQ(days.size(), 74U);
  EXPECT_EQ(days.back(), "2099-01-01 Day");
}

TEST(ICalendarTest, PutsFoldedLinesTogetherAndTextBack) {
  EXPECT_THAT(days_of_event("DTSTART:20260101\r\nSUMMARY:Birthday\\, of\r\n  the\r\n\tfounder\r\n"),
              ElementsAre("2026-01-01 Birthday, of thefounder"));
}

TEST(ICalendarTest, PassesOverAlarmsZonesAndUnknownLines) {
  EXPECT_THAT(days_of(calendar_of(
                  "BEGIN:VTIMEZONE\r\nBEGIN:DAYLIGHT\r\nDTSTART:19700329T020000\r\n"
                  "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n" +
                  event_of("DTSTART:20260101\r\nX-THING;A=\"b:c\":d\r\nBEGIN:VALARM\r\n"
                           "DTSTART:20260606\r\nEND:VALARM\r\nSUMMARY:Day\r\n"))),
              ElementsAre("2026-01-01 Day"));
}

TEST(ICalendarTest, SaysWhatItLeftOut) {
  const auto parsed = parse_icalendar(
      calendar_of(event_of("DTSTART:20260101\r\nSUMMARY:Day\r\n") +
                  event_of("DTSTART:20260101\r\nSUMMARY:Other\r\n") +
                  event_of("DTSTART:20260105T090000Z\r\nSUMMARY:Meeting\r\n") +
                  event_of("DTSTART:20260106\r\nSTATUS:CANCELLED\r\n") +
                  event_of("SUMMARY:When?\r\n") + event_of("DTSTART:19661231\r\n")));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->days.size(), 1U);
  EXPECT_THAT(parsed->notes, Contains(HasSubstr("1 events with a time of day")));
  EXPECT_THAT(parsed->notes, Contains(HasSubstr("1 cancelled")));
  EXPECT_THAT(parsed->notes, Contains(HasSubstr("without a beginning")));
  EXPECT_THAT(parsed->notes, Contains(HasSubstr("before 1970")));
  EXPECT_THAT(parsed->notes, Contains(HasSubstr("'Day' is kept, 'Other' is left out")));
}

TEST(ICalendarTest, RefusesRulesBelowADayBeforeTheyAreSearched) {
  for (const char* frequency : {"SECONDLY", "MINUTELY", "HOURLY"}) {
    EXPECT_THAT(message_of_rule(std::string("FREQ=") + frequency + ";BYMONTH=2;BYMONTHDAY=30"),
                HasSubstr("is refused"));
  }
  EXPECT_THAT(message_of_rule("FREQ=DAILY;BYHOUR=1,2,3"), HasSubstr("'BYHOUR=1,2,3'"));
  EXPECT_THAT(message_of_rule("RSCALE=CHINESE;FREQ=YEARLY"), HasSubstr("is not read here"));
}

TEST(ICalendarTest, RefusesRulesThatGiveNoDateOrFarTooMany) {
  EXPECT_THAT(message_of_rule("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31"),
              HasSubstr("gives no date at all"));
  EXPECT_THAT(message_of_rule("FREQ=DAILY"), HasSubstr("more than 20000 dates"));
  EXPECT_THAT(message_of_rule("FREQ=YEARLY;BYMONTH=20"), HasSubstr("line 5 of the calendar"));
  EXPECT_THAT(message_of_rule("BYMONTH=2"), HasSubstr("not understood"));
  EXPECT_THAT(message_of_rule(std::string(501, 'A')), HasSubstr("longer than 500"));
}

TEST(ICalendarTest, StopsWhenItsTimeIsUpAndNamesTheRule) {
  const std::string text =
      calendar_of(event_of("DTSTART:20260101\r\nRRULE:FREQ=WEEKLY\r\nSUMMARY:Day\r\n"));
  int asked = 0;
  const auto parsed = parse_icalendar(text, [&asked] { return ++asked > 10; });
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code, ErrorCode::kLimitExceeded);
  EXPECT_THAT(parsed.error().message, HasSubstr("line 5 of the calendar: at the rule "
                                                "'FREQ=WEEKLY', its number 1"));
}

TEST(ICalendarTest, ReadingTheLinesIsWorkToo) {
  std::string events;
  for (int i = 0; i < 1'000; ++i) events += event_of("DTSTART:20260101\r\n");
  const auto parsed = parse_icalendar(calendar_of(events), [] { return true; });
  ASSERT_FALSE(parsed);
  EXPECT_THAT(parsed.error().message, HasSubstr("processor time"));
}

TEST(ICalendarTest, RulesGiveABoundedNumberOfDatesTogether) {
  std::string events;
  for (int i = 0; i < 1'000; ++i) {
    // All before 1970, so that the bound of days is not reached first.
    events += event_of("DTSTART:19000101\r\nRRULE:FREQ=DAILY;COUNT=20000\r\n");
  }
  EXPECT_THAT(message_of(calendar_of(events)), HasSubstr("more than 200000 dates together"));
}

TEST(ICalendarTest, OnlyYearlyRulesMayBeOlderThanTheCalendarKnows) {
  EXPECT_THAT(days_of(calendar_of(event_of("DTSTART:17760704\r\nDURATION:P2D\r\n"
                                           "RRULE:FREQ=YEARLY;UNTIL=19710101\r\nSUMMARY:4th\r\n"))),
              ElementsAre("1970-07-04 4th", "1970-07-05 4th"));
  EXPECT_THAT(message_of(calendar_of(event_of("DTSTART:18991231\r\nRRULE:FREQ=DAILY\r\n"))),
              HasSubstr("begins before 1900"));
}

TEST(ICalendarTest, CountsDaysOutOfItsRangeWithoutWalkingThem) {
  const auto parsed = parse_icalendar(
      calendar_of(event_of("DTSTART:19691231\r\nDTEND:19700102\r\nSUMMARY:Day\r\n") +
                  event_of("DTSTART:19000101\r\nDURATION:P366D\r\nRRULE:FREQ=YEARLY;COUNT=10\r\n") +
                  event_of("DTSTART:20991231\r\nDTEND:21000103\r\nSUMMARY:Last\r\n")));
  ASSERT_TRUE(parsed) << parsed.error().message;
  ASSERT_EQ(parsed->days.size(), 2u);
  EXPECT_THAT(parsed->notes, Contains(HasSubstr("3663 days before 1970 or after 2099")));
}

TEST(ICalendarTest, RefusesWhatIsNoCalendar) {
  EXPECT_THAT(message_of(""), HasSubstr("empty"));
  EXPECT_THAT(message_of("<html>"), HasSubstr("web page (HTML)"));
  EXPECT_THAT(message_of("PK\x03\x04 zip"), HasSubstr("expected NAME:VALUE"));
  EXPECT_THAT(message_of("SUMMARY:x\r\n"), HasSubstr("expected BEGIN:VCALENDAR"));
  EXPECT_THAT(message_of(calendar_of("")), HasSubstr("holds no day"));
  EXPECT_THAT(message_of("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"), HasSubstr("ends in the middle"));
  EXPECT_THAT(message_of("BEGIN:VCALENDAR\r\nEND:VEVENT\r\n"), HasSubstr("was expected"));
  EXPECT_THAT(message_of(std::string(kIcsBytesMax + 1, 'x')), HasSubstr("bytes are more than"));
}

TEST(ICalendarTest, NamesTheLineThatIsWrong) {
  EXPECT_THAT(message_of(calendar_of(event_of("DTSTART:20260230\r\n"))),
              HasSubstr("line 4 of the calendar: DTSTART: expected a date like 20261225"));
  EXPECT_THAT(message_of(calendar_of(event_of("DTSTART:20260101\r\nDTEND:20990101\r\n"))),
              HasSubstr("at most 366"));
}

TEST(ICalendarTest, RefusesMoreEventsOrDaysThanACalendarHolds) {
  std::string events;
  for (int i = 0; i <= 20'000; ++i) events += "BEGIN:VEVENT\r\nEND:VEVENT\r\n";
  EXPECT_THAT(message_of(calendar_of(events)), HasSubstr("more than 20000 events"));
  const std::string weekly = event_of("DTSTART:19700101\r\nRRULE:FREQ=WEEKLY\r\nDURATION:P7D\r\n");
  std::string every_day;
  for (int i = 0; i < 50; ++i) every_day += weekly;
  EXPECT_THAT(message_of(calendar_of(every_day)), HasSubstr("more than 20000 days"));
}

TEST(ICalendarTest, ReadsBareLineFeedsAndAByteOrderMark) {
  EXPECT_THAT(days_of("\xEF\xBB\xBF"
                      "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260101\nEND:VEVENT\n"
                      "END:VCALENDAR"),
              ElementsAre("2026-01-01 holiday"));
}

}  // namespace
}  // namespace rota::calendar
