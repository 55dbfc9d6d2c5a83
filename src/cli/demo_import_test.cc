#include "cli/demo_import.h"

#include <gtest/gtest.h>

#include <set>

#include "model/validation.h"

namespace rota::cli {
namespace {

TEST(DemoTasksTest, AreTheTwentyOneOfTheOriginalAndAllValid) {
  const auto tasks = demo_tasks();
  ASSERT_TRUE(tasks) << tasks.error().message;
  EXPECT_EQ(tasks->size(), 21u);
  std::set<std::string> names;
  std::set<std::string> types;
  for (const Task& task : *tasks) {
    const auto valid = model::validate_task(task);
    EXPECT_TRUE(valid) << task.name << ": " << (valid ? "" : valid.error().message);
    names.insert(task.name);
    types.insert(task.type);
  }
  EXPECT_EQ(names.size(), 21u);
  EXPECT_EQ(types.size(), 17u);
}

TEST(DemoTasksTest, TheirDataGoesBesideTheDatabase) {
  EXPECT_EQ(folder_of_database("var/rota.db"), "var");
  EXPECT_EQ(folder_of_database("sqlite:/srv/rota/rota.db"), "/srv/rota");
  EXPECT_EQ(folder_of_database("rota.db"), ".");
}

}  // namespace
}  // namespace rota::cli
