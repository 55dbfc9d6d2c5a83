#include "calendar/gov_uk_json.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <string>

#include "schedule/holiday_list.h"
#include "schedule/text_error.h"

namespace rota::calendar {
namespace {

namespace json = boost::json;

constexpr std::string_view kKind = "the bank holidays of gov.uk (JSON)";
constexpr std::size_t kDepthMax = 8;

tl::unexpected<Error> wrong(std::string message, std::string hint = {}) {
  return fail(ErrorCode::kInvalidArgument, std::move(message), std::move(hint));
}

Result<json::value> parse_json(std::string_view text) {
  json::parse_options options;
  options.max_depth = kDepthMax;
  json::error_code error;
  json::value value = json::parse({text.data(), text.size()}, error, {}, options);
  if (error) return wrong(fmt::format("it is not {}: {}", kKind, error.message()));
  if (!value.is_object()) return wrong(fmt::format("it is JSON, but not {}", kKind));
  return value;
}

std::string_view text_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains({key.data(), key.size()});
  if (value == nullptr || !value->is_string()) return {};
  return {value->get_string().data(), value->get_string().size()};
}

std::string names_in(const json::object& root) {
  constexpr std::size_t kNamesMax = 5;
  std::string names;
  std::size_t left = kNamesMax;
  for (const auto& entry : root) {
    if (left-- == 0) return names + ", ...";
    if (!names.empty()) names += ", ";
    names += schedule::quoted({entry.key().data(), entry.key().size()});
  }
  return names.empty() ? "nothing" : names;
}

Result<const json::array*> events_of(const json::object& root, std::string_view division) {
  const json::value* found = root.if_contains({division.data(), division.size()});
  if (found == nullptr) {
    return wrong(
        fmt::format("it has no division {}; it has {}", schedule::quoted(division), names_in(root)),
        "gov.uk's are england-and-wales, scotland and northern-ireland");
  }
  const json::value* events =
      found->is_object() ? found->get_object().if_contains("events") : nullptr;
  if (events == nullptr || !events->is_array()) {
    return wrong(fmt::format("its division {} has no list of events", schedule::quoted(division)));
  }
  return &events->get_array();
}

std::string title_of(const json::object& event) {
  std::string title(text_of(event, "title"));
  std::string note(text_of(event, "notes"));
  if (note.empty()) return title;
  if (note[0] >= 'A' && note[0] <= 'Z') note[0] = static_cast<char>(note[0] + 32);
  return title + " (" + note + ")";
}

Result<void> add_event(const json::value& value, std::size_t number, DayCollector& days) {
  if (!value.is_object()) return wrong(fmt::format("its event {} is not an object", number));
  const json::object& event = value.get_object();
  if (text_of(event, "title").empty())
    return wrong(fmt::format("its event {} has no title", number));
  const std::string_view text = text_of(event, "date");
  const auto date = schedule::parse_local_date(text);
  if (!date) {
    return wrong(fmt::format("the date of its event {} is {}, not like 2026-12-25", number,
                             schedule::quoted(text)));
  }
  if (!DayCollector::is_in_range(*date)) {
    return wrong(fmt::format("the date of its event {} is {}: before {} or after {}", number, text,
                             DayCollector::kFirstYear, DayCollector::kLastYear));
  }
  days.add(*date, title_of(event));
  return {};
}

}  // namespace

Result<ParsedDays> parse_gov_uk_json(std::string_view text, std::string_view division) {
  if (auto checked = check_text(text, kKind); !checked) return fail(checked.error());
  const auto root = parse_json(text);
  if (!root) return fail(root.error());
  const auto events = events_of(root->get_object(), division);
  if (!events) return fail(events.error());
  if ((*events)->size() > kHolidaysMax) {
    return fail(ErrorCode::kLimitExceeded, fmt::format("it has {} events; at most {} are read",
                                                       (*events)->size(), kHolidaysMax));
  }
  DayCollector days;
  for (std::size_t i = 0; i < (*events)->size(); ++i) {
    if (auto added = add_event((**events)[i], i + 1, days); !added) return fail(added.error());
  }
  return days.finish("its division " + schedule::quoted(division));
}

}  // namespace rota::calendar
