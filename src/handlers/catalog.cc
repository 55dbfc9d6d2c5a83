#include "handlers/catalog.h"

#include <fmt/format.h>

#include <mutex>

#include "base/check.h"

namespace rota {
namespace {

struct Registrations {
  std::mutex mutex;
  std::map<std::string, HandlerFactory> factories;
};

// A local static, so that it exists before the first registration in any file.
Registrations& registrations() {
  static Registrations all;
  return all;
}

class Catalog final : public HandlerCatalog {
 public:
  explicit Catalog(const HandlerEnvironment& environment) : environment_(environment) {
    for (const auto& [type, factory] : handlers::registered_factories()) {
      handlers_.emplace(type, factory(environment_));
    }
  }

  std::shared_ptr<TaskHandler> find(std::string_view type) const override {
    const auto found = handlers_.find(type);
    return found == handlers_.end() ? nullptr : found->second;
  }

  std::vector<std::string> types() const override {
    std::vector<std::string> all;
    for (const auto& [type, handler] : handlers_) all.push_back(type);
    return all;
  }

 private:
  const HandlerEnvironment environment_;
  std::map<std::string, std::shared_ptr<TaskHandler>, std::less<>> handlers_;
};

}  // namespace

bool register_task_handler(std::string type, HandlerFactory factory) {
  Registrations& all = registrations();
  std::lock_guard lock(all.mutex);
  const bool added = all.factories.emplace(type, std::move(factory)).second;
  ROTA_CHECK(added, fmt::format("two handlers are registered for the type '{}'", type));
  return true;
}

namespace handlers {

std::map<std::string, HandlerFactory> registered_factories() {
  Registrations& all = registrations();
  std::lock_guard lock(all.mutex);
  return all.factories;
}

std::unique_ptr<HandlerCatalog> make_handler_catalog(const HandlerEnvironment& environment) {
  return std::make_unique<Catalog>(environment);
}

}  // namespace handlers
}  // namespace rota
