// Any bytes as the body of a request that makes a task: never a crash; what is taken as right can
// be written out and read back, and is the same then.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "api/codec.h"
#include "api/task_body.h"

namespace {

std::string written(const rota::Task& task) {
  rota::api::JsonWriter json;
  rota::api::write_task_fields(json, task);
  return json.take();
}

// None: refused, with at least one complaint.
bool read(std::string_view text, rota::Task& task) {
  auto body = rota::api::JsonBody::parse(text);
  if (!body) return false;
  rota::api::read_task_fields(*body, task);
  if (const auto checked = body->check(); !checked) {
    if (checked.error().fields.empty()) std::abort();
    return false;
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  rota::Task task;
  if (!read({reinterpret_cast<const char*>(data), size}, task)) return 0;
  const std::string once = written(task);
  rota::Task again;
  if (!read(once, again)) return 0;  // such as metadata that is no object: shown as a text
  if (written(again) != once) std::abort();
  return 0;
}
