#include "shop/shop_handler.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "base/utf8.h"
#include "handlers/fire_key.h"
#include "handlers/folders.h"

namespace shop {

namespace fs = std::filesystem;

void Visit::check() const {
  if (auto good = metadata.check(); !good) throw Failure(good.error());
}

std::string Visit::save(const std::string& folder, const std::string& name,
                        const std::string& text) const {
  const fs::path path = fs::path(data_folder) / folder / name;
  task.write_output(1, text);
  if (auto written = rota::handlers::write_file(path, text); !written) {
    throw Failure(written.error());
  }
  return path;
}

rota::Result<std::string> ShopTaskHandler::handle(rota::TaskContext& task) {
  const std::string path = (fs::path(data_folder_) / "shop.db").string();
  std::error_code ignored;
  if (!fs::exists(path, ignored)) {
    return rota::fail(rota::ErrorCode::kNotFound, fmt::format("there is no shop at '{}'", path),
                      "`rota import demo` makes an example shop");
  }
  try {
    Sql sql(path, false);
    rota::handlers::Metadata metadata(task);
    Visit visit{sql, task, metadata, data_folder_,
                rota::handlers::format_date(task.business_date())};
    return work(visit);
  } catch (const Failure& failure) {
    return rota::fail(failure.error());
  }
}

std::string not_mailed(const std::vector<std::string>& recipients) {
  if (recipients.empty()) return "";
  return fmt::format("; not mailed to {}: no mail server is configured",
                     fmt::join(recipients, ", "));
}

std::string money(std::int64_t cents) {
  const std::string whole = fmt::format("{}", std::llabs(cents) / 100);
  std::string text = cents < 0 ? "-" : "";
  for (std::size_t i = 0; i < whole.size(); ++i) {
    if (i > 0 && (whole.size() - i) % 3 == 0) text += ',';
    text += whole[i];
  }
  return fmt::format("{}.{:02}", text, std::llabs(cents) % 100);
}

std::string bar(std::int64_t value, std::int64_t most) {
  if (most <= 0 || value <= 0) return "";
  return std::string(static_cast<std::size_t>(std::min<std::int64_t>(40, value * 40 / most)), '#');
}

}  // namespace shop
