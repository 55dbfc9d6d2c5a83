// What all handlers of the shop have in common: they open the shop's database, read their metadata,
// work, and leave a report.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "handlers/environment.h"
#include "handlers/metadata.h"
#include "rota/handler.h"
#include "shop/sql.h"

namespace shop {

/// What work() is given.
struct Visit {
  Sql& sql;
  rota::TaskContext& task;
  rota::handlers::Metadata& metadata;
  std::string data_folder;
  std::string today;  ///< The business date, "2026-11-23".

  /// Throws when a metadata field read so far was wrong. Call it before the first change.
  void check() const;
  /// Writes a file below the data folder and to the run's output; gives its path.
  std::string save(const std::string& folder, const std::string& name,
                   const std::string& text) const;
};

class ShopTaskHandler : public rota::TaskHandler {
 public:
  explicit ShopTaskHandler(const rota::HandlerEnvironment& environment)
      : data_folder_(environment.data_folder) {}

 protected:
  rota::Result<std::string> handle(rota::TaskContext& task) final;
  /// Does the work and returns the last result, or throws Failure.
  virtual std::string work(Visit& visit) = 0;

 private:
  const std::string data_folder_;
};

/// "; not mailed to a, b: no mail server is configured", or nothing for no recipients.
std::string not_mailed(const std::vector<std::string>& recipients);

/// 123456 becomes "1,234.56".
std::string money(std::int64_t cents);

/// A bar of 0 to 40 signs.
std::string bar(std::int64_t value, std::int64_t most);

}  // namespace shop
