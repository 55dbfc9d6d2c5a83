// The adapter to a service that publishes bank holidays: gov.uk's JSON, or an iCalendar address of
// anybody. It asks, checks what came, and says what the feed's row should be from now on. Whatever
// goes wrong, the days that stand now go on standing.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "handlers/http_client.h"
#include "rota/calendar.h"
#include "rota/clock.h"

namespace rota::feeds {

inline constexpr std::string_view kGovUkAddress = "https://www.gov.uk/bank-holidays.json";
inline constexpr std::string_view kGovUkFormat = "gov.uk";
inline constexpr std::string_view kIcsFormat = "ics";

/// The bounds of one asking.
struct FeedLimits {
  Duration connect_timeout = std::chrono::seconds{10};
  Duration timeout = std::chrono::seconds{30};
  int redirects_max = 5;
};

/// What asking came to.
struct FeedOutcome {
  CalendarFeed feed;                         ///< Its new row; `error` says what went wrong.
  std::optional<std::vector<Holiday>> days;  ///< None: those that stand now stay.
  std::vector<std::string> notes;            ///< What was left out or merged.
  bool unchanged = false;                    ///< The service said so (304).
};

/// Thread rule: any thread; ask() blocks. The client and the clock must outlive it.
class BankHolidayServiceAdapter {
 public:
  BankHolidayServiceAdapter(handlers::HttpClient& client, const Clock& clock,
                            FeedLimits limits = {})
      : client_(client), clock_(clock), limits_(limits) {}

  /// `view` is the calendar with its stored days and its feed, which must be there. A feed that
  /// lost more than half of its days to come is refused, unless `accept_fewer`. None: `stop` was
  /// asked before an answer came, so there is nothing to write down.
  std::optional<FeedOutcome> ask(const CalendarView& view, bool accept_fewer = false,
                                 std::stop_token stop = {}) const;

 private:
  handlers::HttpRequest request_for(const CalendarView& view) const;
  void read_answer(const CalendarView& view, const handlers::HttpAnswer& answer, bool accept_fewer,
                   FeedOutcome& outcome) const;

  handlers::HttpClient& client_;
  const Clock& clock_;
  FeedLimits limits_;
};

}  // namespace rota::feeds
