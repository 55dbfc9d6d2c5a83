#include "calendar/gov_uk_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "calendar/calendar_test_dates.h"

namespace rota::calendar {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kSmall = R"({"scotland": {"division": "scotland", "events": [
  {"title": "Boxing Day", "date": "2026-12-28", "notes": "Substitute day", "bunting": true},
  {"title": "New Year\u2019s Day", "date": "2026-01-01", "notes": "", "bunting": true}]}})";

std::string message_of(std::string_view text, std::string_view division = "scotland") {
  const auto parsed = parse_gov_uk_json(text, division);
  return parsed ? "no error" : parsed.error().message;
}

std::string with_date(std::string_view date) {
  return R"({"scotland": {"events": [{"title": "Day", "date": ")" + std::string(date) + R"("}]}})";
}

TEST(GovUkJsonTest, ReadsTheDaysOfADivisionInOrder) {
  const auto parsed = parse_gov_uk_json(kSmall, "scotland");
  ASSERT_TRUE(parsed) << parsed.error().message;
  ASSERT_EQ(parsed->days.size(), 2U);
  EXPECT_EQ(parsed->days[0].title, "New Year’s Day");
  EXPECT_EQ(parsed->days[1].title, "Boxing Day (substitute day)");
  EXPECT_EQ(parsed->days[1].date, on("2026-12-28"));
  EXPECT_THAT(parsed->notes, IsEmpty());
}

TEST(GovUkJsonTest, CoversWholeYears) {
  const auto [from, until] = covered_by(parse_gov_uk_json(kSmall, "scotland").value());
  EXPECT_EQ(from, on("2026-01-01"));
  EXPECT_EQ(until, on("2026-12-31"));
}

TEST(GovUkJsonTest, SaysWhatElseItGot) {
  EXPECT_THAT(message_of(""), HasSubstr("empty"));
  EXPECT_THAT(message_of("  <!DOCTYPE html><html>"), HasSubstr("web page (HTML)"));
  EXPECT_THAT(message_of(kSmall.substr(0, 60)), HasSubstr("not the bank holidays of gov.uk"));
  EXPECT_THAT(message_of("[1, 2]"), HasSubstr("JSON, but not"));
  EXPECT_THAT(message_of("{}"), HasSubstr("has no division 'scotland'"));
  EXPECT_THAT(message_of(kSmall, "wales"), HasSubstr("it has 'scotland'"));
  EXPECT_THAT(message_of(R"({"scotland": {"events": []}})"), HasSubstr("holds no day"));
  EXPECT_THAT(message_of(R"({"scotland": {"events": {}}})"), HasSubstr("no list of events"));
}

TEST(GovUkJsonTest, NamesTheEventThatIsWrong) {
  EXPECT_THAT(message_of(with_date("2026-02-30")), HasSubstr("event 1 is '2026-02-30'"));
  EXPECT_THAT(message_of(with_date("1066-10-14")), HasSubstr("before 1970"));
  EXPECT_THAT(message_of(with_date("2100-01-01")), HasSubstr("after 2099"));
  EXPECT_THAT(message_of(R"({"scotland": {"events": [{"date": "2026-01-01"}]}})"),
              HasSubstr("event 1 has no title"));
  EXPECT_THAT(message_of(R"({"scotland": {"events": [17]}})"), HasSubstr("not an object"));
}

TEST(GovUkJsonTest, RefusesWhatIsTooLargeOrTooDeep) {
  EXPECT_THAT(message_of(std::string(kTextBytesMax + 1, ' ')), HasSubstr("bytes are more than"));
  EXPECT_THAT(message_of(std::string(100'000, '[')), HasSubstr("deep"));
}

TEST(GovUkJsonTest, MergesDatesGivenTwiceAndSaysSo) {
  const auto parsed = parse_gov_uk_json(R"({"scotland": {"events": [
      {"title": "First", "date": "2026-01-01"}, {"title": "Second", "date": "2026-01-01"}]}})",
                                        "scotland");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->days.size(), 1U);
  EXPECT_EQ(parsed->days[0].title, "First");
  ASSERT_EQ(parsed->notes.size(), 1U);
  EXPECT_THAT(parsed->notes[0], HasSubstr("'First' is kept, 'Second' is left out"));
}

TEST(GovUkJsonTest, MakesTitlesPrintable) {
  const auto parsed = parse_gov_uk_json(
      R"({"scotland": {"events": [{"title": "Bad\u001b[31m\n\u0007day", "date": "2026-01-01"}]}})",
      "scotland");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->days[0].title.find('\x1b'), std::string::npos);
  EXPECT_EQ(parsed->days[0].title.find('\n'), std::string::npos);
}

}  // namespace
}  // namespace rota::calendar
