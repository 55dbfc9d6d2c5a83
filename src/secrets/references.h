// Texts of a task's metadata that name secrets: "Bearer ${secret:api_key}".
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "rota/result.h"

namespace rota::secrets {

inline constexpr std::string_view kReference = "${secret:";

/// Whether there is anything to do. All that a run without secrets pays.
inline bool names_secrets(std::string_view metadata) {
  return metadata.find(kReference) != std::string_view::npos;
}

struct Resolver {
  /// Whether texts below this field may name secrets.
  std::function<bool(std::string_view field)> takes_secret;
  std::function<Result<std::string>(std::string_view name)> reveal;
};

/// The metadata with every reference replaced by its secret. kInvalidArgument for a reference where
/// none may stand or that is none; else the error of `reveal`.
Result<std::string> resolve_references(std::string_view metadata, const Resolver& resolver);

}  // namespace rota::secrets
