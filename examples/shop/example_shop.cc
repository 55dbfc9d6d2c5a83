#include "shop/example_shop.h"

#include <fmt/format.h>

#include <array>
#include <filesystem>

#include "handlers/fire_key.h"
#include "rota/clock.h"
#include "shop/sql.h"

namespace shop {
namespace {

namespace fs = std::filesystem;

constexpr int kDays = 400;
constexpr int kProducts = 60;
constexpr int kCustomers = 400;
constexpr int kSubscriptions = 150;

constexpr const char* kTables = R"(
CREATE TABLE product(id INTEGER PRIMARY KEY, sku TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
  category TEXT NOT NULL, price_cents INTEGER NOT NULL CHECK (price_cents >= 0)) STRICT;
CREATE TABLE stock(product_id INTEGER NOT NULL REFERENCES product, warehouse TEXT NOT NULL,
  quantity INTEGER NOT NULL CHECK (quantity >= 0), target INTEGER NOT NULL CHECK (target > 0),
  PRIMARY KEY (product_id, warehouse)) STRICT;
CREATE TABLE customer(id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL UNIQUE,
  active INTEGER NOT NULL, opted_in INTEGER NOT NULL, joined_on TEXT NOT NULL,
  changes INTEGER NOT NULL DEFAULT 1, changes_synced INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE orders(id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customer,
  placed_on TEXT NOT NULL, total_cents INTEGER NOT NULL, provider TEXT NOT NULL) STRICT;
CREATE INDEX orders_placed_on ON orders(placed_on);
CREATE TABLE order_line(order_id INTEGER NOT NULL REFERENCES orders,
  product_id INTEGER NOT NULL REFERENCES product, quantity INTEGER NOT NULL,
  price_cents INTEGER NOT NULL, PRIMARY KEY (order_id, product_id)) STRICT;
CREATE TABLE invoice(id INTEGER PRIMARY KEY, order_id INTEGER REFERENCES orders,
  subscription_id INTEGER REFERENCES subscription, issued_on TEXT NOT NULL,
  total_cents INTEGER NOT NULL, status TEXT NOT NULL
  CHECK (status IN ('pending', 'processed', 'disputed'))) STRICT;
CREATE INDEX invoice_status ON invoice(status, issued_on);
CREATE TABLE subscription(id INTEGER PRIMARY KEY,
  customer_id INTEGER NOT NULL REFERENCES customer, plan TEXT NOT NULL,
  price_cents INTEGER NOT NULL, renews_on TEXT NOT NULL, auto_renew INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('active', 'ended'))) STRICT;
CREATE TABLE payment(id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL REFERENCES orders,
  provider TEXT NOT NULL, amount_cents INTEGER NOT NULL, received_on TEXT NOT NULL) STRICT;
CREATE INDEX payment_order ON payment(order_id);
)";

constexpr std::array kCategories{"Tea", "Coffee", "Cups", "Kettles", "Gifts", "Books"};
constexpr std::array kKinds{"Classic", "Fine", "Large",  "Small",
                            "Green",   "Blue", "Winter", "House"};
constexpr std::array kFirst{"Amara", "Beth", "Chen", "David", "Elena", "Farid", "Grace", "Hugo",
                            "Ines",  "Jane", "Kofi", "Lena",  "Marco", "Nadia", "Omar",  "Priya"};
constexpr std::array kLast{"Adams",  "Brown", "Costa", "Diaz",  "Evans", "Fischer",
                           "Garcia", "Hill",  "Ito",   "Jones", "Khan",  "Lopez",
                           "Meyer",  "Novak", "Okoro", "Price"};
constexpr std::array kProviders{"stripe", "paypal"};

// splitmix64: the same numbers with every compiler, unlike the standard's distributions.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  /// 0 to sides - 1.
  std::int64_t roll(std::int64_t sides) {
    state_ += 0x9E3779B97F4A7C15u;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return static_cast<std::int64_t>((z ^ (z >> 31)) % static_cast<std::uint64_t>(sides));
  }
  std::int64_t between(std::int64_t low, std::int64_t high) { return low + roll(high - low + 1); }
  bool chance(std::int64_t percent) { return roll(100) < percent; }
  template <std::size_t N>
  const char* pick(const std::array<const char*, N>& words) {
    return words[static_cast<std::size_t>(roll(N))];
  }

 private:
  std::uint64_t state_;
};

class Maker {
 public:
  Maker(Sql& sql, std::uint64_t seed, rota::LocalDate today)
      : sql_(sql), dice_(seed), today_(today) {}

  void make() {
    sql_.script(kTables);
    products();
    customers();
    for (int ago = kDays; ago >= 0; --ago) trade(ago);
    subscriptions();
  }

  std::int64_t orders() const { return orders_; }

 private:
  std::string day(int ago) const {
    return rota::handlers::format_date(today_ - std::chrono::days{ago});
  }

  void products() {
    for (std::int64_t id = 1; id <= kProducts; ++id) {
      const char* category = kCategories[static_cast<std::size_t>(id) % kCategories.size()];
      prices_.push_back(dice_.between(3, 120) * 100 - 1);
      sql_.change(
          "INSERT INTO product VALUES (?, ?, ?, ?, ?)",
          {id, fmt::format("SKU-{:04}", id),
           fmt::format("{} {} {}", dice_.pick(kKinds), category, id), category, prices_.back()});
      for (const char* warehouse : {"A", "B", "C"}) {
        const std::int64_t target = dice_.between(5, 40) * 10;
        const std::int64_t most = dice_.chance(8) ? target / 10 : target;
        sql_.change("INSERT INTO stock VALUES (?, ?, ?, ?)",
                    {id, warehouse, dice_.between(0, most), target});
      }
    }
  }

