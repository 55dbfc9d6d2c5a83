// Typed access to the metadata for handlers in an application of one's own.
#include "base/log.h"
#include "base/mask.h"
#include "handlers/metadata.h"
#include "rota/handler.h"

namespace rota {
namespace {

using handlers::Metadata;

// Reads one field; anything wrong in it (or in the metadata as a whole) is the error.
template <class Read>
auto read_field(const TaskContext& task, Read read)
    -> Result<std::invoke_result_t<Read, Metadata&>> {
  Metadata metadata(task);
  auto value = read(metadata);
  if (auto good = metadata.check(); !good) return fail(std::move(good.error()));
  return value;
}

}  // namespace

Result<std::string> TaskContext::secret(std::string_view) {
  return fail(ErrorCode::kUnavailable, "this server keeps no secrets");
}

std::shared_ptr<const base::Mask> TaskContext::mask() const { return nullptr; }

const base::Logger& TaskContext::logger() const {
  static const base::Logger silent;
  return silent;
}

Result<std::string> TaskContext::metadata_string(std::string_view field,
                                                 std::string_view otherwise) const {
  return read_field(*this, [&](Metadata& m) { return m.string(field, otherwise); });
}

Result<std::int64_t> TaskContext::metadata_int(std::string_view field,
                                               std::int64_t otherwise) const {
  return read_field(*this, [&](Metadata& m) { return m.integer(field, otherwise); });
}

Result<double> TaskContext::metadata_number(std::string_view field, double otherwise) const {
  return read_field(*this, [&](Metadata& m) { return m.number(field, otherwise); });
}

Result<bool> TaskContext::metadata_bool(std::string_view field, bool otherwise) const {
  return read_field(*this, [&](Metadata& m) { return m.boolean(field, otherwise); });
}

Result<std::vector<std::string>> TaskContext::metadata_strings(std::string_view field) const {
  return read_field(*this, [&](Metadata& m) { return m.strings(field); });
}

}  // namespace rota
