// What a task of type `command` asks for, read from its metadata and held against the server's
// policy.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "handlers/command_environment.h"
#include "handlers/environment.h"
#include "handlers/metadata.h"
#include "handlers/process_runner.h"
#include "rota/handler.h"

namespace rota::handlers {

struct CommandWish {
  ProcessSpec spec;
  Duration grace{};
  std::vector<std::int64_t> success_codes;
};

/// Thread rule: any thread.
class CommandReader {
 public:
  /// `environment` must outlive this.
  explicit CommandReader(const HandlerEnvironment& environment);

  /// Errors: kInvalidArgument with the fields, kNotAllowedHere, kNotFound.
  Result<CommandWish> read(const TaskContext& task) const;

  /// The fields alone, when a task is saved. Which variables are allowed is known where commands
  /// are: a program without the server's rules leaves that to the server. Errors: kInvalidArgument.
  Result<void> check(std::string_view metadata) const;

 private:
  CommandWish read_fields(Metadata& metadata) const;
  void add_environment(Metadata& metadata, const ProcessSpec& spec,
                       std::vector<std::string>& all) const;
  Result<void> choose_program(ProcessSpec& spec) const;

  const HandlerEnvironment& environment_;
  const EnvironmentRules rules_;
};

}  // namespace rota::handlers
