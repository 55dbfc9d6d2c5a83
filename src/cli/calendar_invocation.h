// What was typed after `rota calendar`, as plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace rota::cli {

struct CalendarList {};

struct CalendarShow {
  std::string name;
  std::optional<int> year;
};

/// Fields of a calendar as typed: the column's name and its text. Later ones win.
using CalendarTexts = std::vector<std::pair<std::string, std::string>>;

struct CalendarAdd {
  std::string name;
  CalendarTexts fields;
  bool dry_run = false;
};

struct CalendarEdit {
  std::string name;
  CalendarTexts fields;
  std::optional<std::int64_t> expect_version;
  bool dry_run = false;
};

struct CalendarRemove {
  std::string name;
  bool yes = false;
  bool dry_run = false;
};

struct CalendarDayAdd {
  std::string name;
  std::string date;
  std::string title;
  bool working = false;
  bool dry_run = false;
};

struct CalendarDayRemove {
  std::string name;
  std::string date;
  bool dry_run = false;
};

struct CalendarImport {
  std::string name;
  std::string file;
  bool dry_run = false;
};

struct CalendarFeedSet {
  std::string name;
  std::string url;
  std::string format;    ///< Empty: by the address.
  std::string division;  ///< Empty: the calendar's rule.
  std::int64_t refresh_s = 86'400;
  bool remove = false;
  bool dry_run = false;
};

struct CalendarRefresh {
  std::string name;  ///< Empty: all that have a feed.
  bool accept_fewer = false;
  bool allow_private = false;
  bool dry_run = false;
};

struct CalendarDiff {
  std::string name;
};

struct CalendarDefault {
  std::string name;  ///< Empty: say which it is.
  bool dry_run = false;
};

struct CalendarCommand {
  std::variant<CalendarList, CalendarShow, CalendarAdd, CalendarEdit, CalendarRemove,
               CalendarDayAdd, CalendarDayRemove, CalendarImport, CalendarFeedSet, CalendarRefresh,
               CalendarDiff, CalendarDefault>
      what;
};

}  // namespace rota::cli
