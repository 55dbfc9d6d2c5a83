// Which answer belongs to which method and path. All routes stand in one table with the permission
// that each needs, so that a test can hold every route against every role.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "accounts/identity.h"
#include "accounts/turn_queue.h"
#include "net/http_server.h"
#include "rota/result.h"

namespace rota::api {

/// What somebody must be allowed to do. Every route names one; there is no default.
enum class Permission { kPublic, kView, kRun, kEdit, kAdmin };

/// Where a handler runs: on the event loop when it never waits, else on the pool; what hashes
/// passwords, and what computes long or waits for other servers, on threads of their own, so that
/// others need not wait for it.
enum class RunsOn { kLoop, kPool, kSlowPool, kHeavyPool };

/// One request on its way to its answer.
struct Exchange {
  std::shared_ptr<const net::Request> request;
  std::vector<std::string_view> params;  ///< What the {braces} stood for; views into the request.
  accounts::Identity who = {};           ///< Set by the gate; of no meaning on public routes.
};

using Answer = std::function<Result<net::Response>(const Exchange&)>;
using StreamAnswer = std::function<void(const Exchange&, std::shared_ptr<net::Responder>)>;

/// What is left to do of an answer once it has its turn to hash a password.
struct Turn {
  accounts::Place place;
  std::function<Result<net::Response>()> work;
  std::function<void()> abandon;  ///< There is no turn for it; may be empty.
};
/// What a route of kSlowPool finds out before it waits: an answer already, or a turn to wait for.
using Prepare = std::function<Result<std::variant<net::Response, Turn>>(const Exchange&)>;

struct Route {
  std::string_view method;   ///< "GET" answers HEAD as well.
  std::string_view pattern;  ///< "/api/v1/tasks/{id}".
  Permission permission;
  RunsOn runs_on;
  Answer answer;
  StreamAnswer stream = nullptr;                    ///< Instead of `answer`, for what never ends.
  std::string_view body_type = "application/json";  ///< The one Content-Type that it takes.
  bool takes_large_body = false;                    ///< net::HttpLimits::large_body_bytes_max.
  Prepare prepare = nullptr;    ///< Of kSlowPool, instead of `answer`; else who asks takes turns.
  bool asks_password = false;   ///< Over a session only shortly after the password was given.
  bool refuses_tokens = false;  ///< Only for people: what a token makes could outlive it.
};

class Router {
 public:
  explicit Router(std::vector<Route> routes) : routes_(std::move(routes)) {}

  struct Match {
    const Route* route = nullptr;
    std::vector<std::string_view> params;
    std::string allow;  ///< For a path that exists with other methods: what to answer 405 with.
  };
  /// A route, or none; then `allow` says whether the path exists at all.
  Match find(std::string_view method, std::string_view path) const;

  std::span<const Route> routes() const { return routes_; }

 private:
  std::vector<Route> routes_;
};

/// The positive number in a path; kNotFound when it is none.
Result<std::int64_t> parse_path_id(std::string_view text, std::string_view what);

}  // namespace rota::api
