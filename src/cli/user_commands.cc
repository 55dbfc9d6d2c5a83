// `rota user`: people who may sign in, straight on the database. A running server follows within
// seconds.
#include <fmt/format.h>

#include "accounts/accounts.h"
#include "accounts/names.h"
#include "base/wipe.h"
#include "cli/commands.h"
#include "cli/database.h"
#include "cli/password_input.h"
#include "cli/table.h"
#include "cli/text.h"
#include "store/store.h"

namespace rota::cli {
namespace {

using accounts::Accounts;

// The database and the rules over it.
struct Opened {
  std::unique_ptr<Scheduler> scheduler;
  std::unique_ptr<Accounts> accounts;
};

Result<Opened> open_accounts(const Context& context) {
  auto scheduler = open_database(context);
  if (!scheduler) return fail(scheduler.error());
  auto accounts = std::make_unique<Accounts>((*scheduler)->store().accounts(), context.clock);
  return Opened{std::move(*scheduler), std::move(accounts)};
}

Result<store::User> find_user(Accounts& accounts, const std::string& name) {
  auto user = accounts.store().load_user_by_name(name);
  if (user || user.error().code != ErrorCode::kNotFound) return user;
  return fail(ErrorCode::kNotFound, fmt::format("there is no user named '{}'", escape_text(name)),
              "rota user list shows all");
}

Result<int> answer(const Context& context, const store::User& user, std::string_view done) {
  if (context.console.json) {
    context.console.out << accounts::describe_user(user) << '\n';
  } else {
    context.console.out << fmt::format("{} user {}: {}, {}\n", done, user.id.value,
                                       escape_text(user.name), store::role_word(user.role));
  }
  return 0;
}

Result<void> confirm(const UserRemoveCommand& command, const Context& context) {
  if (command.yes) return {};
  if (!context.console.interactive || context.console.json) {
    return fail(ErrorCode::kInvalidArgument, "removing a user must be confirmed",
                "add --yes when no one can be asked");
  }
  context.console.err << fmt::format("Remove user '{}' with all sessions and tokens? [y/N] ",
                                     escape_text(command.name));
  context.console.err.flush();
  std::string typed;
  std::getline(context.console.in, typed);
  if (typed == "y" || typed == "Y" || typed == "yes") return {};
  return fail(ErrorCode::kCancelled, "nothing was removed");
}

Result<int> change(const Context& context, const std::string& name,
                   const accounts::UserChange& wanted, std::string_view done) {
  auto opened = open_accounts(context);
  if (!opened) return fail(opened.error());
  const auto user = find_user(*opened->accounts, name);
  if (!user) return fail(user.error());
  const auto changed = opened->accounts->change_user(user->id, wanted, {context.user, ""});
  if (!changed) return fail(changed.error());
  return answer(context, *changed, done);
}

// Tokens outlive a password: whoever changes one because somebody else knows it should hear of
// them.
void note_tokens(const Context& context, const std::string& name) {
  auto scheduler = open_database(context);
  if (!scheduler) return;
  const auto tokens = (*scheduler)->store().accounts().list_tokens();
  if (!tokens) return;
  std::string listed;
  for (const store::ApiToken& token : *tokens) {
    if (accounts::fold_case(token.user_name) != accounts::fold_case(name)) continue;
    listed += fmt::format("{}{} ({})", listed.empty() ? "" : ", ", escape_text(token.name),
                          token.id.value);
  }
  if (listed.empty()) return;
  context.console.note(fmt::format(
      "these tokens still work: {}; --end-tokens removes them with the password", listed));
}

}  // namespace

Result<int> run_command(const UserListCommand&, const Context& context) {
  auto opened = open_accounts(context);
  if (!opened) return fail(opened.error());
  const auto users = opened->accounts->store().list_users();
  if (!users) return fail(users.error());
  if (context.console.json) {
    context.console.out << '[';
    for (std::size_t i = 0; i < users->size(); ++i) {
      context.console.out << (i == 0 ? "" : ",") << accounts::describe_user((*users)[i]);
    }
    context.console.out << "]\n";
    return 0;
  }
  Table table({{.header = "ID", .align = Align::kRight},
               {.header = "NAME", .shrinks = true},
               {.header = "ROLE"},
               {.header = "SIGNED IN (UTC)"}});
  for (const store::User& user : *users) {
    table.add({{std::to_string(user.id.value)},
               {user.name},
               {std::string(store::role_word(user.role))},
               {user.signed_in_at ? format_utc(*user.signed_in_at) : "never"}});
  }
  table.print(context.console);
  return 0;
}

Result<int> run_command(const UserAddCommand& command, const Context& context) {
  auto opened = open_accounts(context);
  if (!opened) return fail(opened.error());
  if (auto fits = accounts::check_name(command.name); !fits) return fail(fits.error());
  auto password = read_new_password(context);
  if (!password) return fail(password.error());
  const base::WipeAtEnd wiped(*password);
  const auto role = store::find_role(command.role).value_or(store::Role::kView);
  const auto user = opened->accounts->add_user({command.name, role, *password}, {context.user, ""});
  if (!user) return fail(user.error());
  return answer(context, *user, "added");
}

Result<int> run_command(const UserRemoveCommand& command, const Context& context) {
  auto opened = open_accounts(context);
  if (!opened) return fail(opened.error());
  const auto user = find_user(*opened->accounts, command.name);
  if (!user) return fail(user.error());
  if (auto confirmed = confirm(command, context); !confirmed) return fail(confirmed.error());
  const auto removed = opened->accounts->remove_user(user->id, {context.user, ""});
  if (!removed) return fail(removed.error());
  return answer(context, *user, "removed");
}

Result<int> run_command(const UserPasswordCommand& command, const Context& context) {
  auto password = read_new_password(context);
  if (!password) return fail(password.error());
  const base::WipeAtEnd wiped(*password);
  accounts::UserChange wanted;
  wanted.password = *password;
  if (command.end_tokens) wanted.end_tokens = store::EndTokens::kYes;
  auto done = change(context, command.name, wanted, "new password for");
  if (done && !command.end_tokens) note_tokens(context, command.name);
  return done;
}

Result<int> run_command(const UserRoleCommand& command, const Context& context) {
  accounts::UserChange wanted;
  wanted.role = store::find_role(command.role);
  return change(context, command.name, wanted, "changed");
}

}  // namespace rota::cli
