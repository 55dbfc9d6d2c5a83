// What is to come: a heat map of the hours ahead, and what runs on one date.
#include <fmt/format.h>

#include <charconv>

#include "api/codec.h"
#include "api/load_cache.h"
#include "api/query.h"
#include "api/routes.h"
#include "model/calendar_validation.h"
#include "preview/load.h"
#include "schedule/holiday_list.h"
#include "store/cursor.h"
#include "store/store.h"

namespace rota::api {
namespace {

using preview::DueSlot;
using preview::LoadWindow;

constexpr std::int64_t kDaysDefault = 28;
constexpr std::int64_t kItemsMax = 500;
constexpr std::int64_t kItemsDefault = 100;
constexpr std::chrono::seconds kWalkingTime{2};
constexpr std::size_t kTimezoneMax = 64;  // bytes

preview::LoadLimits page_limits() {
  preview::LoadLimits limits;
  const auto until = std::chrono::steady_clock::now() + kWalkingTime;
  limits.is_time_up = [until] { return std::chrono::steady_clock::now() >= until; };
  return limits;
}

// "Europe/London"; complains about what is no zone.
std::string read_zone(Query& query) {
  const std::string zone = query.text("timezone", "UTC");
  const bool known = zone.size() <= kTimezoneMax && Schedule::parse("@daily", {.timezone = zone});
  if (!known) query.complain("timezone", "must be an IANA name such as Europe/London");
  return zone;
}

LocalDate today_in(const std::string& zone) {
  const std::string text = preview::local_text(wall_now(), zone);
  return schedule::parse_local_date(std::string_view(text).substr(0, 10)).value_or(LocalDate{});
}

bool is_in_range(LocalDate date) {
  return date >= model::kCalendarFirst && date <= model::kCalendarLast;
}

LoadWindow read_window(Query& query, std::string_view date_name, int days) {
  LoadWindow window;
  window.timezone = read_zone(query);
  window.days = days;
  const auto date = query.date(date_name);
  if (date && !is_in_range(*date)) {
    query.complain(date_name, "must lie between 1970-01-01 and 2199-12-31");
  }
  window.from = date ? *date : today_in(window.timezone);
  return window;
}

Result<std::string> load_json(Scheduler& scheduler, const LoadWindow& window) {
  const auto load = preview::count_load(scheduler.store(), window, page_limits());
  if (!load) return fail(load.error());
  JsonWriter json;
  json.begin_object().field("timezone", window.timezone).key("days").begin_array();
  for (const preview::LoadDay& day : load->days) {
    json.begin_object().field("date", model::format_date(day.date)).key("hours").begin_array();
    for (const std::uint32_t count : day.hours) json.value(std::uint64_t{count});
    json.end_array().end_object();
  }
  json.end_array().field("tasks", load->tasks).field("shortened", load->shortened).end_object();
  return json.take();
}

Result<net::Response> show_load(const Services& services, LoadCache& cache,
                                const Exchange& exchange) {
  Query query(exchange.request->query, {"from", "days", "timezone"});
  const auto days = query.number("days", 1, preview::kLoadDaysMax, kDaysDefault);
  const LoadWindow window = read_window(query, "from", static_cast<int>(days));
  if (auto checked = query.check(); !checked) return fail(checked.error());
  const std::string key =
      fmt::format("{} {} {}", model::format_date(window.from), window.days, window.timezone);
  auto answer = cache.get(key, [&] { return load_json(services.scheduler, window); });
  if (!answer) return fail(answer.error());
  return json_response(std::move(*answer));
}

std::string list_of(const LoadWindow& window) {
  return fmt::format("due {} {}", model::format_date(window.from), window.timezone);
}

// A cursor is the last item's moment and task: "1766558400000000-17".
std::optional<DueSlot> read_cursor(Query& query, const LoadWindow& window) {
  if (!query.has("cursor")) return std::nullopt;
  const auto text = store::read_cursor(list_of(window), query.text("cursor"));
  if (!text) {
    query.complain("cursor", "is not one of this list, of this day and zone");
    return std::nullopt;
  }
  const char* const end = text->data() + text->size();
  std::int64_t at = 0;
  std::int64_t id = 0;
  const auto first = std::from_chars(text->data(), end, at);
  if (first.ptr != end) std::from_chars(first.ptr + 1, end, id);
  return DueSlot{Instant{Duration{at}}, TaskId{id}, {}};
}

void write_due(JsonWriter& json, const DueSlot& slot, const std::string& timezone) {
  json.begin_object()
      .field("task_id", slot.task_id.value)
      .field("name", slot.name)
      .field("at", slot.at)
      .field("local", preview::local_text(slot.at, timezone))
      .end_object();
}

Result<std::string> day_json(Scheduler& scheduler, const LoadWindow& window,
                             const std::optional<DueSlot>& after, std::size_t limit) {
  const auto due = preview::list_due(scheduler.store(), window, after, limit, page_limits());
  if (!due) return fail(due.error());
  JsonWriter json;
  json.begin_object()
      .field("date", model::format_date(window.from))
      .field("timezone", window.timezone)
      .key("items")
      .begin_array();
  for (const DueSlot& slot : due->slots) write_due(json, slot, window.timezone);
  json.end_array().key("next_cursor");
  if (due->more && !due->slots.empty()) {
    const DueSlot& last = due->slots.back();
    json.value(store::make_cursor(
        list_of(window),
        fmt::format("{}-{}", last.at.time_since_epoch().count(), last.task_id.value)));
  } else {
    json.null();
  }
  json.field("total", due->total).field("shortened", due->shortened).end_object();
  return json.take();
}

Result<net::Response> show_day(const Services& services, LoadCache& cache,
                               const Exchange& exchange) {
  Query query(exchange.request->query, {"date", "timezone", "limit", "cursor"});
  const auto limit = query.number("limit", 1, kItemsMax, kItemsDefault);
  const LoadWindow window = read_window(query, "date", 1);
  const auto after = read_cursor(query, window);
  if (auto checked = query.check(); !checked) return fail(checked.error());
  const std::string key = fmt::format("day {} {} {} {}", model::format_date(window.from),
                                      window.timezone, limit, query.text("cursor"));
  auto answer = cache.get(key, [&] {
    return day_json(services.scheduler, window, after, static_cast<std::size_t>(limit));
  });
  if (!answer) return fail(answer.error());
  return json_response(std::move(*answer));
}

}  // namespace

void add_load_routes(std::vector<Route>& routes, const Services& services) {
  const auto cache = std::make_shared<LoadCache>();
  routes.push_back(
      {"GET", "/api/v1/load", Permission::kView, RunsOn::kHeavyPool,
       [&services, cache](const Exchange& e) { return show_load(services, *cache, e); }});
  routes.push_back(
      {"GET", "/api/v1/load/day", Permission::kView, RunsOn::kHeavyPool,
       [&services, cache](const Exchange& e) { return show_day(services, *cache, e); }});
}

}  // namespace rota::api
