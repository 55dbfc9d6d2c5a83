// `rota token`: API tokens for programs, straight on the database.
#include <fmt/format.h>

#include "accounts/accounts.h"
#include "cli/commands.h"
#include "cli/database.h"
#include "cli/table.h"
#include "cli/text.h"
#include "store/store.h"

namespace rota::cli {

Result<int> run_command(const TokenListCommand&, const Context& context) {
  auto scheduler = open_database(context);
  if (!scheduler) return fail(scheduler.error());
  const auto tokens = (*scheduler)->store().accounts().list_tokens();
  if (!tokens) return fail(tokens.error());
  if (context.console.json) {
    context.console.out << '[';
    for (std::size_t i = 0; i < tokens->size(); ++i) {
      context.console.out << (i == 0 ? "" : ",") << accounts::describe_token((*tokens)[i]);
    }
    context.console.out << "]\n";
    return 0;
  }
  const auto when = [](const std::optional<Instant>& at) {
    return at ? format_utc(*at) : std::string("never");
  };
  Table table({{.header = "ID", .align = Align::kRight},
               {.header = "NAME", .shrinks = true},
               {.header = "USER", .shrinks = true},
               {.header = "ROLE"},
               {.header = "EXPIRES (UTC)"},
               {.header = "USED (UTC)"}});
  for (const store::ApiToken& token : *tokens) {
    table.add({{std::to_string(token.id.value)},
               {token.name},
               {token.user_name},
               {std::string(store::role_word(token.role))},
               {when(token.expires_at)},
               {when(token.used_at)}});
  }
  table.print(context.console);
  return 0;
}

Result<int> run_command(const TokenAddCommand& command, const Context& context) {
  auto scheduler = open_database(context);
  if (!scheduler) return fail(scheduler.error());
  accounts::Accounts accounts((*scheduler)->store().accounts(), context.clock);
  const auto owner = accounts.store().load_user_by_name(command.user);
  if (!owner) {
    return fail(owner.error().code,
                fmt::format("there is no user named '{}'", escape_text(command.user)),
                "rota user list shows all");
  }
  accounts::NewToken wanted;
  wanted.user_id = owner->id;
  wanted.name = command.name;
  wanted.role = store::find_role(command.role).value_or(store::Role::kView);
  if (command.days > 0) {
    wanted.expires_at = context.clock.now() + std::chrono::hours{24 * command.days};
  }
  const auto made = accounts.add_token(wanted, {context.user, ""});
  if (!made) return fail(made.error());
  if (context.console.json) {
    context.console.out << fmt::format(R"({{"secret":"{}","token":{}}})", made->secret,
                                       accounts::describe_token(made->token))
                        << '\n';
    return 0;
  }
  // The secret alone goes to standard output, so that it can be piped where it belongs.
  context.console.note(fmt::format("token {} of {}; it is shown only now", made->token.id.value,
                                   escape_text(owner->name)));
  context.console.out << made->secret << '\n';
  return 0;
}

Result<int> run_command(const TokenRemoveCommand& command, const Context& context) {
  auto scheduler = open_database(context);
  if (!scheduler) return fail(scheduler.error());
  accounts::Accounts accounts((*scheduler)->store().accounts(), context.clock);
  const auto removed = accounts.remove_token({command.id}, {context.user, ""});
  if (!removed) return fail(removed.error());
  if (context.console.json) {
    context.console.out << fmt::format("{{\"removed\":{}}}\n", command.id);
  } else {
    context.console.out << fmt::format("removed token {}\n", command.id);
  }
  return 0;
}

}  // namespace rota::cli
