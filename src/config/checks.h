// What settings must keep between them, beyond the bounds of each.
#pragma once

#include <functional>
#include <string>

#include "config/configuration.h"

namespace rota::config {

/// Takes the place of a fault, and the fault.
using AddFault = std::function<void(std::string, std::string)>;

/// Reports every pair of settings that makes no sense together.
void check_together(const Configuration& configuration, const AddFault& add_fault);

}  // namespace rota::config
