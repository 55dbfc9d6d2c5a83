#include "secrets/references.h"

#include <fmt/format.h>

#include <array>
#include <boost/json.hpp>
#include <cstring>

#include "base/utf8.h"
#include "base/wipe.h"
#include "base/wiping_storage.h"
#include "json/strict.h"
#include "secrets/vault.h"

namespace rota::secrets {
namespace {

namespace json = boost::json;

Error misplaced(std::string message) {
  return Error{
      ErrorCode::kInvalidArgument, std::move(message), "correct the task's metadata", {}, {}};
}

constexpr std::size_t kRoomForSecrets = 16 * 1024;  // more may be copied as the text grows

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
    const base::WipeAtEnd wiped(*filled);
    text.assign(filled->data(), filled->size());
    return {};
  }

  // What grows would leave a copy behind.
  static void append(std::string& out, std::string_view more) {
    if (out.size() + more.size() > out.capacity()) {
      std::string larger;
      larger.reserve(2 * (out.size() + more.size()));
      larger += out;
      out.swap(larger);
      base::wipe(larger);
    }
    out += more;
  }

  // What a secret holds is not looked at again.
  Result<std::string> fill(std::string_view given) {
    std::string out;
    for (;;) {
      const std::size_t at = given.find(kReference);
      append(out, given.substr(0, at));
      if (at == std::string_view::npos) return out;
      given.remove_prefix(at + kReference.size());
      const std::size_t end = given.find('}');
      const std::string_view name = given.substr(0, end);
      if (end == std::string_view::npos || !check_name(name)) {
        return fail(misplaced(fmt::format("'${{secret:{}' names no secret; write ${{secret:NAME}}",
                                          base::one_line(name, 60))));
      }
      auto secret = resolver_.reveal(name);
      if (!secret) return fail(secret.error());
      const base::WipeAtEnd wiped(*secret);
      append(out, *secret);
      given.remove_prefix(end + 1);
    }
  }

  const Resolver& resolver_;
};

// Into room that is large enough from the start, and without a buffer that keeps a part.
std::string serialized(const json::value& value, std::size_t size_before) {
  std::string text;
  text.reserve(size_before + kRoomForSecrets);
  std::array<char, 4096> piece{};
  json::serializer serializer;
  serializer.reset(&value);
  while (!serializer.done()) {
    const json::string_view part = serializer.read(piece.data(), piece.size());
    text.append(part.data(), part.size());
  }
  ::explicit_bzero(piece.data(), piece.size());
  return text;
}

}  // namespace

Result<std::string> resolve_references(std::string_view metadata, const Resolver& resolver) {
  auto value = rota::json::parse_strict(metadata, rota::json::kDepthMax, base::wiping_storage());
  if (!value) {
    return fail(misplaced(fmt::format("the metadata {}, so its secrets cannot be filled in",
                                      rota::json::describe(value.error()))));
  }
  if (!value->is_object()) {
    return fail(misplaced("the metadata is not a JSON object, so its secrets cannot be filled in"));
  }
  if (auto done = Walk(resolver).object(value->get_object(), {}); !done) return fail(done.error());
  return serialized(*value, metadata.size());
}

}  // namespace rota::secrets
