// One line at a time, so that memory stays small however many come.
#include "cli/next_batch.h"

#include <boost/json.hpp>
#include <istream>
#include <ostream>
#include <string>

#include "rota/schedule.h"
#include "schedule/holiday_list.h"

namespace rota::cli {
namespace {

namespace json = boost::json;

constexpr std::int64_t kCountMax = 1'000;
constexpr std::size_t kLineMax = 1'000'000;

tl::unexpected<Error> bad(std::string message) {
  return fail(ErrorCode::kInvalidArgument, std::move(message));
}

Result<std::string> text_field(const json::object& question, std::string_view name) {
  const json::value* value = question.if_contains(name);
  if (value == nullptr || !value->is_string()) {
    return bad("expected the text field \"" + std::string(name) + "\"");
  }
  return std::string(value->as_string());
}

Result<std::int64_t> count_field(const json::object& question) {
  const json::value* value = question.if_contains("count");
  if (value == nullptr) return 1;
  if (!value->is_int64() || value->as_int64() < 0 || value->as_int64() > kCountMax) {
    return bad("\"count\" must be a whole number from 0 to 1000");
  }
  return value->as_int64();
}

Result<std::shared_ptr<const WorkingCalendar>> calendar_field(const json::object& question) {
  const json::value* value = question.if_contains("holidays");
  std::vector<schedule::Holiday> holidays;
  if (value != nullptr) {
    if (!value->is_array()) return bad("\"holidays\" must be a list of dates");
    for (const json::value& entry : value->as_array()) {
      if (!entry.is_string()) return bad("\"holidays\" must be a list of dates");
      const json::string& text = entry.as_string();
      const auto date = schedule::parse_local_date({text.data(), text.size()});
      if (!date) return fail(date.error());
      holidays.push_back({*date, {}});
    }
  }
  return std::shared_ptr<const WorkingCalendar>(std::make_shared<schedule::HolidayList>(holidays));
}

Result<json::array> answer(const json::object& question) {
  const auto expr = text_field(question, "expr");
  const auto tz = text_field(question, "tz");
  const auto from_text = text_field(question, "from");
  for (const auto* field : {&expr, &tz, &from_text}) {
    if (!*field) return fail(field->error());
  }
  const auto count = count_field(question);
  if (!count) return fail(count.error());
  const auto from = parse_instant(*from_text);
  if (!from) return fail(from.error());
  ScheduleOptions options;
  options.timezone = *tz;
  options.anchor = *from;
  options.accept_impossible_dates = true;
  if (const json::value* only = question.if_contains("working_days"); only && only->is_bool()) {
    options.working_days_only = only->as_bool();
  }
  if (options.working_days_only || question.contains("holidays")) {
    const auto calendar = calendar_field(question);
    if (!calendar) return fail(calendar.error());
    options.calendar = *calendar;
  }
  const auto schedule = Schedule::parse(*expr, options);
  if (!schedule) return fail(schedule.error());
  json::array slots;
  std::optional<Instant> at = *from;
  for (std::int64_t i = 0; i < *count && (at = schedule->next(*at)); ++i) {
    slots.emplace_back(format_utc(*at));
  }
  return slots;
}

json::object answer_line(const std::string& line) {
  json::object reply;
  json::error_code code;
  const json::value question = json::parse(line, code);
  if (code || !question.is_object()) {
    reply["error"] = "expected one JSON object on each line";
    return reply;
  }
  if (const json::value* id = question.as_object().if_contains("id")) reply["id"] = *id;
  auto slots = answer(question.as_object());
  if (slots) {
    reply["next"] = std::move(*slots);
  } else {
    reply["error"] = slots.error().message;
  }
  return reply;
}

}  // namespace

int run_next_batch(std::istream& in, std::ostream& out) {
  for (std::string line; std::getline(in, line);) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    if (line.size() > kLineMax) {
      out << R"({"error":"the line is longer than 1000000 characters"})" << '\n';
      continue;
    }
    out << json::serialize(answer_line(line)) << '\n';
  }
  out.flush();
  return out ? 0 : 1;
}

}  // namespace rota::cli
