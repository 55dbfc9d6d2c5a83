// Checks a task's metadata against its handler's JSON Schema: the part of draft 2020-12 that the
// handlers use (type, properties, required, enum, minimum, maximum, items, additionalProperties),
// with every wrong field named at once, so that a form can say it beside each.
#pragma once

#include <string>
#include <string_view>

#include "rota/result.h"

namespace rota::handlers {

/// kInvalidArgument with one FieldError per wrong value ("metadata.batchSize", "metadata.argv[2]").
/// kInternal when the schema itself is wrong or uses a word that is not checked here.
Result<void> validate_metadata(std::string_view schema, std::string_view metadata);

/// Whether a schema is one that validate_metadata can check, and good enough to make a form from:
/// every property has a title and a description, and its default is valid. Errors: kInternal,
/// naming everything that is missing.
Result<void> check_schema(std::string_view schema);

}  // namespace rota::handlers
