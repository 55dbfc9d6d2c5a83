// GET /api/v1/events: the stream of what changes.
#include "api/holders.h"
#include "api/problem.h"
#include "api/routes.h"
#include "api/security_headers.h"

namespace rota::api {
namespace {

net::Response stream_head() {
  net::Response head;
  head.set("Content-Type", "text/event-stream");
  head.set("Cache-Control", "no-store");
  head.set("X-Accel-Buffering", "no");  // nginx would hold the messages back
  add_security_headers(head);
  return head;
}

void listen(const Services& services, const Exchange& exchange,
            const std::shared_ptr<net::Responder>& answer) {
  const auto may_stay = [&gate = services.gate, request = exchange.request] {
    const auto who = gate.identify(*request, accounts::Accounts::Use::kLook);
    // A database that does not answer for a moment sends nobody away.
    return who || who.error().code != ErrorCode::kUnauthenticated;
  };
  const std::string_view seen = exchange.request->header("last-event-id");
  const std::string holder = holder_of(exchange.who, *exchange.request);
  const auto verdict = services.events.listen(holder, seen, answer, stream_head(), may_stay);
  if (verdict == EventHub::Verdict::kListens) return;
  const bool own = verdict == EventHub::Verdict::kHolderFull;
  net::Response busy =
      busy_problem(own ? 429 : 503,
                   own ? "too many of your pages listen already" : "too many pages listen already",
                   "close some, or try later",
                   std::chrono::ceil<std::chrono::seconds>(services.events.heartbeat()));
  add_security_headers(busy);
  answer->send(std::move(busy));
}

}  // namespace

void add_event_routes(std::vector<Route>& routes, const Services& services) {
  Route route{"GET", "/api/v1/events", Permission::kView, RunsOn::kLoop, nullptr};
  route.stream = [&services](const Exchange& exchange, const auto& answer) {
    listen(services, exchange, answer);
  };
  routes.push_back(std::move(route));
}

}  // namespace rota::api