  void customers() {
    for (std::int64_t id = 1; id <= kCustomers; ++id) {
      const std::string first = dice_.pick(kFirst);
      const std::string last = dice_.pick(kLast);
      const std::int64_t synced = dice_.chance(85) ? 1 : 0;
      sql_.change("INSERT INTO customer VALUES (?, ?, ?, ?, ?, ?, 1, ?)",
                  {id, first + " " + last, fmt::format("{}.{}.{}@example.com", first, last, id),
                   std::int64_t{dice_.chance(90)}, std::int64_t{dice_.chance(60)},
                   day(static_cast<int>(dice_.between(kDays, kDays + 600))), synced});
    }
  }

  // Weekends are quieter, the last two months of the year busier.
  void trade(int ago) {
    const rota::LocalDate date = today_ - std::chrono::days{ago};
    const std::chrono::weekday weekday{date};
    const bool weekend = weekday == std::chrono::Saturday || weekday == std::chrono::Sunday;
    const unsigned month{std::chrono::year_month_day{date}.month()};
    const std::int64_t busy = month >= 11 ? 12 : 8;
    const std::int64_t count = dice_.between(2, weekend ? busy / 2 : busy);
    for (std::int64_t i = 0; i < count; ++i) order(ago);
  }

  void order(int ago) {
    const std::int64_t id = ++orders_;
    const std::string placed = day(ago);
    const char* provider = dice_.pick(kProviders);
    sql_.change("INSERT INTO orders VALUES (?, ?, ?, 0, ?)",
                {id, dice_.between(1, kCustomers), placed, provider});
    std::int64_t product = dice_.between(1, kProducts / 3);
    std::int64_t total = 0;
    for (std::int64_t line = dice_.between(1, 4); line > 0 && product <= kProducts; --line) {
      const std::int64_t quantity = dice_.between(1, 3);
      const std::int64_t price = prices_[static_cast<std::size_t>(product - 1)];
      sql_.change("INSERT INTO order_line VALUES (?, ?, ?, ?)", {id, product, quantity, price});
      total += quantity * price;
      product += dice_.between(1, 15);
    }
    sql_.change("UPDATE orders SET total_cents = ? WHERE id = ?", {total, id});
    invoice_and_payment(id, ago, placed, provider, total);
  }

  // One in a hundred invoices and payments is wrong, so that there is something to find.
  void invoice_and_payment(std::int64_t order, int ago, const std::string& placed,
                           const char* provider, std::int64_t total) {
    const std::int64_t billed = total + (dice_.chance(1) ? 1000 : 0);
    const char* status = ago <= 3 ? "pending" : billed == total ? "processed" : "disputed";
    sql_.change("INSERT INTO invoice(order_id, issued_on, total_cents, status) VALUES (?, ?, ?, ?)",
                {order, placed, billed, status});
    if (ago > 0 && dice_.chance(1)) return;  // never paid
    const std::int64_t paid = total - (dice_.chance(1) ? 50 : 0);
    sql_.change(
        "INSERT INTO payment(order_id, provider, amount_cents, received_on) "
        "VALUES (?, ?, ?, ?)",
        {order, provider, paid, placed});
  }

  void subscriptions() {
    for (std::int64_t id = 1; id <= kSubscriptions; ++id) {
      const bool large = dice_.chance(30);
      sql_.change("INSERT INTO subscription VALUES (?, ?, ?, ?, ?, ?, 'active')",
                  {id, dice_.between(1, kCustomers), large ? "Tea every week" : "Tea every month",
                   std::int64_t{large ? 3900 : 1200}, day(static_cast<int>(dice_.between(-28, 0))),
                   std::int64_t{dice_.chance(80)}});
    }
  }

  Sql& sql_;
  Dice dice_;
  const rota::LocalDate today_;
  std::vector<std::int64_t> prices_;
  std::int64_t orders_ = 0;
};

std::int64_t make_at(const std::string& path, std::uint64_t seed, rota::LocalDate today) {
  Sql sql(path, true);
  sql.script("PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY");
  Sql::Transaction transaction(sql);
  Maker maker(sql, seed, today);
  maker.make();
  transaction.commit();
  sql.script("PRAGMA journal_mode = WAL");
  return maker.orders();
}

}  // namespace

rota::Result<ExampleShop> make_example_shop(const std::string& path, std::uint64_t seed,
                                            rota::LocalDate today) {
  std::error_code wrong;
  if (fs::exists(path, wrong)) {
    return rota::fail(rota::ErrorCode::kAlreadyExists,
                      fmt::format("there is a shop at '{}' already", path),
                      "move it away to make a new one");
  }
  if (const auto folder = fs::path(path).parent_path(); !folder.empty()) {
    fs::create_directories(folder, wrong);
  }
  const std::string partial = path + ".partial";
  fs::remove(partial, wrong);
  ExampleShop made{kProducts, kCustomers, 0};
  try {
    made.orders = make_at(partial, seed, today);
  } catch (const Failure& failure) {
    fs::remove(partial, wrong);
    return rota::fail(failure.error());
  }
  fs::permissions(partial, fs::perms::owner_read | fs::perms::owner_write, wrong);
  if (!wrong) fs::rename(partial, path, wrong);
  if (!wrong) return made;
  return rota::fail(rota::ErrorCode::kIo,
                    fmt::format("the shop '{}' cannot be put in place: {}", path, wrong.message()));
}

rota::Result<ExampleShop> make_example_shop(const std::string& path, std::uint64_t seed) {
  const auto days = std::chrono::floor<std::chrono::days>(rota::SystemClock().now());
  return make_example_shop(path, seed, rota::LocalDate{days.time_since_epoch()});
}

}  // namespace shop
