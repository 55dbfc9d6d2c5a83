// Asking one feed and writing down what came: the step that the service and `rota calendar refresh`
// share.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "feeds/bank_holiday_service_adapter.h"
#include "rota/result.h"
#include "store/store.h"

namespace rota::feeds {

struct RefreshReport {
  std::string calendar;          ///< Its name.
  CalendarFeed feed;             ///< As stored now; `error` not empty: the old days stay.
  bool unchanged = false;        ///< The days are the same as before.
  std::size_t days = 0;          ///< Of the feed, as stored now.
  std::vector<Holiday> added;    ///< Dates that the feed did not have before.
  std::vector<Holiday> removed;  ///< Dates that it has no more.
  std::vector<std::string> notes;
};

/// Errors: kNotFound (calendar, or it has no feed), kCancelled, those of the store. An address that
/// does not answer well is not an error here: the report says so.
Result<RefreshReport> refresh(store::Store& store, const BankHolidayServiceAdapter& adapter,
                              CalendarId calendar, bool accept_fewer = false,
                              std::stop_token stop = {});

}  // namespace rota::feeds
