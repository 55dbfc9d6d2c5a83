// Calendars: their rows, days and feeds, one on top of another, and who is planned anew when one of
// them changes.
#include <algorithm>

#include "store/conformance/calendar_conformance.h"

namespace rota::store {
namespace {

using std::chrono::seconds;

using Names = std::vector<std::string>;

TEST_P(CalendarConformanceTest, FourCalendarsAreThereFromTheStart) {
  Names names;
  const auto calendars = store_->list_calendars().value();
  for (const Calendar& calendar : calendars) names.push_back(calendar.name);
  EXPECT_EQ(names, (Names{"england-and-wales", "northern-ireland", "scotland", "weekdays"}));
  EXPECT_EQ(store_->default_calendar().value().name, kDefaultCalendar);
  EXPECT_EQ(store_->load_calendar_by_name("scotland").value().calendar.rule, "scotland");
  EXPECT_EQ(store_->load_calendar_by_name("weekdays").value().calendar.rule, "");
}

TEST_P(CalendarConformanceTest, EveryFieldOfACalendarSurvivesTheRoundTrip) {
  Calendar calendar;
  calendar.name = "Acme";
  calendar.description = "The company's own";
  calendar.parent_id = id_of("england-and-wales");
  calendar.weekend = "fri,sat";
  calendar.rule = "scotland";
  calendar.valid_from = on("2020-01-01");
  calendar.valid_until = on("2029-12-31");
  const Calendar stored = store_->add_calendar(calendar, "anna").value();
  const Calendar read = row_of(stored.id);
  EXPECT_EQ(read.name, "Acme");
  EXPECT_EQ(read.description, calendar.description);
  EXPECT_EQ(read.parent_id, calendar.parent_id);
  EXPECT_EQ(read.weekend, "fri,sat");
  EXPECT_EQ(read.rule, "scotland");
  EXPECT_EQ(read.valid_from, calendar.valid_from);
  EXPECT_EQ(read.valid_until, calendar.valid_until);
  EXPECT_EQ(read.version, 1);
  EXPECT_EQ(read.created_at, clock_.now());
  EXPECT_EQ(read.updated_by, "anna");
  calendar.name = "No weekend";
  calendar.weekend = "";
  EXPECT_EQ(row_of(store_->add_calendar(calendar, "anna").value().id).weekend, "");
}

TEST_P(CalendarConformanceTest, WrongFieldsAreNamedAllAtOnce) {
  Calendar calendar;
  calendar.weekend = "someday";
  calendar.rule = "wales";
  const auto refused = store_->add_calendar(calendar, "anna");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(refused.error().fields.size(), 3u);
  calendar = Calendar{};
  calendar.name = "scotland";
  EXPECT_EQ(store_->add_calendar(calendar, "anna").error().code, ErrorCode::kAlreadyExists);
}

TEST_P(CalendarConformanceTest, EditOfAnOldVersionIsRefused) {
  Calendar calendar = add_calendar("Acme");
  calendar.description = "first";
  EXPECT_EQ(store_->update_calendar(calendar, "anna").value().version, 2);
  EXPECT_EQ(store_->update_calendar(calendar, "ben").error().code, ErrorCode::kVersionConflict);
}

TEST_P(CalendarConformanceTest, ParentsAreFollowedToTheRoot) {
  const Calendar company = add_calendar("Acme", id_of("england-and-wales"));
  const Calendar branch = add_calendar("Acme Leeds", company.id);
  const Holiday fair = closed("2026-12-24", "Christmas fair");
  ASSERT_TRUE(store_->put_holidays(branch.id, {&fair, 1}, "anna"));
  const auto chain = store_->load_calendar_chain(branch.id).value();
  ASSERT_EQ(chain.size(), 3u);
  EXPECT_EQ(chain[0].calendar.name, "Acme Leeds");
  ASSERT_EQ(chain[0].holidays.size(), 1u);
  EXPECT_EQ(chain[1].calendar.name, "Acme");
  EXPECT_EQ(chain[2].calendar.name, "england-and-wales");
  EXPECT_EQ(store_->load_calendar_chain({}).value().front().calendar.name, kDefaultCalendar);
  EXPECT_EQ(store_->load_calendar_chain(CalendarId{999}).error().code, ErrorCode::kNotFound);
}

TEST_P(CalendarConformanceTest, LoopIsRefusedAndOneMadeByHandIsNamed) {
  Calendar company = add_calendar("Acme");
  const Calendar branch = add_calendar("Acme Leeds", company.id);
  company.parent_id = branch.id;
  const auto refused = store_->update_calendar(company, "anna");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
  fixture_->run_sql(
      "UPDATE calendar SET parent_id = (SELECT id FROM calendar WHERE name ="
      " 'Acme Leeds') WHERE name = 'Acme'");
  const auto loop = store_->load_calendar_chain(branch.id);
  ASSERT_FALSE(loop);
  EXPECT_EQ(loop.error().code, ErrorCode::kInvalidArgument);
  EXPECT_NE(loop.error().message.find("stands on itself"), std::string::npos);
  EXPECT_TRUE(store_->mark_calendar_changes());
}

TEST_P(CalendarConformanceTest, TooManyOnOneAnotherAreRefused) {
  std::optional<CalendarId> parent;
  for (std::size_t i = 0; i < kCalendarDepthMax; ++i) {
    parent = add_calendar("Level " + std::to_string(i), parent).id;
  }
  EXPECT_EQ(store_->load_calendar_chain(parent).value().size(), kCalendarDepthMax);
  Calendar calendar;
  calendar.name = "One too many";
  calendar.parent_id = parent;
  EXPECT_EQ(store_->add_calendar(calendar, "anna").error().code, ErrorCode::kInvalidArgument);
}

TEST_P(CalendarConformanceTest, CalendarInUseCannotGoAndSaysByHowMany) {
  const Calendar company = add_calendar("Acme");
  const Calendar branch = add_calendar("Acme Leeds", company.id);
  const Task task = add_working("Payroll", company.id);
  const auto refused = store_->remove_calendar(company.id, "anna");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
  EXPECT_NE(refused.error().message.find("1 task and 1 other calendar"), std::string::npos)
      << refused.error().message;
  EXPECT_FALSE(store_->remove_calendar(id_of(kDefaultCalendar), "anna"));
  ASSERT_TRUE(store_->remove_task(task.id, History::kKeep, "anna"));
  ASSERT_TRUE(store_->remove_calendar(branch.id, "anna"));
  ASSERT_TRUE(store_->remove_calendar(company.id, "anna"));
  EXPECT_EQ(store_->load_calendar(company.id).error().code, ErrorCode::kNotFound);
}

TEST_P(CalendarConformanceTest, DefaultIsKeptThroughARename) {
  Calendar company = add_calendar("Acme");
  ASSERT_TRUE(store_->set_default_calendar(company.id, "anna"));
  company = row_of(company.id);
  company.name = "Acme plc";
  ASSERT_TRUE(store_->update_calendar(company, "anna"));
  EXPECT_EQ(store_->default_calendar().value().name, "Acme plc");
  EXPECT_EQ(store_->load_calendar_chain({}).value().front().calendar.name, "Acme plc");
  EXPECT_EQ(store_->set_default_calendar(CalendarId{999}, "anna").error().code,
            ErrorCode::kNotFound);
}

TEST_P(CalendarConformanceTest, DaysAreAddedReplacedAndRemovedByDate) {
  const Calendar company = add_calendar("Acme");
  const Holiday days[] = {closed("2026-12-24", "Fair"), closed("2026-07-01", "Founder's day")};
  ASSERT_TRUE(store_->put_holidays(company.id, days, "ben"));
  Holiday open = closed("2026-12-24", "Stocktaking");
  open.closed = false;
  ASSERT_TRUE(store_->put_holidays(company.id, {&open, 1}, "ben"));
  const auto stored = days_of(company.id);
  ASSERT_EQ(stored.size(), 2u);
  EXPECT_EQ(stored[0].date, on("2026-07-01"));
  EXPECT_EQ(stored[1].title, "Stocktaking");
  EXPECT_FALSE(stored[1].closed);
  EXPECT_GT(row_of(company.id).version, 1);
  EXPECT_EQ(row_of(company.id).updated_by, "ben");
  const LocalDate dates[] = {on("2026-12-24"), on("2026-12-25")};
  EXPECT_EQ(store_->remove_holidays(company.id, dates, "ben").value(), 1u);
  EXPECT_EQ(days_of(company.id).size(), 1u);
}

TEST_P(CalendarConformanceTest, WrongDaysAreRefusedWhole) {
  const Calendar company = add_calendar("Acme");
  const Holiday days[] = {closed("2026-12-24", "Fair"), closed("2026-07-01", "")};
  EXPECT_EQ(store_->put_holidays(company.id, days, "ben").error().code,
            ErrorCode::kInvalidArgument);
  EXPECT_TRUE(days_of(company.id).empty());
  EXPECT_EQ(store_->put_holidays(CalendarId{999}, {days, 1}, "ben").error().code,
            ErrorCode::kNotFound);
  std::vector<Holiday> many;
  for (std::size_t i = 0; i <= kHolidaysMax; ++i) {
    many.push_back({LocalDate{std::chrono::days{i}}, "Day", "hand", true});
  }
  EXPECT_EQ(store_->put_holidays(company.id, many, "ben").error().code, ErrorCode::kLimitExceeded);
  many.pop_back();
  ASSERT_TRUE(store_->put_holidays(company.id, many, "ben"));
  const Holiday last = closed("2199-12-31", "One too many");
  EXPECT_EQ(store_->put_holidays(company.id, {&last, 1}, "ben").error().code,
            ErrorCode::kLimitExceeded);
  EXPECT_EQ(days_of(company.id).size(), kHolidaysMax);
}

TEST_P(CalendarConformanceTest, OneSourceIsReplacedAtOnceAndDaysByHandWin) {
  const Calendar company = add_calendar("Acme");
  const Holiday hand = closed("2026-12-24", "By hand");
  ASSERT_TRUE(store_->put_holidays(company.id, {&hand, 1}, "ben"));
  const Holiday first[] = {closed("2026-12-24", "Imported"), closed("2026-12-28", "Gone later")};
  ASSERT_TRUE(store_->replace_holidays(company.id, "import", first, "ben"));
  const Holiday second[] = {closed("2026-12-29", "New")};
  ASSERT_TRUE(store_->replace_holidays(company.id, "import", second, "ben"));
  const auto days = days_of(company.id);
  ASSERT_EQ(days.size(), 2u);
  EXPECT_EQ(days[0].title, "By hand");
  EXPECT_EQ(days[1].title, "New");
  EXPECT_EQ(days[1].source, "import");
  const auto version = row_of(company.id).version;
  ASSERT_TRUE(store_->replace_holidays(company.id, "import", second, "ben"));
  EXPECT_EQ(row_of(company.id).version, version) << "the same days are no change";
}

TEST_P(CalendarConformanceTest, FeedAndItsDaysAreSavedTogether) {
  const Calendar company = add_calendar("Acme");
  CalendarFeed feed = add_feed(company.id);
  feed.etag = "\"1\"";
  feed.last_modified = "Mon, 23 Nov 2026 09:00:00 GMT";
  feed.fetched_at = feed.checked_at = clock_.now();
  feed.covers_from = on("2026-01-01");
  feed.covers_until = on("2027-12-31");
  ASSERT_TRUE(store_->save_feed_result(feed, std::vector{closed("2026-12-28", "Fed", "feed")}));
  const auto feeds = store_->list_feeds().value();
  ASSERT_EQ(feeds.size(), 1u);
  EXPECT_EQ(feeds[0].etag, "\"1\"");
  EXPECT_EQ(feeds[0].last_modified, feed.last_modified);
  EXPECT_EQ(feeds[0].fetched_at, feed.fetched_at);
  EXPECT_EQ(feeds[0].covers_until, feed.covers_until);
  EXPECT_EQ(days_of(company.id).front().source, "feed");
  const auto version = row_of(company.id).version;
  feed.checked_at = clock_.now() + seconds{60};
  feed.error = "the server answered 500";
  ASSERT_TRUE(store_->save_feed_result(feed, std::nullopt));
  EXPECT_EQ(row_of(company.id).version, version) << "the last good days stay";
  EXPECT_EQ(days_of(company.id).size(), 1u);
  EXPECT_EQ(store_->load_calendar(company.id).value().feed->error, feed.error);
  ASSERT_TRUE(store_->remove_feed(company.id, "anna"));
  EXPECT_TRUE(days_of(company.id).empty());
  EXPECT_EQ(store_->remove_feed(company.id, "anna").error().code, ErrorCode::kNotFound);
}

TEST_P(CalendarConformanceTest, AnswerOfAnAddressThatWasChangedMeanwhileIsRefused) {
  const Calendar company = add_calendar("Acme");
  CalendarFeed old = add_feed(company.id);
  old.etag = "\"1\"";
  ASSERT_TRUE(store_->save_feed_result(old, std::nullopt));
  CalendarFeed moved = old;
  moved.url = "http://127.0.0.1/other.ics";
  ASSERT_TRUE(store_->save_feed(moved, "anna"));
  EXPECT_EQ(store_->list_feeds().value()[0].etag, "") << "learned from the other address";
  EXPECT_EQ(store_->save_feed_result(old, std::nullopt).error().code, ErrorCode::kVersionConflict);
}

TEST_P(CalendarConformanceTest, RemovingADayByHandAsksTheFeedForAllOfIts) {
  const Calendar company = add_calendar("Acme");
  CalendarFeed feed = add_feed(company.id);
  feed.etag = "\"1\"";
  feed.checked_at = clock_.now();
  ASSERT_TRUE(store_->save_feed_result(feed, std::vector{closed("2026-12-28", "Fed", "feed")}));
  const Holiday hand = closed("2026-12-28", "By hand");
  ASSERT_TRUE(store_->put_holidays(company.id, {&hand, 1}, "ben"));
  ASSERT_TRUE(store_->remove_holidays(company.id, {&hand.date, 1}, "ben"));
  const CalendarFeed asked = store_->list_feeds().value().front();
  EXPECT_EQ(asked.etag, "");
  EXPECT_FALSE(asked.checked_at.has_value());
}

TEST_P(CalendarConformanceTest, ChangeMarksJustTheTasksThatFollowTheCalendar) {
  const Calendar company = add_calendar("Acme", id_of("scotland"));
  const Calendar branch = add_calendar("Acme Leeds", company.id);
  const Calendar other = add_calendar("Other");
  add_working("Own", company.id);
  add_working("Inherited", branch.id);
  add_working("Other", other.id);
  add_working("Default", {});
  add_planned("Every day", clock_.now() + seconds{60});
  ASSERT_TRUE(store_->mark_calendar_changes());
  const auto marked = store_->load_unplanned(100).value();
  for (const UnplannedTask& task : marked) {
    const PlanUpdate plan{task.task.id, task.task.version, clock_.now() + seconds{60}, {}};
    ASSERT_TRUE(store_->save_plans({&plan, 1}));
  }
  const Holiday fair = closed("2026-12-24", "Fair");
  ASSERT_TRUE(store_->put_holidays(company.id, {&fair, 1}, "ben"));
  const CalendarMarks marks = store_->mark_calendar_changes().value();
  EXPECT_EQ(marks.tasks, 2);
  EXPECT_EQ(marks.calendars, (std::vector{company.id, branch.id}));
  EXPECT_EQ(marks.seq, store_->calendar_change_seq().value());
  EXPECT_EQ(unplanned(), (Names{"Inherited", "Own"}));
  const CalendarMarks again = store_->mark_calendar_changes().value();
  EXPECT_EQ(again.tasks, 0);
  EXPECT_TRUE(again.calendars.empty());
  EXPECT_EQ(again.seq, marks.seq);
}

TEST_P(CalendarConformanceTest, ScheduleWithAWorkingDayWordFollowsItsCalendarToo) {
  Task task;
  task.name = "Payroll";
  task.type = "null";
  task.schedule = "WD3 09:30";
  task = store_->add_task(task, "test").value();
  const PlanUpdate plan{task.id, task.version, clock_.now() + seconds{60}, {}};
  ASSERT_TRUE(store_->save_plans({&plan, 1}));
  const Holiday fair = closed("2026-12-24", "Fair");
  ASSERT_TRUE(store_->put_holidays(id_of(kDefaultCalendar), {&fair, 1}, "ben"));
  EXPECT_EQ(store_->mark_calendar_changes().value().tasks, 1);
}

TEST_P(CalendarConformanceTest, AnotherDefaultMarksTheTasksThatFollowIt) {
  add_working("Default", {});
  add_working("Own", id_of(kDefaultCalendar));
  ASSERT_TRUE(store_->set_default_calendar(id_of("scotland"), "anna"));
  EXPECT_EQ(store_->mark_calendar_changes().value().tasks, 1);
  EXPECT_EQ(unplanned(), Names{"Default"});
}

TEST_P(CalendarConformanceTest, PlainSqlIsNoticedOnEveryTable) {
  const auto changed = [&](const std::string& sql) {
    const auto before = store_->calendar_change_seq().value();
    fixture_->run_sql(sql);
    return store_->calendar_change_seq().value() > before;
  };
  EXPECT_TRUE(changed("INSERT INTO calendar (name, parent_id) VALUES ('Acme', 1)"));
  const Calendar acme = store_->load_calendar_by_name("Acme").value().calendar;
  EXPECT_GT(acme.created_at.time_since_epoch().count(), 0);
  EXPECT_EQ(acme.updated_by, "sql");
  EXPECT_TRUE(
      changed("INSERT INTO holiday (calendar_id, date, title) SELECT id, '2026-12-24',"
              " 'Fair' FROM calendar WHERE name = 'Acme'"));
  EXPECT_TRUE(changed("UPDATE holiday SET title = 'Christmas fair'"));
  EXPECT_TRUE(changed("UPDATE calendar SET weekend = 'fri,sat' WHERE name = 'Acme'"));
  EXPECT_TRUE(
      changed("INSERT INTO calendar_feed (calendar_id, url) SELECT id, 'http://x/' FROM"
              " calendar WHERE name = 'Acme'"));
  EXPECT_FALSE(changed("UPDATE calendar_feed SET checked_at = 5, error = 'x'"));
  EXPECT_TRUE(changed("UPDATE setting SET value = 'Acme' WHERE name = 'default_calendar'"));
  EXPECT_TRUE(changed("DELETE FROM holiday"));
  EXPECT_GT(row_of(acme.id).version, acme.version + 4);
}

}  // namespace
}  // namespace rota::store
