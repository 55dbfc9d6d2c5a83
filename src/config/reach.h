// Who can reach a server with these settings, and whether that is safe: decided before anything is
// opened.
#pragma once

#include <string>
#include <vector>

#include "config/checks.h"
#include "config/settings.h"

namespace rota::config {

/// Reports settings that would let others in, let passwords travel in plain text, or hide from the
/// server who asks.
void check_reach(const Settings& settings, const AddFault& add_fault);

/// What is allowed, but probably not what was meant.
std::vector<std::string> reach_warnings(const Settings& settings);

}  // namespace rota::config
