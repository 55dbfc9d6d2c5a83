#include "cli/table.h"

#include <gtest/gtest.h>

#include <sstream>

#include "cli/text.h"

namespace rota::cli {
namespace {

struct Screen {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  Console console{in, out, err};
};

TEST(TableTest, LinesUpColumnsByWhatTheTerminalShows) {
  Screen screen;
  Table table({{"ID", Align::kRight}, {"NAME"}});
  table.add({{"7"}, {"東京"}});
  table.add({{"12"}, {"plain"}});
  table.print(screen.console);
  EXPECT_EQ(screen.out.str(), "ID  NAME\n 7  東京\n12  plain\n");
}

TEST(TableTest, ShrinksOnlyColumnsThatMayAndStaysInsideTheTerminal) {
  Screen screen;
  screen.console.width = 40;
  Table table({{"NAME", Align::kLeft, true}, {"NEXT"}, {"RESULT", Align::kLeft, true}});
  table.add({{std::string(60, 'n')}, {"2026-11-23 09:30"}, {std::string(60, 'r')}});
  table.print(screen.console);
  std::istringstream lines(screen.out.str());
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(display_width(line), 40u) << line;
  }
  EXPECT_NE(screen.out.str().find("2026-11-23 09:30"), std::string::npos);
}

TEST(TableTest, LeavesOutWhatMattersLeastWhereShrinkingIsNotEnough) {
  Screen screen;
  screen.console.width = 24;
  Table table({{"NAME", Align::kLeft, true, 8},
               {"SECOND", Align::kLeft, false, 6, 2},
               {"FIRST", Align::kLeft, false, 6, 1},
               {"LAST"}});
  table.add({{std::string(20, 'n')}, {"second"}, {"first"}, {"last"}});
  table.print(screen.console);
  EXPECT_EQ(screen.out.str(), "NAME        SECOND  LAST\nnnnnnnnnn…  second  last\n");
  EXPECT_EQ(screen.err.str(), "note: not shown: FIRST; a pipe shows all\n");
}

TEST(TableTest, WithoutATerminalNothingIsCut) {
  Screen screen;
  Table table({{"NAME", Align::kLeft, true}});
  table.add({{std::string(300, 'n')}});
  table.print(screen.console);
  EXPECT_NE(screen.out.str().find(std::string(300, 'n')), std::string::npos);
}

TEST(TableTest, CellsCannotCommandTheTerminal) {
  Screen screen;
  Table table({{"NAME"}});
  table.add({{"\x1b[2J"}});
  table.print(screen.console);
  EXPECT_EQ(screen.out.str(), "NAME\n\\x1b[2J\n");
}

TEST(PrintErrorTest, PointsAtTheColumnThatIsWrong) {
  Screen screen;
  Error error{ErrorCode::kInvalidArgument, "the minute must be 0 to 59", "try 0-59", 1, {}};
  EXPECT_EQ(print_error(screen.console, error, {{"schedule", "60 * * * *"}}), 2);
  EXPECT_EQ(screen.err.str(), "rota: the minute must be 0 to 59\n  60 * * * *\n  ^\n  try 0-59\n");
}

TEST(PrintErrorTest, TheCaretCountsColumnsOfTheTerminal) {
  Screen screen;
  Error error{ErrorCode::kInvalidArgument, "expected a day", "", 4, {}};
  print_error(screen.console, error, {{"schedule", "ü x"}});
  EXPECT_EQ(screen.err.str(), "rota: expected a day\n  ü x\n    ^\n");
}

}  // namespace
}  // namespace rota::cli
