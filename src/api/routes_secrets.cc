// Secrets that tasks may name: written, never read back. The audit learns names only.
#include <algorithm>

#include "api/codec.h"
#include "api/json_body.h"
#include "api/query.h"
#include "api/routes.h"
#include "secrets/vault.h"

namespace rota::api {
namespace {

Result<secrets::Vault*> vault_of(const Services& services) {
  if (secrets::Vault* const vault = services.scheduler.secrets()) return vault;
  return fail(ErrorCode::kNotFound, "this server keeps no secrets");
}

secrets::Actor actor_of(const Exchange& exchange) {
  return {exchange.who.recorded_as(), exchange.request->remote_address};
}

void write_secret(JsonWriter& json, const store::SealedSecret& secret) {
  json.begin_object()
      .field("name", secret.name)
      .field("created_at", format_utc(secret.created_at))
      .field("updated_at", format_utc(secret.updated_at))
      .field("updated_by", secret.updated_by)
      .key("used_at");
  secret.used_at ? json.value(format_utc(*secret.used_at)) : json.null();
  json.end_object();
}

Result<net::Response> answer_kept(secrets::Vault& vault, const std::string& name) {
  const auto secrets = vault.list();
  if (!secrets) return fail(secrets.error());
  const auto kept = std::ranges::find(*secrets, name, &store::SealedSecret::name);
  if (kept == secrets->end()) return fail(ErrorCode::kNotFound, "somebody has just removed it");
  JsonWriter json;
  write_secret(json, *kept);
  net::Response response = json_response(json.take());
  response.status = 201;
  response.set("Location", "/api/v1/secrets/" + name);
  return response;
}

Result<net::Response> list(const Services& services, const Exchange& exchange) {
  const Query query(exchange.request->query, {});
  if (auto checked = query.check(); !checked) return fail(checked.error());
  const auto vault = vault_of(services);
  if (!vault) return fail(vault.error());
  const auto secrets = (*vault)->list();
  if (!secrets) return fail(secrets.error());
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const store::SealedSecret& secret : *secrets) write_secret(json, secret);
  return json_response(json.end_array().end_object().take());
}

Result<net::Response> add(const Services& services, const Exchange& exchange) {
  auto body = JsonBody::parse(exchange.request->body);
  if (!body) return fail(body.error());
  body->allow_only({"name", "value"});
  const std::string name = body->text("name");
  const std::string value = body->text("value");
  if (auto checked = body->check_with(secrets::check_name(name)); !checked) {
    return fail(checked.error());
  }
  const auto vault = vault_of(services);
  if (!vault) return fail(vault.error());
  if (auto added = (*vault)->add(name, value, actor_of(exchange)); !added) {
    return fail(added.error());
  }
  return answer_kept(**vault, name);
}

Result<net::Response> change(const Services& services, const Exchange& exchange) {
  auto body = JsonBody::parse(exchange.request->body);
  if (!body) return fail(body.error());
  body->allow_only({"value"});
  const std::string value = body->text("value");
  if (auto checked = body->check(); !checked) return fail(checked.error());
  const auto vault = vault_of(services);
  if (!vault) return fail(vault.error());
  auto changed = (*vault)->replace(exchange.params[0], value, actor_of(exchange));
  if (!changed) return fail(changed.error());
  return no_content();
}

Result<net::Response> remove(const Services& services, const Exchange& exchange) {
  const auto vault = vault_of(services);
  if (!vault) return fail(vault.error());
  auto removed = (*vault)->remove(exchange.params[0], actor_of(exchange));
  if (!removed) return fail(removed.error());
  return no_content();
}

}  // namespace

void add_secret_routes(std::vector<Route>& routes, const Services& services) {
  routes.push_back({"GET", "/api/v1/secrets", Permission::kAdmin, RunsOn::kPool,
                    [&services](const Exchange& e) { return list(services, e); }});
  routes.push_back({"POST", "/api/v1/secrets", Permission::kAdmin, RunsOn::kPool,
                    [&services](const Exchange& e) { return add(services, e); }});
  routes.back().asks_password = true;
  routes.push_back({"PUT", "/api/v1/secrets/{name}", Permission::kAdmin, RunsOn::kPool,
                    [&services](const Exchange& e) { return change(services, e); }});
  routes.back().asks_password = true;
  routes.push_back({"DELETE", "/api/v1/secrets/{name}", Permission::kAdmin, RunsOn::kPool,
                    [&services](const Exchange& e) { return remove(services, e); }});
  routes.back().asks_password = true;
}

}  // namespace rota::api
