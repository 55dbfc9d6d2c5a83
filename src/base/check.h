// ROTA_CHECK: programmer errors stop the program at once, in every build, with the place and why.
#pragma once

#include <string_view>

namespace rota::base {

/// Prints the failed condition to standard error and aborts.
[[noreturn]] void check_failed(const char* file, int line, const char* condition,
                               std::string_view why);

}  // namespace rota::base

#define ROTA_CHECK(condition, why)                                       \
  do {                                                                   \
    if (!(condition)) [[unlikely]] {                                     \
      ::rota::base::check_failed(__FILE__, __LINE__, #condition, (why)); \
    }                                                                    \
  } while (false)
