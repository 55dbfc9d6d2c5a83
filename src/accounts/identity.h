// Who asks, as the rest of the server sees it.
#pragma once

#include <string>

#include "store/accounts.h"

namespace rota::accounts {

using store::Role;

struct Identity {
  enum class Proof { kSession, kToken, kThisMachine };

  Proof proof = Proof::kThisMachine;
  store::UserId user_id;  ///< Not set for kThisMachine.
  std::string name;       ///< Of the user.
  Role role = Role::kView;
  std::string session_hash;  ///< Of kSession.
  std::string csrf;          ///< Of kSession: what changes must bring along.
  Instant proved_at{};       ///< Of kSession: when the password was last given.
  store::TokenId token_id;   ///< Of kToken.
  std::string token_name;

  /// For the record: "ann", "ann (token backup)", "this machine".
  std::string recorded_as() const {
    if (proof == Proof::kThisMachine) return "this machine";
    return proof == Proof::kToken ? name + " (token " + token_name + ")" : name;
  }
};

/// Where a request came from.
struct Origin {
  std::string address;
  std::string agent;   ///< What the browser calls itself; cut to 200 bytes.
  std::string device;  ///< What an earlier sign-in left behind; empty: none.
};

/// Who makes a change, for the audit.
struct Actor {
  std::string who;
  std::string address;
};

}  // namespace rota::accounts
