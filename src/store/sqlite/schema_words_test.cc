// The words and bounds in the tables' CHECK constraints are those of the program: a value that one
// of them takes, the other takes too.
#include <fmt/format.h>

#include <algorithm>

#include "model/limits.h"
#include "model/names.h"
#include "rota/calendar.h"
#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/test_database.h"

namespace rota::store {
namespace {

class SchemaTest : public testing::Test {
 protected:
  SchemaTest() { EXPECT_TRUE(open_sqlite_store({.path = (folder_ / "rota.db").string()}, clock_)); }

  /// The text of a table's definition, every run of blanks as one.
  std::string definition(const std::string& table) {
    PlainDatabase plain((folder_ / "rota.db").string());
    const std::string sql =
        plain.lines("SELECT sql FROM sqlite_schema WHERE name = '" + table + "'");
    std::string text;
    for (const char c : sql) {
      const bool blank = c == ' ' || c == '\n';
      if (!blank) text += c;
      if (blank && !text.empty() && text.back() != ' ') text += ' ';
    }
    return text;
  }

  SystemClock clock_;
  TemporaryFolder folder_;
};

template <class Enum>
std::string in_list(std::string_view column) {
  std::string list;
  for (const std::string_view word : model::words_of<Enum>()) {
    list += fmt::format("{}'{}'", list.empty() ? "" : ", ", word);
  }
  return fmt::format("CHECK ({} IN ({}))", column, list);
}

TEST_F(SchemaTest, WordsOfATaskAreThoseOfTheProgram) {
  const std::string task = definition("task");
  for (const std::string& list :
       {in_list<NonWorkingDay>("on_non_working_day"), in_list<CatchUp>("catch_up"),
        in_list<Overlap>("overlap"), in_list<Delivery>("delivery"),
        in_list<RetryBackoff>("retry_backoff"), in_list<DstGap>("dst_gap"),
        in_list<DstOverlap>("dst_overlap")}) {
    EXPECT_NE(task.find(list), std::string::npos) << list;
  }
}

TEST_F(SchemaTest, WordsOfARunAreThoseOfTheProgram) {
  const std::string run = definition("run");
  const auto count = [&](const std::string& part) {
    std::size_t found = 0;
    for (std::size_t at = run.find(part); at != std::string::npos; at = run.find(part, at + 1)) {
      ++found;
    }
    return found;
  };
  for (const std::string_view word : model::words_of<RunStatus>()) {
    EXPECT_EQ(count(fmt::format("status = '{}'", word)), 1u) << word;
  }
  EXPECT_EQ(count("status = '"), model::words_of<RunStatus>().size());
  for (const std::string_view word : model::words_of<SkipKind>().subspan(1)) {
    EXPECT_NE(run.find(fmt::format("'{}'", word)), std::string::npos) << word;
  }
  for (const std::string_view word : model::words_of<RunCause>()) {
    EXPECT_EQ(count(fmt::format("cause = '{}'", word)), 1u) << word;
  }
  EXPECT_EQ(count("cause = '"), model::words_of<RunCause>().size());
}

TEST_F(SchemaTest, BoundsOfATaskAreThoseOfTheProgram) {
  using namespace model;
  const std::string task = definition("task");
  const auto forever = kForever.time_since_epoch().count() + 999'999;
  for (const std::string& bound : {
           fmt::format("length(name) BETWEEN 1 AND {}", kTaskNameMax),
           fmt::format("length(type) BETWEEN 1 AND {}", kTypeMax),
           fmt::format("length(schedule) BETWEEN 1 AND {}", kScheduleTextMax),
           fmt::format("length(timezone) BETWEEN 1 AND {}", kTimezoneMax),
           fmt::format("length(queue) BETWEEN 1 AND {}", kQueueMax),
           fmt::format("length(pause_reason) <= {}", kPauseReasonMax),
           fmt::format("length(description) <= {}", kDescriptionMax),
           fmt::format("length(owner) <= {}", kOwnerMax),
           fmt::format("length(tags) <= {}", kTagsMax),
           fmt::format("length(CAST(metadata AS BLOB)) <= {}", kTaskMetadataMax),
           fmt::format("priority BETWEEN {} AND {}", kPriorityMost, kPriorityLeast),
           fmt::format("working_day_offset BETWEEN -{0} AND {0}", kWorkingDayOffsetMax),
           fmt::format("jitter_s BETWEEN 0 AND {}", kJitterMax),
           fmt::format("catch_up_window_s BETWEEN 0 AND {}", kCatchUpWindowMax),
           fmt::format("timeout_s BETWEEN 0 AND {}", kTimeoutMax),
           fmt::format("attempts_max BETWEEN 1 AND {}", kAttemptsMax),
           fmt::format("retry_delay_s BETWEEN 0 AND {}", kRetryDelayMax),
           fmt::format("retry_delay_max_s BETWEEN 0 AND {}", kRetryDelayCapMax),
           fmt::format("failures_max BETWEEN 0 AND {}", kFailuresMax),
           fmt::format("keep_runs BETWEEN 0 AND {}", kKeepRunsMax),
           fmt::format("backlog_max BETWEEN {} AND {}", kBacklogMin, kBacklogMax),
           fmt::format("paused_until BETWEEN 0 AND {}", forever),
           fmt::format("starts_at BETWEEN 0 AND {}", forever),
           fmt::format("ends_at BETWEEN 0 AND {}", forever),
           fmt::format("anchor_at BETWEEN 0 AND {}", forever),
       }) {
    EXPECT_NE(task.find(bound), std::string::npos) << bound;
  }
}

TEST_F(SchemaTest, BoundsOfACalendarAreThoseOfTheProgram) {
  using namespace model;
  const std::string calendar = definition("calendar");
  EXPECT_NE(calendar.find(fmt::format("length(name) BETWEEN 1 AND {}", kCalendarNameMax)),
            std::string::npos);
  EXPECT_NE(calendar.find(fmt::format("length(description) <= {}", kDescriptionMax)),
            std::string::npos);
  EXPECT_NE(calendar.find(fmt::format("length(weekend) <= {}", kWeekendMax)), std::string::npos);
  EXPECT_NE(
      definition("holiday").find(fmt::format("length(title) BETWEEN 1 AND {}", kHolidayTitleMax)),
      std::string::npos);
  const std::string feed = definition("calendar_feed");
  EXPECT_NE(feed.find(fmt::format("length(url) BETWEEN 1 AND {}", kFeedUrlMax)), std::string::npos);
  EXPECT_NE(feed.find(fmt::format("length(division) <= {}", kDivisionMax)), std::string::npos);
  EXPECT_NE(feed.find(fmt::format("refresh_s BETWEEN {} AND {}", kFeedRefreshMin, kFeedRefreshMax)),
            std::string::npos);
}

}  // namespace
}  // namespace rota::store
