#include "model/validation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/limits.h"

namespace rota::model {
namespace {

using testing::HasSubstr;

Task good_task() {
  Task task;
  task.name = "Monthly report";
  task.type = "send_report";
  task.schedule = "30 9 * * 1-5";
  task.timezone = "Europe/London";
  return task;
}

/// The complaint about one field; empty when there is none.
std::string complaint(const Task& task, std::string_view field) {
  const auto verdict = validate_task(task);
  if (verdict) return "";
  for (const FieldError& fault : verdict.error().fields) {
    if (fault.field == field) return fault.message;
  }
  return "";
}

TEST(ValidateTaskTest, PassesAGoodTask) { EXPECT_TRUE(validate_task(good_task())); }

TEST(ValidateTaskTest, NamesAllWrongFieldsAtOnce) {
  Task task = good_task();
  task.name = "";
  task.schedule = "every full moon";
  task.timezone = "Mars/Olympus";
  task.priority = 0;
  task.metadata = "[1]";
  const auto verdict = validate_task(task);
  ASSERT_FALSE(verdict);
  EXPECT_EQ(verdict.error().code, ErrorCode::kInvalidArgument);
  std::vector<std::string> fields;
  for (const FieldError& fault : verdict.error().fields) fields.push_back(fault.field);
  EXPECT_THAT(fields, testing::UnorderedElementsAre("name", "schedule", "timezone", "priority",
                                                    "metadata"));
}

TEST(ValidateTaskTest, TakesAnOffsetOnlyTogetherWithWorkingDays) {
  Task task = good_task();
  task.working_day_offset = 2;
  EXPECT_THAT(complaint(task, "working_day_offset"), HasSubstr("working_days_only"));
  task.working_days_only = true;
  EXPECT_EQ(complaint(task, "working_day_offset"), "");
  task.working_day_offset = -61;
  EXPECT_THAT(complaint(task, "working_day_offset"), HasSubstr("-60 to 60"));
}

TEST(ValidateTaskTest, PutsAScheduleErrorOnItsColumn) {
  Task task = good_task();
  task.schedule = "30 25 * * *";
  const auto verdict = validate_task(task);
  ASSERT_FALSE(verdict);
  ASSERT_EQ(verdict.error().fields.size(), 1u);
  EXPECT_EQ(verdict.error().fields[0].field, "schedule");
  EXPECT_EQ(verdict.error().fields[0].column, 4u);
}

TEST(ValidateTaskTest, TellsAWrongZoneFromAWrongSchedule) {
  Task task = good_task();
  task.timezone = "Europe/Londn";
  EXPECT_THAT(complaint(task, "timezone"), HasSubstr("Europe/Londn"));
  EXPECT_EQ(complaint(task, "schedule"), "");
}

TEST(ValidateTaskTest, RefusesHostileTexts) {
  Task task = good_task();
  task.name = std::string("a\0b", 3);
  EXPECT_THAT(complaint(task, "name"), HasSubstr("NUL"));
  task.name = "caf\xe9";
  EXPECT_THAT(complaint(task, "name"), HasSubstr("UTF-8"));
  task.name = "two\nlines";
  EXPECT_THAT(complaint(task, "name"), HasSubstr("control"));
  task.name = std::string(201, 'x');
  EXPECT_THAT(complaint(task, "name"), HasSubstr("at most 200 characters, not 201"));
}

TEST(ValidateTaskTest, CountsCharactersNotBytes) {
  Task task = good_task();
  task.name.clear();
  for (int i = 0; i < 200; ++i) task.name += "é";
  EXPECT_EQ(complaint(task, "name"), "");
}

TEST(ValidateTaskTest, AllowsSeveralLinesInADescription) {
  Task task = good_task();
  task.description = "First line\n\tsecond line";
  EXPECT_TRUE(validate_task(task));
}

TEST(ValidateTaskTest, SaysWhereMetadataStopsBeingJson) {
  Task task = good_task();
  task.metadata = R"({"a": 1,})";
  EXPECT_THAT(complaint(task, "metadata"), HasSubstr("position 9"));
  task.metadata = R"({"a": )";
  EXPECT_THAT(complaint(task, "metadata"), HasSubstr("not complete"));
  task.metadata = "{} {}";
  EXPECT_THAT(complaint(task, "metadata"), HasSubstr("position 4"));
  task.metadata = "\"text\"";
  EXPECT_THAT(complaint(task, "metadata"), HasSubstr("must be a JSON object"));
  task.metadata = "{\"a\":\"" + std::string(kTaskMetadataMax, 'x') + "\"}";
  EXPECT_THAT(complaint(task, "metadata"), HasSubstr("at most 65536 bytes"));
  task.metadata = std::string(1000, '[');
  EXPECT_NE(complaint(task, "metadata"), "");
}

TEST(ValidateTaskTest, HoldsEveryNumberToItsRange) {
  Task task = good_task();
  task.priority = 101;
  task.jitter_s = -1;
  task.catch_up_window_s = -1;
  task.timeout_s = -5;
  task.attempts_max = 0;
  task.retry_delay_s = -1;
  task.retry_delay_max_s = kRetryDelayCapMax + 1;
  task.failures_max = -1;
  task.keep_runs = -1;
  task.backlog_max = 0;
  const auto verdict = validate_task(task);
  ASSERT_FALSE(verdict);
  EXPECT_EQ(verdict.error().fields.size(), 10u);
}

TEST(ValidateTaskTest, RefusesAnEndBeforeItsStart) {
  Task task = good_task();
  task.starts_at = *parse_instant("2026-12-01T00:00:00Z");
  task.ends_at = *parse_instant("2026-11-01T00:00:00Z");
  EXPECT_EQ(complaint(task, "ends_at"), "must be later than starts_at");
}

TEST(ValidateTaskTest, TypeAndQueueAreWords) {
  Task task = good_task();
  task.type = "SendReport";
  task.queue = "a queue";
  EXPECT_THAT(complaint(task, "type"), HasSubstr("small letters"));
  EXPECT_THAT(complaint(task, "queue"), HasSubstr("letters, digits"));
}

}  // namespace
}  // namespace rota::model
