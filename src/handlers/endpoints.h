// Names that a task lists ("payment", "https://example.org/health") and the calls that check or
// warm them. A name has an address when it is one, or when metadata "addresses" gives it one.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "handlers/http_client.h"
#include "handlers/metadata.h"
#include "rota/handler.h"

namespace rota::handlers {

struct Endpoint {
  std::string name;
  std::string url;
};

struct EndpointList {
  std::vector<Endpoint> known;
  std::vector<std::string> without_address;
};

/// Reads a list of names and the object "addresses".
EndpointList read_endpoints(Metadata& metadata, std::string_view field);

struct EndpointAnswer {
  std::string name;
  bool good = false;  ///< A status below 400.
  std::string text;   ///< "payment: status 200 in 12 ms".
};

/// Calls all at once and gives the answers in their order, when the last has come. A stop of the
/// task cancels those on their way. `done` is called once, perhaps before this returns.
void call_endpoints(HttpClient& client, const std::vector<Endpoint>& endpoints, Duration timeout,
                    const std::shared_ptr<TaskContext>& task,
                    std::function<void(std::vector<EndpointAnswer>)> done);

/// "a, b, c"; not cut: secrets in it are not masked yet.
std::string join(const std::vector<std::string>& words);

}  // namespace rota::handlers
