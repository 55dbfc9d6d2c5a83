// Makes the example shop: a small SQLite database of products, stock, customers, orders, invoices,
// subscriptions and payments, so that the business tasks of the demo have something real to do.
#pragma once

#include <cstdint>
#include <string>

#include "rota/result.h"
#include "rota/time.h"

namespace shop {

struct ExampleShop {
  std::int64_t products = 0;
  std::int64_t customers = 0;
  std::int64_t orders = 0;
};

/// The same seed and day make the same shop: 400 days of trade that end on `today`. The file
/// appears whole or not at all. Errors: kAlreadyExists, kIo, kStorageFull.
rota::Result<ExampleShop> make_example_shop(const std::string& path, std::uint64_t seed,
                                            rota::LocalDate today);

/// The same with today's date in UTC.
rota::Result<ExampleShop> make_example_shop(const std::string& path, std::uint64_t seed = 1);

}  // namespace shop
