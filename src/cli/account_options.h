// `rota user`, `rota token`, `rota secret` and `rota audit` as the parser sees them. Only for the
// one file that sees CLI11.
#pragma once

#include <CLI/CLI.hpp>

#include "cli/invocation.h"

namespace rota::cli {

struct AccountCommands {
  UserListCommand user_list;
  UserAddCommand user_add;
  UserRemoveCommand user_remove;
  UserPasswordCommand user_password;
  UserRoleCommand user_role;
  TokenListCommand token_list;
  TokenAddCommand token_add;
  TokenRemoveCommand token_remove;
  SecretListCommand secret_list;
  SecretAddCommand secret_add;
  SecretRemoveCommand secret_remove;
  SecretRotateKeyCommand secret_rotate_key;
  AuditVerifyCommand audit_verify;
  AuditExportCommand audit_export;
  AuditPruneCommand audit_prune;
  AuditAcceptCommand audit_accept;
};

/// `leaf(parent, name, help, target)` adds a command whose options go to `target`.
template <class Leaf>
void add_user_options(CLI::App& users, AccountCommands& commands, const Leaf& leaf) {
  const CLI::IsMember roles({"view", "run", "edit", "admin"});
  leaf(users, "list", "List users", commands.user_list);
  CLI::App& add = leaf(users, "add", "Add a user; the password is asked for, or read from input",
                       commands.user_add);
  add.add_option("NAME", commands.user_add.name, "What to sign in with")->required();
  add.add_option("--role", commands.user_add.role, "view, run, edit or admin (default view)")
      ->type_name("ROLE")
      ->check(roles);
  CLI::App& remove =
      leaf(users, "remove", "Remove a user, their sessions and their tokens", commands.user_remove);
  remove.add_option("NAME", commands.user_remove.name, "The user")->required();
  remove.add_flag("--yes,-y", commands.user_remove.yes, "Do not ask");
  CLI::App& password = leaf(users, "password", "Set a new password and end the user's sessions",
                            commands.user_password);
  password.add_option("NAME", commands.user_password.name, "The user")->required();
  password.add_flag("--end-tokens", commands.user_password.end_tokens,
                    "Remove the user's API tokens too");
  CLI::App& role = leaf(users, "role", "Change what a user may do", commands.user_role);
  role.add_option("NAME", commands.user_role.name, "The user")->required();
  role.add_option("ROLE", commands.user_role.role, "view, run, edit or admin")
      ->required()
      ->check(roles);
}

template <class Leaf>
void add_token_options(CLI::App& tokens, AccountCommands& commands, const Leaf& leaf) {
  const CLI::IsMember roles({"view", "run", "edit", "admin"});
  leaf(tokens, "list", "List tokens", commands.token_list);
  CLI::App& add = leaf(tokens, "add", "Make a token; it is shown once", commands.token_add);
  add.add_option("NAME", commands.token_add.name, "What it is for")->required();
  add.add_option("--user", commands.token_add.user, "Whose it is")->type_name("NAME")->required();
  add.add_option("--role", commands.token_add.role, "At most this (default view)")
      ->type_name("ROLE")
      ->check(roles);
  add.add_option("--days", commands.token_add.days, "Expires after so many (default 90; 0: never)")
      ->type_name("DAYS")
      ->check(CLI::Range(0, 3650));
  CLI::App& remove =
      leaf(tokens, "remove", "Remove a token; it works no more", commands.token_remove);
  remove.add_option("ID", commands.token_remove.id, "Its id, as in rota token list")->required();
}

template <class Leaf>
void add_secret_options(CLI::App& secrets, AccountCommands& commands, const Leaf& leaf) {
  leaf(secrets, "list", "List secrets, never their values", commands.secret_list);
  CLI::App& add =
      leaf(secrets, "add", "Keep a secret; its value is asked for, or read from input (all of it)",
           commands.secret_add);
  add.add_option("NAME", commands.secret_add.name, "As in ${secret:NAME}: a-z, 0-9, '_' and '-'")
      ->required();
  add.add_flag("--replace", commands.secret_add.replace, "Give one that is there a new value");
  CLI::App& remove =
      leaf(secrets, "remove", "Forget a secret; tasks that name it fail", commands.secret_remove);
  remove.add_option("NAME", commands.secret_remove.name, "The secret")->required();
  remove.add_flag("--yes,-y", commands.secret_remove.yes, "Do not ask");
  leaf(secrets, "rotate-key", "Seal all secrets with a new key and forget the old one",
       commands.secret_rotate_key);
}

template <class Leaf>
void add_audit_options(CLI::App& audit, AccountCommands& commands, const Leaf& leaf) {
  CLI::App& verify = leaf(audit, "verify", "Look whether rows were changed, taken out or cut off",
                          commands.audit_verify);
  verify
      .add_option("--head", commands.audit_verify.heads,
                  "Must also hold this row, as the log or an export named it; may be repeated")
      ->type_name("SEQ:HASH")
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  CLI::App& out = leaf(audit, "export", "Write all rows as lines of JSON", commands.audit_export);
  out.add_option("--output", commands.audit_export.file, "A new file (default: standard output)")
      ->type_name("FILE");
  CLI::App& prune = leaf(audit, "prune", "Remove rows from before a time, behind a signed row",
                         commands.audit_prune);
  prune.add_option("--before", commands.audit_prune.before, "A date, or a time in RFC 3339")
      ->type_name("TIME")
      ->required();
  prune.add_option("--export", commands.audit_prune.file, "Write these rows to a new file first")
      ->type_name("FILE");
  prune.add_flag("--yes,-y", commands.audit_prune.yes, "Do not ask");
  CLI::App& accept =
      leaf(audit, "accept", "Take the audit as it is now for good, as after a backup was put back",
           commands.audit_accept);
  accept.add_flag("--yes,-y", commands.audit_accept.yes, "Do not ask");
}

}  // namespace rota::cli
