// A task from JSON: what people send, and what an earlier revision was.
#pragma once

#include "api/json_body.h"
#include "rota/scheduler.h"

namespace rota::api {

/// Sets the fields that the body names and leaves the others. What only the server writes (id,
/// version, last_result ...) may be there and is passed over, so that what was read can be sent
/// back. Complaints stay in the body.
void read_task_fields(JsonBody& body, Task& task);

/// All that is wrong with the body and with the task that it makes, in one error.
Result<void> check_task(const Scheduler& scheduler, const JsonBody& body, const Task& task);

/// The fields that people set, as a row of task_change remembers them, put into `task`.
Result<void> read_revision(std::string_view row, Task& task);

}  // namespace rota::api
