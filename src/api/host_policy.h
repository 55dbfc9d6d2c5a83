// Which Host names may be asked for. A web page from elsewhere can make its own name point to
// 127.0.0.1 and then read what it likes; but the browser still sends that name.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace rota::api {

class HostPolicy {
 public:
  /// localhost, 127.0.0.1 and [::1] are always allowed; `bind` too when it is one address.
  HostPolicy(std::string_view bind, const std::vector<std::string>& names);

  /// `host` as in the Host header, with or without a port.
  bool allows(std::string_view host) const;

 private:
  std::set<std::string, std::less<>> names_;
};

}  // namespace rota::api
