// How hard a password is to guess for somebody who tries what people choose: listed passwords and
// words, years, runs, rows of the keyboard, repetitions, the own name. Offline, and the same on
// every machine.
#pragma once

#include <string_view>

namespace rota::accounts {

/// Below it a password counts as one that everybody tries first: two listed words with a year.
inline constexpr double kGuessBitsMin = 40;

/// About the binary logarithm of how many guesses it takes: the cheapest way to put the password
/// together from pieces that people use. Looks at the first 128 bytes.
double guess_bits(std::string_view password, std::string_view user_name);

/// Sorted, in lower case, one a line (script/common-passwords). Defined by the build.
extern const std::string_view kCommonPasswords;

}  // namespace rota::accounts
