// `rota secret`: what tasks may name as ${secret:NAME}, straight on the database. A value never
// stands on the command line, where the shell and /proc would keep it.
#include <fmt/format.h>

#include "api/json_writer.h"
#include "base/wipe.h"
#include "cli/commands.h"
#include "cli/database.h"
#include "cli/password_input.h"
#include "cli/table.h"
#include "cli/text.h"
#include "secrets/vault.h"

namespace rota::cli {
namespace {

std::string describe(const store::SealedSecret& secret) {
  api::JsonWriter json;
  json.begin_object()
      .field("name", secret.name)
      .field("created_at", format_utc(secret.created_at))
      .field("updated_at", format_utc(secret.updated_at))
      .field("updated_by", secret.updated_by)
      .key("used_at");
  secret.used_at ? json.value(format_utc(*secret.used_at)) : json.null();
  return json.end_object().take();
}

// One line for people, or {"<verb>":"<name>"}.
int say(const Context& context, std::string_view verb, std::string_view name) {
  context.console.out << (context.console.json ? fmt::format("{{\"{}\":\"{}\"}}\n", verb, name)
                                               : fmt::format("{} secret {}\n", verb, name));
  return 0;
}

Result<bool> confirm(const Context& context, const std::string& name) {
  if (!context.console.interactive || context.console.json) {
    return fail(ErrorCode::kInvalidArgument, "nobody can be asked here", "say --yes");
  }
  context.console.err << fmt::format("Forget the secret {}? Tasks that name it will fail. [y/N] ",
                                     escape_text(name));
  context.console.err.flush();
  std::string answer;
  std::getline(context.console.in, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

}  // namespace

Result<int> run_command(const SecretListCommand&, const Context& context) {
  auto scheduler = open_database(context);
  if (!scheduler) return fail(scheduler.error());
  const auto secrets = (*scheduler)->secrets()->list();
  if (!secrets) return fail(secrets.error());
  if (context.console.json) {
    context.console.out << '[';
    for (std::size_t i = 0; i < secrets->size(); ++i) {
      context.console.out << (i == 0 ? "" : ",") << describe((*secrets)[i]);
    }
    context.console.out << "]\n";
    return 0;
  }
  Table table({{.header = "NAME", .shrinks = true},
               {.header = "CHANGED (UTC)"},
               {.header = "BY", .shrinks = true},
               {.header = "USED (UTC)"}});
  for (const store::SealedSecret& secret : *secrets) {
    table.add({{secret.name},
               {format_utc(secret.updated_at)},
               {secret.updated_by},
               {secret.used_at ? format_utc(*secret.used_at) : "never"}});
  }
  table.print(context.console);
  return 0;
}

Result<int> run_command(const SecretAddCommand& command, const Context& context) {
  if (auto good = secrets::check_name(command.name); !good) return fail(good.error());
  auto scheduler = open_database(context);
  if (!scheduler) return fail(scheduler.error());
  auto value = read_new_secret(context);
  if (!value) return fail(value.error());
  const base::WipeAtEnd wiped(*value);
  secrets::Vault& vault = *(*scheduler)->secrets();
  const secrets::Actor actor{context.user, ""};
  const auto done = command.replace ? vault.replace(command.name, *value, actor)
                                    : vault.add(command.name, *value, actor);
  if (!done) return fail(done.error());
  return say(context, command.replace ? "changed" : "added", command.name);
}

Result<int> run_command(const SecretRemoveCommand& command, const Context& context) {
  if (auto good = secrets::check_name(command.name); !good) return fail(good.error());
  auto scheduler = open_database(context);
  if (!scheduler) return fail(scheduler.error());
  if (!command.yes) {
    const auto sure = confirm(context, command.name);
    if (!sure) return fail(sure.error());
    if (!*sure) return fail(ErrorCode::kCancelled, "nothing was removed");
  }
  const auto removed = (*scheduler)->secrets()->remove(command.name, {context.user, ""});
  if (!removed) return fail(removed.error());
  return say(context, "removed", command.name);
}

Result<int> run_command(const SecretRotateKeyCommand&, const Context& context) {
  auto scheduler = open_database(context);
  if (!scheduler) return fail(scheduler.error());
  secrets::Vault& vault = *(*scheduler)->secrets();
  const auto count = vault.rotate_key({context.user, ""});
  if (!count) return fail(count.error());
  context.console.out << (context.console.json
                              ? fmt::format("{{\"resealed\":{}}}\n", *count)
                              : fmt::format("sealed {} secrets with a new key in {}\n", *count,
                                            escape_text(vault.key_file())));
  return 0;
}

}  // namespace rota::cli
