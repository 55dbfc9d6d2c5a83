// Five years in six zones, in a second: every day the feed is asked when its time has come, and
// what answers is good, broken, late, cut off, shrunk or last year's, by a seed. Whatever it says,
// no task ever runs on a real bank holiday of Scotland, runs twice, or loses a working day.
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "calendar/build.h"
#include "calendar/uk_bank_holidays.h"
#include "feeds/feeds_test_fixture.h"
#include "feeds/freshness.h"
#include "rota/schedule.h"
#include "schedule/clock_notes.h"

namespace rota::feeds {
namespace {

using std::chrono::days;
using std::chrono::hours;

std::string written(LocalDate date) {
  return schedule::format_date(static_cast<schedule::Day>(date.time_since_epoch().count()));
}

/// What gov.uk would publish on a date: the year before, this one and the two after it.
std::string published_on(LocalDate today) {
  const int year = int{std::chrono::year_month_day{today}.year()};
  std::string events;
  for (const Holiday& day : calendar::computed_days("scotland")) {
    const int of = int{std::chrono::year_month_day{day.date}.year()};
    if (of < year - 1 || of > year + 2) continue;
    events += (events.empty() ? "" : ",") + std::string(R"({"title":")") + day.title +
              R"(","date":")" + written(day.date) + R"(","notes":""})";
  }
  return R"({"scotland":{"events":[)" + events + "]}}";
}

/// Answers at once, on the caller's thread, mostly badly.
class MoodyService final : public handlers::HttpClient {
 public:
  MoodyService(const Clock& clock, unsigned seed) : clock_(clock), random_(seed) {}

  std::shared_ptr<handlers::HttpCall> send(handlers::HttpRequest, OnAnswer on_answer) override {
    class Done final : public handlers::HttpCall {
      void cancel() override {}
    };
    on_answer(answer());
    return std::make_shared<Done>();
  }

 private:
  Result<handlers::HttpAnswer> answer() {
    const LocalDate today{std::chrono::floor<days>(clock_.now()).time_since_epoch()};
    handlers::HttpAnswer good;
    good.status = 200;
    good.body = published_on(today);
    switch (random_() % 8) {
      case 0:
        good.body = "<html>Sorry, maintenance</html>";
        break;
      case 1:
        good.body.resize(good.body.size() / 2);
        break;
      case 2:
        good.body.clear();
        break;
      case 3:
        good.status = 503;
        break;
      case 4:
        good.body = published_on(today - days{4 * 366});
        break;
      case 5:
        good.body = gov_uk_with({written(today + days{1})});
        break;
      case 6:
        return fail(ErrorCode::kTimeout, "no answer within 30 s");
      default:
        break;
    }
    return good;
  }

  const Clock& clock_;
  std::mt19937 random_;
};

class World {
 public:
  World(std::string zone, NonWorkingDay move, unsigned seed)
      : zone_(std::move(zone)), move_(move), service_(clock_, seed) {
    rebuild();
  }

  /// A day passes: the feed is asked if it is time, then the slots of the day run.
  void live_a_day() {
    const BankHolidayServiceAdapter adapter(service_, clock_);
    const int failures = view_.feed->error.empty() ? 0 : 1;
    if (next_asking(*view_.feed, failures, 0) <= clock_.now()) {
      const auto outcome = adapter.ask(view_).value();
      apply(outcome, view_);
      ++(outcome.feed.error.empty() ? good_ : bad_);
      if (outcome.days) rebuild();
    }
    const Instant tomorrow = clock_.now() + hours{24};
    for (auto slot = schedule_->next(last_); slot && *slot < tomorrow;
         slot = schedule_->next(last_)) {
      run(*slot);
    }
    clock_.advance(hours{24});
  }

  int good() const { return good_; }
  int bad() const { return bad_; }
  int runs() const { return runs_; }
  ManualClock& clock() { return clock_; }

 private:
  void rebuild() {
    const auto built = calendar::build({&view_, 1});
    ScheduleOptions options;
    options.timezone = zone_;
    options.working_days_only = true;
    options.on_non_working_day = move_;
    options.calendar = built;
    schedule_ = Schedule::parse("30 9 * * 1-5", options).value();
  }

  void run(Instant slot) {
    EXPECT_GT(slot, last_);
    last_ = slot;
    ++runs_;
    const auto explained = schedule_->explain(slot - Duration{1}, 1);
    ASSERT_EQ(explained.size(), 1U);
    const std::string local = explained[0].local.substr(0, 10);
    EXPECT_TRUE(truth_->is_working_day(on(local))) << zone_ << " ran on " << local;
    EXPECT_TRUE(ran_on_.insert(local).second) << zone_ << " ran twice on " << local;
  }

  ManualClock clock_{parse_instant("2021-01-01T00:00:00Z").value()};
  std::string zone_;
  NonWorkingDay move_;
  MoodyService service_;
  CalendarView view_ = calendar_with_feed("http://127.0.0.1/days");
  std::shared_ptr<const WorkingCalendar> truth_ = calendar::built_in("scotland");
  std::optional<Schedule> schedule_;
  Instant last_ = clock_.now();
  std::set<std::string> ran_on_;
  int good_ = 0;
  int bad_ = 0;
  int runs_ = 0;
};

TEST(FiveYearsTest, NoBrokenFeedEverOpensABankHoliday) {
  unsigned seed = 20'261'123;
  for (const char* zone : {"Europe/London", "America/New_York", "Asia/Kolkata", "Australia/Sydney",
                           "Pacific/Auckland", "America/St_Johns"}) {
    for (const auto move : {NonWorkingDay::kSkip, NonWorkingDay::kNext}) {
      World world(zone, move, seed++);
      while (world.clock().now() < parse_instant("2026-01-01T00:00:00Z").value()) {
        world.live_a_day();
      }
      // 1,304 weekdays less 49 bank holidays; a zone's own dates begin and end some hours apart.
      EXPECT_NEAR(world.runs(), 1'255, 3) << zone;
      EXPECT_GT(world.good(), 100);
      EXPECT_GT(world.bad(), 500);
    }
  }
}

}  // namespace
}  // namespace rota::feeds
