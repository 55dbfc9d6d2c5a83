#include "model/settings.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace rota::model {
namespace {

constexpr std::array kNumbers{kKeepRunsDays, kKeepRunsMax, kKeepMegabytes, kKeepDecisionsDays};

}  // namespace

std::span<const NumberSetting> number_settings() { return kNumbers; }

const NumberSetting* find_number_setting(std::string_view name) {
  const auto found = std::ranges::find(kNumbers, name, &NumberSetting::name);
  return found == kNumbers.end() ? nullptr : &*found;
}

std::optional<std::int64_t> read_setting(const NumberSetting& setting, std::string_view text) {
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) return std::nullopt;
  if (value < setting.low || value > setting.high) return std::nullopt;
  return value;
}

}  // namespace rota::model
