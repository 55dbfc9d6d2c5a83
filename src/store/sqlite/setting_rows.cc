#include "store/sqlite/setting_rows.h"

namespace rota::store {

Result<std::optional<std::string>> find_setting(Connection& connection, std::string_view name) {
  auto select = connection.prepare("SELECT value FROM setting WHERE name = ?");
  if (!select) return fail(select.error());
  const auto row = select->bind(name).step();
  if (!row) return fail(row.error());
  if (!*row) return std::optional<std::string>{};
  return std::optional(select->text(0));
}

Result<void> change_settings(Connection& connection, std::span<const SettingChange> changes) {
  for (const SettingChange& change : changes) {
    auto save =
        connection.prepare(change.value ? "INSERT INTO setting (name, value) VALUES (?1, ?2)"
                                          " ON CONFLICT (name) DO UPDATE SET value = excluded.value"
                                          " WHERE value <> excluded.value"
                                        : "DELETE FROM setting WHERE name = ?1");
    if (!save) return fail(save.error());
    save->bind(change.name);
    if (change.value) save->bind(*change.value);
    if (auto done = save->run(); !done) return done;
  }
  return {};
}

}  // namespace rota::store
