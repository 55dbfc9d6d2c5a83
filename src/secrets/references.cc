#include "secrets/references.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/utf8.h"
#include "json/strict.h"
#include "secrets/vault.h"

namespace rota::secrets {
namespace {

namespace json = boost::json;

Error misplaced(std::string message) {
  return Error{
      ErrorCode::kInvalidArgument, std::move(message), "correct the task's metadata", {}, {}};
}

class Walk {
 public:
  explicit Walk(const Resolver& resolver) : resolver_(resolver) {}

  Result<void> object(json::object& object, std::string_view top) {
    for (auto& item : object) {
      const std::string_view key{item.key().data(), item.key().size()};
      if (names_secrets(key)) {
        return fail(misplaced("a secret may stand in a text of the metadata, not in a name"));
      }
      if (auto done = value(item.value(), top.empty() ? key : top); !done) return done;
    }
    return {};
  }

 private:
  Result<void> value(json::value& value, std::string_view field) {
    if (value.is_object()) return object(value.get_object(), field);
    if (value.is_array()) {
      for (json::value& item : value.get_array()) {
        if (auto done = this->value(item, field); !done) return done;
      }
    }
    return value.is_string() ? text(value.get_string(), field) : Result<void>{};
  }

  Result<void> text(json::string& text, std::string_view field) {
    const std::string_view given{text.data(), text.size()};
    if (!names_secrets(given)) return {};
    if (!resolver_.takes_secret(field)) {
      return fail(misplaced(
          fmt::format("metadata '{}' may not name a secret: others on the machine could see it",
                      base::one_line(field, 60))));
    }
    auto filled = fill(given);
    if (!filled) return fail(filled.error());
    text.assign(filled->data(), filled->size());
    return {};
  }

  // What a secret holds is not looked at again.
  Result<std::string> fill(std::string_view given) {
    std::string out;
    for (;;) {
      const std::size_t at = given.find(kReference);
      out += given.substr(0, at);
      if (at == std::string_view::npos) return out;
      given.remove_prefix(at + kReference.size());
      const std::size_t end = given.find('}');
      const std::string_view name = given.substr(0, end);
      if (end == std::string_view::npos || !check_name(name)) {
        return fail(misplaced(fmt::format("'${{secret:{}' names no secret; write ${{secret:NAME}}",
                                          base::one_line(name, 60))));
      }
      const auto secret = resolver_.reveal(name);
      if (!secret) return fail(secret.error());
      out += *secret;
      given.remove_prefix(end + 1);
    }
  }

  const Resolver& resolver_;
};

}  // namespace

Result<std::string> resolve_references(std::string_view metadata, const Resolver& resolver) {
  auto value = rota::json::parse_strict(metadata);
  if (!value) {
    return fail(misplaced(fmt::format("the metadata {}, so its secrets cannot be filled in",
                                      rota::json::describe(value.error()))));
  }
  if (!value->is_object()) {
    return fail(misplaced("the metadata is not a JSON object, so its secrets cannot be filled in"));
  }
  if (auto done = Walk(resolver).object(value->get_object(), {}); !done) return fail(done.error());
  return json::serialize(*value);
}

}  // namespace rota::secrets
