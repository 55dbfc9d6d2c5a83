#include "rota/result.h"

#include <array>
#include <cstddef>

namespace rota {
namespace {

// In the order of ErrorCode. Exit codes: 1 the work failed, 2 wrong usage, 3.. one per kind.
constexpr std::array<ErrorTraits, 20> kTraits{{
    {"invalid_argument", 422, 2, false},
    {"not_found", 404, 3, false},
    {"already_exists", 409, 4, false},
    {"version_conflict", 412, 5, false},
    {"unauthenticated", 401, 6, false},
    {"permission_denied", 403, 7, false},
    {"not_allowed_here", 403, 8, false},
    {"busy", 503, 9, true},
    {"unavailable", 503, 10, true},
    {"read_only", 503, 11, false},
    {"storage_full", 507, 12, true},
    {"corrupt", 500, 13, false},
    {"schema_too_new", 500, 14, false},
    {"stale", 409, 15, false},
    {"timeout", 504, 16, true},
    {"cancelled", 499, 17, false},
    {"limit_exceeded", 413, 18, false},
    {"failed", 500, 1, true},
    {"io", 500, 19, true},
    {"internal", 500, 70, false},
}};
static_assert(kTraits.size() == static_cast<std::size_t>(ErrorCode::kInternal) + 1,
              "every ErrorCode has a line in the table");

}  // namespace

const ErrorTraits& error_traits(ErrorCode code) { return kTraits[static_cast<std::size_t>(code)]; }

}  // namespace rota
