// What a change would do, as JSON: the same over HTTP and from `--dry-run --json`.
#pragma once

#include <string>

#include "api/json_writer.h"
#include "preview/calendar_change.h"

namespace rota::api {

/// The members of the object, without its brackets.
void write_preview_fields(JsonWriter& json, const preview::CalendarPreview& found);
std::string write_preview(const preview::CalendarPreview& found);

/// The bounds of one preview that somebody waits for before a page.
preview::PreviewLimits page_preview_limits();

}  // namespace rota::api
