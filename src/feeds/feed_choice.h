// What somebody says of a feed, completed: the format by the address, the division by the
// calendar's rule. Shared by the command line and the API.
#pragma once

#include <cstdint>
#include <string>

#include "rota/calendar.h"

namespace rota::feeds {

inline constexpr std::int64_t kRefreshDefaultS = 86'400;

struct FeedChoice {
  std::string url;       ///< "gov.uk" stands for the address of its bank holidays.
  std::string format;    ///< Empty: by the address.
  std::string division;  ///< Of gov.uk; empty: the calendar's rule.
  std::int64_t refresh_s = kRefreshDefaultS;
};

/// The feed's row. Not judged: model::validate_feed() and needs_division() do.
CalendarFeed complete_feed(const FeedChoice& choice, const Calendar& calendar);

/// A feed of gov.uk without a division cannot be read.
bool needs_division(const CalendarFeed& feed);

}  // namespace rota::feeds
