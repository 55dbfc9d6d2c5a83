// Any bytes as a configuration file: never a crash, every fault has its place, and what is taken as
// right shows values that are read as the same once more.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "config/configuration.h"
#include "config/setting_value.h"

namespace {

using rota::config::Settings;

void check_values(const Settings& settings) {
  for (const auto& setting : rota::config::all_settings()) {
    const std::string shown = rota::config::value_text(setting, settings);
    // A list is shown for people; its items may hold what separates them.
    if (rota::config::has_items(setting)) continue;
    Settings again;
    if (rota::config::set_value(setting, rota::config::node_of_texts(setting, {shown}), again)) {
      std::abort();
    }
    if (rota::config::value_text(setting, again) != shown) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  rota::config::Inputs inputs;
  inputs.file = "f";
  const auto made =
      rota::config::read_configuration(inputs, {reinterpret_cast<const char*>(data), size});
  if (made) {
    check_values(made->settings);
  } else if (made.error().fields.empty() || made.error().message.empty()) {
    std::abort();
  }
  return 0;
}
