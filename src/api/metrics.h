// The figures of engine and server in Prometheus' text format.
#pragma once

#include <optional>
#include <string>

#include "net/http_server.h"
#include "rota/scheduler.h"

namespace rota::api {

/// Version 0.0.4 of the format. Written by hand: the numbers are kept elsewhere already, and a
/// client library's registry only takes counters that it counts itself.
/// `overrunning`: tasks whose runs take longer than their period; none: it could not be asked.
std::string write_metrics(const EngineStatus& status, std::optional<std::size_t> overrunning,
                          const net::HttpServerCounters& http, std::size_t event_listeners);

}  // namespace rota::api
