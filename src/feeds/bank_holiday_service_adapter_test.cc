#include "feeds/bank_holiday_service_adapter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "feeds/feeds_test_fixture.h"

namespace rota::feeds {
namespace {

using testing::HasSubstr;
using testing::Not;

const Instant kNow = parse_instant("2026-11-23T09:00:00Z").value();
const std::string kGood = gov_uk_with(
    {"2026-11-30", "2026-12-25", "2026-12-28", "2027-01-01", "2027-03-26", "2027-05-03"});

class BankHolidayServiceAdapterTest : public testing::Test {
 protected:
  FeedOutcome ask(bool accept_fewer = false) {
    return BankHolidayServiceAdapter(*client_, clock_, limits_).ask(view_, accept_fewer).value();
  }
  /// Asks once and lets it count.
  FeedOutcome ask_and_keep() {
    FeedOutcome outcome = ask();
    apply(outcome, view_);
    return outcome;
  }
  std::string error_after(std::string status, std::string body) {
    service_.will_answer(std::move(status), std::move(body));
    const FeedOutcome outcome = ask();
    EXPECT_EQ(outcome.days, std::nullopt);
    EXPECT_EQ(outcome.feed.checked_at, kNow);
    return outcome.feed.error;
  }

  ManualClock clock_{kNow};
  FakeService service_;
  std::unique_ptr<handlers::HttpClient> client_ = client_for_tests();
  FeedLimits limits_;
  CalendarView view_ = calendar_with_feed(service_.url());
};

TEST_F(BankHolidayServiceAdapterTest, TakesTheDaysWithTheirTagAndTime) {
  service_.will_answer("200 OK", kGood,
                       "ETag: \"v1\"\r\nLast-Modified: Mon, 02 Nov 2026 10:00:00 GMT\r\n");
  const FeedOutcome outcome = ask();
  EXPECT_EQ(outcome.feed.error, "");
  ASSERT_TRUE(outcome.days);
  EXPECT_EQ(outcome.days->size(), 6U);
  EXPECT_EQ(outcome.days->front().source, "feed");
  EXPECT_EQ(outcome.feed.etag, "\"v1\"");
  EXPECT_EQ(outcome.feed.last_modified, "Mon, 02 Nov 2026 10:00:00 GMT");
  EXPECT_EQ(outcome.feed.fetched_at, kNow);
  EXPECT_EQ(outcome.feed.covers_from, on("2026-11-30"));
  EXPECT_EQ(outcome.feed.covers_until, on("2027-05-03"));
}

TEST_F(BankHolidayServiceAdapterTest, AsksOnlyForWhatChanged) {
  service_.will_answer("200 OK", kGood, "ETag: \"v1\"\r\n");
  ask_and_keep();
  EXPECT_THAT(service_.last_request(), Not(HasSubstr("If-None-Match")));
  service_.will_answer("304 Not Modified", "");
  clock_.advance(std::chrono::hours{24});
  const FeedOutcome outcome = ask();
  EXPECT_THAT(service_.last_request(), HasSubstr("If-None-Match: \"v1\""));
  EXPECT_TRUE(outcome.unchanged);
  EXPECT_EQ(outcome.days, std::nullopt);
  EXPECT_EQ(outcome.feed.error, "");
  EXPECT_EQ(outcome.feed.fetched_at, clock_.now());  // They were said to be still right.
}

TEST_F(BankHolidayServiceAdapterTest, DoesNotBelieveUnchangedWithoutDays) {
  view_.feed->etag = "\"v1\"";
  EXPECT_THAT(error_after("304 Not Modified", ""), HasSubstr("status 304"));
  EXPECT_THAT(service_.last_request(), Not(HasSubstr("If-None-Match")));
}

TEST_F(BankHolidayServiceAdapterTest, KeepsTheLastGoodDaysWhateverTheAnswer) {
  EXPECT_THAT(error_after("200 OK", "<!DOCTYPE html><title>Sign in</title>"),
              HasSubstr("web page (HTML)"));
  EXPECT_THAT(error_after("500 Internal Server Error", kGood), HasSubstr("status 500"));
  EXPECT_THAT(error_after("404 Not Found", ""), HasSubstr("status 404"));
  EXPECT_THAT(error_after("200 OK", ""), HasSubstr("empty"));
  EXPECT_THAT(error_after("200 OK", kGood.substr(0, kGood.size() / 2)), HasSubstr("not the bank"));
  EXPECT_THAT(error_after("200 OK", R"({"wales": {"events": []}})"),
              HasSubstr("no division 'scotland'"));
  EXPECT_THAT(error_after("200 OK", R"({"scotland": {"events": []}})"), HasSubstr("holds no day"));
}

TEST_F(BankHolidayServiceAdapterTest, RefusesDaysThatAreAllPast) {
  EXPECT_THAT(error_after("200 OK", gov_uk_with({"2019-12-25", "2020-01-01"})),
              HasSubstr("all its 2 days are past; the last is 2020-01-01"));
}

TEST_F(BankHolidayServiceAdapterTest, RefusesAFeedThatShrankUnlessToldTo) {
  service_.will_answer("200 OK", kGood);
  ask_and_keep();
  const std::string shrunk = gov_uk_with({"2026-12-25"});
  EXPECT_THAT(error_after("200 OK", shrunk),
              HasSubstr("only 1 days to come; 9 are computed for the next year"));
  view_.calendar.rule = "";
  EXPECT_THAT(error_after("200 OK", shrunk), HasSubstr("only 1 days to come where there were 6"));
  const FeedOutcome accepted = ask(true);
  EXPECT_EQ(accepted.feed.error, "");
  EXPECT_EQ(accepted.days->size(), 1U);
}

TEST_F(BankHolidayServiceAdapterTest, GivesUpOnARedirectLoop) {
  const std::string to_itself = "Location: " + service_.url("/again") + "\r\n";
  service_.will_answer("302 Found", "", to_itself);
  EXPECT_THAT(ask().feed.error, HasSubstr("redirect"));
  EXPECT_LE(service_.requests(), limits_.redirects_max + 1);
}

TEST_F(BankHolidayServiceAdapterTest, GivesUpOnAnAnswerThatIsCutOff) {
  service_.will_do([](int fd) {
    net::TestServer::send(fd, "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{\"scotland\":");
  });
  EXPECT_NE(ask().feed.error, "");
}

TEST_F(BankHolidayServiceAdapterTest, GivesUpOnAnAnswerThatIsTooLarge) {
  EXPECT_THAT(error_after("200 OK", std::string((1 << 20) + 10, ' ')), Not(HasSubstr("empty")));
}

TEST_F(BankHolidayServiceAdapterTest, GivesUpOnASlowAnswer) {
  limits_.timeout = std::chrono::milliseconds{100};
  service_.will_do([](int fd) { net::TestServer::hang(fd); });
  EXPECT_NE(ask().feed.error, "");
}

TEST_F(BankHolidayServiceAdapterTest, StopsWaitingWhenAskedTo) {
  std::stop_source stop;
  service_.will_do([&stop](int fd) {
    stop.request_stop();
    net::TestServer::hang(fd);
  });
  const BankHolidayServiceAdapter adapter(*client_, clock_, limits_);
  EXPECT_FALSE(adapter.ask(view_, false, stop.get_token()).has_value());
}

TEST_F(BankHolidayServiceAdapterTest, DoesNotReachPrivateAddressesUnlessAllowed) {
  client_ = net::make_curl_http_client();
  service_.will_answer("200 OK", kGood);
  EXPECT_NE(ask().feed.error, "");
  EXPECT_EQ(service_.requests(), 0);
}

TEST_F(BankHolidayServiceAdapterTest, ReadsAnICalendarAddress) {
  view_ = calendar_with_feed(service_.url(), "ics");
  service_.will_answer("200 OK",
                       "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261224\r\n"
                       "RRULE:FREQ=YEARLY\r\nSUMMARY:Company holiday\r\nEND:VEVENT\r\n"
                       "END:VCALENDAR\r\n");
  const FeedOutcome outcome = ask();
  EXPECT_EQ(outcome.feed.error, "");
  EXPECT_EQ(outcome.days->front().title, "Company holiday");
  EXPECT_THAT(service_.last_request(), HasSubstr("text/calendar"));
  service_.will_answer("200 OK", kGood);
  EXPECT_THAT(ask().feed.error, HasSubstr("line 1 of the calendar"));
}

}  // namespace
}  // namespace rota::feeds
