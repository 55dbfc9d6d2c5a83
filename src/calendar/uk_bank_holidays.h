// The bank holidays of the three divisions of the United Kingdom, by rule, for any year from 1970
// to 2099: the Banking and Financial Dealings Act 1971 and the royal proclamations beside it. What
// history moved or added stands in a table with its source. Titles are those of gov.uk.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "rota/calendar.h"

namespace rota::calendar {

enum class UkDivision { kEnglandAndWales, kScotland, kNorthernIreland };

inline constexpr int kRuleFirstYear = 1970;
inline constexpr int kRuleLastYear = 2099;

/// "england-and-wales", "scotland", "northern-ireland": gov.uk's names, and those of our rules.
std::optional<UkDivision> find_uk_division(std::string_view name);

/// By date, each date once; empty outside kRuleFirstYear to kRuleLastYear.
/// Example: Scotland 2026 has "World Cup bank holiday" on 15 June.
std::vector<Holiday> uk_bank_holidays(UkDivision division, int year);

/// All years of a rule, by date, made once and kept for the program's life. Empty: no such rule.
std::span<const Holiday> computed_days(std::string_view rule);

}  // namespace rota::calendar
