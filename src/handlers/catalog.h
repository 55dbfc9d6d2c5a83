// Builds every registered handler once and finds it by its type.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "handlers/environment.h"
#include "rota/handler.h"

namespace rota::handlers {

/// The factories registered so far, by type. Thread-safe.
std::map<std::string, HandlerFactory> registered_factories();

/// One instance of every registered handler, made with a copy of `environment` that lives as long
/// as the catalogue.
std::unique_ptr<HandlerCatalog> make_handler_catalog(const HandlerEnvironment& environment = {});

}  // namespace rota::handlers
