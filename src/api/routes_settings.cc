// What is set for the whole database. Running servers follow a change by themselves.
#include <fmt/format.h>

#include "api/codec.h"
#include "api/json_body.h"
#include "api/query.h"
#include "api/routes.h"
#include "model/settings.h"
#include "store/accounts.h"
#include "store/store.h"

namespace rota::api {
namespace {

using model::NumberSetting;
using store::SettingChange;

constexpr std::string_view kCalendarMeaning = "The calendar of tasks that name none";

void write_number(JsonWriter& json, const NumberSetting& setting, std::int64_t value) {
  json.begin_object()
      .field("name", setting.name)
      .field("value", value)
      .field("default", setting.otherwise)
      .field("meaning", setting.meaning)
      .field("min", setting.low)
      .field("max", setting.high)
      .field("unit", setting.unit)
      .end_object();
}

Result<std::string> settings_json(store::Store& store) {
  const auto followed = store.default_calendar();
  if (!followed && followed.error().code != ErrorCode::kNotFound) return fail(followed.error());
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  json.begin_object()
      .field("name", model::kDefaultCalendarSetting)
      .field("value", followed ? followed->name : "")
      .field("default", kDefaultCalendar)
      .field("meaning", kCalendarMeaning)
      .end_object();
  for (const NumberSetting& setting : model::number_settings()) {
    const auto text = store.load_setting(setting.name);
    if (!text) return fail(text.error());
    const auto value = *text ? model::read_setting(setting, **text) : std::nullopt;
    write_number(json, setting, value.value_or(setting.otherwise));
  }
  json.end_array().end_object();
  return json.take();
}

Result<net::Response> list(const Services& services, const Exchange& exchange) {
  const Query query(exchange.request->query, {});
  if (auto checked = query.check(); !checked) return fail(checked.error());
  auto text = settings_json(services.scheduler.store());
  if (!text) return fail(text.error());
  return json_response(std::move(*text));
}

struct WantedSettings {
  std::vector<SettingChange> numbers;
  std::optional<Calendar> default_calendar;
};

Result<void> read_calendar(JsonBody& body, store::Store& store, WantedSettings& wanted) {
  const auto name = model::kDefaultCalendarSetting;
  const bool is_back = body.is_null(name);
  const auto view = store.load_calendar_by_name(is_back ? kDefaultCalendar : body.text(name));
  if (view) {
    wanted.default_calendar = view->calendar;
    return {};
  }
  if (view.error().code != ErrorCode::kNotFound) return fail(view.error());
  body.complain(name, "must be the name of a calendar");
  return {};
}

// null takes a setting back to its default.
Result<WantedSettings> read_settings(JsonBody& body, store::Store& store) {
  WantedSettings wanted;
  for (const auto& item : body.object()) {
    const std::string name(item.key());
    if (name == model::kDefaultCalendarSetting) {
      if (auto read = read_calendar(body, store, wanted); !read) return fail(read.error());
    } else if (const NumberSetting* const setting = model::find_number_setting(name)) {
      SettingChange change{name, std::nullopt};
      if (!body.is_null(name)) {
        const auto value = body.number(name, setting->low, setting->high, setting->otherwise);
        change.value = std::to_string(value);
      }
      wanted.numbers.push_back(std::move(change));
    } else {
      body.complain(name.substr(0, 40), "is not a setting; GET /api/v1/settings lists them");
    }
  }
  if (body.object().empty()) body.complain("body", "names no setting to change");
  if (auto checked = body.check(); !checked) return fail(checked.error());
  return wanted;
}

// Before and after as {"keep_runs_days": 30, ...} of those that were named.
std::string named_values(const JsonBody& body, store::Store& store) {
  JsonWriter json;
  json.begin_object();
  for (const auto& item : body.object()) {
    const auto value = store.load_setting(item.key());
    if (value) json.field(std::string_view(item.key()), *value);
  }
  return json.end_object().take();
}

Result<net::Response> change(const Services& services, const Exchange& exchange) {
  auto body = JsonBody::parse(exchange.request->body);
  if (!body) return fail(body.error());
  store::Store& store = services.scheduler.store();
  const auto wanted = read_settings(*body, store);
  if (!wanted) return fail(wanted.error());
  const std::string before = named_values(*body, store);
  if (wanted->default_calendar) {
    const auto set =
        store.set_default_calendar(wanted->default_calendar->id, exchange.who.recorded_as());
    if (!set) return fail(set.error());
  }
  const auto saved = store.accounts().save_settings(
      wanted->numbers, {exchange.who.recorded_as(), exchange.request->remote_address,
                        "settings.change", "settings", before, exchange.request->body});
  if (!saved) return fail(saved.error());
  auto text = settings_json(store);
  if (!text) return fail(text.error());
  return json_response(std::move(*text));
}

}  // namespace

void add_setting_routes(std::vector<Route>& routes, const Services& services) {
  routes.push_back({"GET", "/api/v1/settings", Permission::kView, RunsOn::kPool,
                    [&services](const Exchange& e) { return list(services, e); }});
  routes.push_back({"PATCH", "/api/v1/settings", Permission::kAdmin, RunsOn::kPool,
                    [&services](const Exchange& e) { return change(services, e); }});
}

}  // namespace rota::api
