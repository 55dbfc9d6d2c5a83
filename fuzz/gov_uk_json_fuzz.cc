// Any bytes as the bank holidays of gov.uk: never a crash, and what is accepted can be stored.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "calendar/gov_uk_json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto parsed = rota::calendar::parse_gov_uk_json(text, "scotland");
  if (!parsed) {
    if (parsed.error().message.empty()) std::abort();
    return 0;
  }
  if (parsed->days.empty() || parsed->days.size() > rota::kHolidaysMax) std::abort();
  const auto [from, until] = rota::calendar::covered_by(*parsed);
  if (from > parsed->days.front().date || until < parsed->days.back().date) std::abort();
  for (const rota::Holiday& day : parsed->days) {
    if (day.title.empty() || day.title.size() > rota::kHolidayTitleMax) std::abort();
  }
  return 0;
}
