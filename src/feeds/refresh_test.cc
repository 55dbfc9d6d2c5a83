// The feed's way into the database: refresh() and the service that repeats it.
#include "feeds/refresh.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <future>

#include "feeds/feeds_test_fixture.h"
#include "feeds/refresh_service.h"
#include "store/sqlite/sqlite_store.h"

namespace rota::feeds {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::ElementsAre;
using testing::HasSubstr;

const std::string kGood = gov_uk_with(
    {"2026-11-30", "2026-12-25", "2026-12-28", "2027-01-01", "2027-03-26", "2027-05-03"});

/// Keeps what a service logs.
class LogLines final : public base::LogSink {
 public:
  void write(Instant, base::LogLevel, std::string_view, std::string_view message,
             const base::LogField*, std::size_t) override {
    lines_.emplace_back(message);
  }
  std::vector<std::string> take() { return std::exchange(lines_, {}); }

 private:
  std::vector<std::string> lines_;
};

class RefreshTest : public testing::Test {
 protected:
  RefreshTest() {
    char folder[] = "/tmp/rota-feeds-test-XXXXXX";
    folder_ = mkdtemp(folder);
    store_ = store::open_sqlite_store({.path = folder_ + "/rota.db"}, clock_).value();
    scotland_ = store_->load_calendar_by_name("scotland").value().calendar.id;
  }
  ~RefreshTest() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  void give_feed() {
    CalendarFeed feed;
    feed.calendar_id = scotland_;
    feed.url = service_.url();
    feed.format = "gov.uk";
    feed.division = "scotland";
    ASSERT_TRUE(store_->save_feed(feed, "test"));
  }
  CalendarView scotland() { return store_->load_calendar(scotland_).value(); }
  Result<RefreshReport> ask() {
    return refresh(*store_, BankHolidayServiceAdapter(*client_, clock_), scotland_);
  }

  ManualClock clock_{parse_instant("2026-11-23T09:00:00Z").value()};
  std::string folder_;
  std::unique_ptr<store::Store> store_;
  CalendarId scotland_;
  FakeService service_;
  std::unique_ptr<handlers::HttpClient> client_ = client_for_tests();
  std::shared_ptr<LogLines> lines_ = std::make_shared<LogLines>();
};

TEST_F(RefreshTest, StoresDaysTagAndTimeTogether) {
  give_feed();
  service_.will_answer("200 OK", kGood, "ETag: \"v1\"\r\n");
  const auto report = ask();
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->days, 6U);
  EXPECT_EQ(report->added.size(), 6U);
  EXPECT_EQ(scotland().holidays.size(), 6U);
  EXPECT_EQ(scotland().feed->etag, "\"v1\"");
  EXPECT_EQ(scotland().feed->fetched_at, clock_.now());
}

TEST_F(RefreshTest, SaysWhichDaysChanged) {
  give_feed();
  service_.will_answer("200 OK", kGood);
  ASSERT_TRUE(ask());
  service_.will_answer("200 OK", gov_uk_with({"2026-11-30", "2026-12-24", "2026-12-28",
                                              "2027-01-01", "2027-03-26", "2027-05-03"}));
  const auto report = ask();
  ASSERT_TRUE(report);
  ASSERT_EQ(report->added.size(), 1U);
  EXPECT_EQ(report->added[0].date, on("2026-12-24"));
  ASSERT_EQ(report->removed.size(), 1U);
  EXPECT_EQ(report->removed[0].date, on("2026-12-25"));
}

TEST_F(RefreshTest, KeepsTheLastGoodDaysAndTheError) {
  give_feed();
  service_.will_answer("200 OK", kGood);
  ASSERT_TRUE(ask());
  const Instant fetched = clock_.now();
  clock_.advance(hours{24});
  service_.will_answer("200 OK", "<html>");
  const auto report = ask();
  ASSERT_TRUE(report);
  EXPECT_THAT(report->feed.error, HasSubstr("web page"));
  EXPECT_EQ(scotland().holidays.size(), 6U);
  EXPECT_EQ(scotland().feed->fetched_at, fetched);
  EXPECT_EQ(scotland().feed->checked_at, clock_.now());
  EXPECT_THAT(scotland().feed->error, HasSubstr("web page"));
}

TEST_F(RefreshTest, LeavesADayMadeByHandAlone) {
  give_feed();
  const Holiday by_hand{on("2026-12-25"), "Open at Christmas", "hand", false};
  ASSERT_TRUE(store_->put_holidays(scotland_, {&by_hand, 1}, "test"));
  service_.will_answer("200 OK", kGood);
  ASSERT_TRUE(ask());
  for (const Holiday& day : scotland().holidays) {
    if (day.date == by_hand.date) {
      EXPECT_EQ(day.title, "Open at Christmas");
    }
  }
}

TEST_F(RefreshTest, SaysThatThereIsNoFeed) {
  const auto report = ask();
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(report.error().hint, HasSubstr("rota calendar feed"));
}

TEST_F(RefreshTest, TheServiceAsksOnlyWhenItsTimeHasCome) {
  RefreshService service(*store_, *client_, clock_, base::Logger(clock_, {lines_}));
  service.run_once();
  EXPECT_EQ(service_.requests(), 0);  // No calendar has a feed.
  give_feed();
  service_.will_answer("200 OK", kGood);
  service.run_once();
  EXPECT_EQ(service_.requests(), 1);
  EXPECT_THAT(lines_->take(), ElementsAre("the days of a feed changed"));
  clock_.advance(hours{23});
  service.run_once();
  EXPECT_EQ(service_.requests(), 1);
  clock_.advance(hours{4});
  service.run_once();
  EXPECT_EQ(service_.requests(), 2);
}

TEST_F(RefreshTest, TheServiceTriesAgainSoonAfterAFailureAndWarnsOfOldDays) {
  RefreshService service(*store_, *client_, clock_, base::Logger(clock_, {lines_}));
  give_feed();
  service_.will_answer("200 OK", kGood);
  service.run_once();
  lines_->take();
  service_.will_answer("500 Internal Server Error", "");
  clock_.advance(hours{27});
  service.run_once();
  EXPECT_THAT(lines_->take(), ElementsAre("a feed did not answer well; the last good days stay"));
  clock_.advance(minutes{2});
  service.run_once();
  EXPECT_EQ(service_.requests(), 3);
  lines_->take();
  clock_.advance(hours{60});
  service.run_once();
  EXPECT_THAT(lines_->take(), ElementsAre("a feed did not answer well; the last good days stay",
                                          "a calendar's feed needs a look"));
}

TEST_F(RefreshTest, TheServiceStopsWhileAnAddressIsSilent) {
  std::promise<void> asked;
  service_.will_do([&asked](int fd) {
    asked.set_value();
    net::TestServer::hang(fd);
  });
  give_feed();
  RefreshService service(*store_, *client_, clock_, base::Logger(clock_, {lines_}));
  service.start();
  asked.get_future().wait();
  service.stop();
  EXPECT_EQ(scotland().feed->checked_at, std::nullopt);
}

}  // namespace
}  // namespace rota::feeds
