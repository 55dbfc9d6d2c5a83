#include "handlers/command_policy.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "base/mask.h"
#include "handlers/command_environment.h"

namespace rota::handlers {
namespace {

bool is_program(const std::string& path) {
  struct stat found{};
  return ::stat(path.c_str(), &found) == 0 && S_ISREG(found.st_mode) &&
         (found.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) != 0;
}

bool is_folder(const std::string& path) {
  struct stat found{};
  return ::stat(path.c_str(), &found) == 0 && S_ISDIR(found.st_mode);
}

Result<void> allow_any(const CommandPolicy& policy) {
  if (!policy.allow.empty()) return {};
  return fail(ErrorCode::kNotAllowedHere, "command tasks are switched off on this server",
              "start the server with --allow-command PROGRAM (an absolute path, a folder ending in "
              "'/', or '*' for all) and --run-as USER");
}

Result<void> allow_user(const CommandPolicy& policy) {
  const bool as_root = ::geteuid() == 0 && (policy.run_as.empty() || policy.run_as == "root");
  if (!as_root || policy.allow_root) return {};
  return fail(ErrorCode::kNotAllowedHere, "commands are not run as root",
              "start the server as another user, or with --run-as USER, or with "
              "--allow-root-commands");
}

ProgramTrust trust_of(const std::string& pattern) {
  ProgramTrust trust;
  trust.any = pattern == "*";
  trust.operator_id = ::geteuid();
  if (pattern.ends_with('/')) trust.within = pattern;
  return trust;
}

Result<void> look_at(const std::string& program, const ProgramTrust& trust) {
  auto file = open_program(program, trust);
  if (!file) return fail(std::move(file.error()));
  ::close(file->fd);
  return {};
}

Error pattern_error(std::string_view pattern, std::string_view why, std::string hint) {
  return {ErrorCode::kInvalidArgument,
          fmt::format("--allow-command '{}' {}", base::masked_line(nullptr, pattern, 200), why),
          std::move(hint),
          std::nullopt,
          {}};
}

Result<void> check_pattern(const std::string& pattern) {
  if (pattern == "*") return {};
  if (!pattern.starts_with('/')) {
    return fail(pattern_error(pattern, "is a relative path",
                              "write the program's absolute path, a folder's ending in '/', or '*' "
                              "for all programs"));
  }
  const std::string plain = std::filesystem::path(pattern).lexically_normal();
  if (plain != pattern) {
    return fail(pattern_error(pattern, "is not written plainly", "write " + plain));
  }
  const bool folder = pattern.ends_with('/');
  if (!folder && is_folder(pattern)) {
    return fail(pattern_error(pattern, "is a folder",
                              fmt::format("write {}/ to allow the programs below it", pattern)));
  }
  if (folder ? !is_folder(pattern) : !is_program(pattern)) {
    return fail(pattern_error(
        pattern, folder ? "names no folder of this machine" : "names no program of this machine",
        "correct the path, or leave it out; only '*' alone stands for more"));
  }
  Result<void> safe;
  if (folder) {
    auto checked = check_program_folder(pattern, ::geteuid());
    if (!checked) safe = fail(std::move(checked.error()));
  } else {
    safe = look_at(pattern, trust_of(pattern));
  }
  if (safe) return {};
  return fail(pattern_error(pattern, "is not safe: " + safe.error().message, safe.error().hint));
}

}  // namespace

Result<void> check_policy(const CommandPolicy& policy) {
  for (const std::string& pattern : policy.allow) {
    if (auto good = check_pattern(pattern); !good) return good;
  }
  auto rules = EnvironmentRules::parse(policy.environment);
  if (!rules) return fail(std::move(rules.error()));
  return {};
}

Result<std::string> find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) {
    if (!name.starts_with('/')) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("the program '{}' is a relative path", name),
                  "write its absolute path, or its name alone");
    }
    std::string path = std::filesystem::path(name).lexically_normal();
    if (is_program(path)) return path;
    return fail(ErrorCode::kNotFound, fmt::format("'{}' is not a program on this machine", path));
  }
  for (std::string_view rest = kCommandPath; !rest.empty() && !name.empty();) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    std::string path = fmt::format("{}/{}", rest.substr(0, end), name);
    if (is_program(path)) return path;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return fail(ErrorCode::kNotFound,
              fmt::format("there is no program '{}' in the PATH {}", name, kCommandPath),
              "write its absolute path, or install it");
}

bool pattern_allows(std::string_view pattern, std::string_view program) {
  if (pattern == "*") return true;
  if (pattern.ends_with('/')) return program.starts_with(pattern);
  return pattern == program;
}

Result<ProgramTrust> allow_program(const CommandPolicy& policy, const std::string& program) {
  if (auto any = allow_any(policy); !any) return fail(std::move(any.error()));
  if (auto user = allow_user(policy); !user) return fail(std::move(user.error()));
  std::optional<Error> unsafe;
  for (const std::string& pattern : policy.allow) {
    if (!pattern_allows(pattern, program)) continue;
    ProgramTrust trust = trust_of(pattern);
    auto good = look_at(program, trust);
    if (good) return trust;
    unsafe = std::move(good.error());
  }
  if (unsafe) return fail(*std::move(unsafe));
  return fail(ErrorCode::kNotAllowedHere, fmt::format("this server may not start '{}'", program),
              fmt::format("start the server with --allow-command {}", program));
}

Result<void> allow_shell(const CommandPolicy& policy) {
  if (auto any = allow_any(policy); !any) return any;
  if (!policy.allow_shell) {
    return fail(ErrorCode::kNotAllowedHere, "shell commands are switched off on this server",
                "start the server with --allow-shell, or give the command as \"argv\"");
  }
  return allow_user(policy);
}

}  // namespace rota::handlers
