#include "handlers/command_policy.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace rota::handlers {
namespace {

bool is_program(const std::string& path) {
  struct stat found{};
  return ::stat(path.c_str(), &found) == 0 && S_ISREG(found.st_mode) &&
         ::access(path.c_str(), X_OK) == 0;
}

bool matches(const std::string& pattern, const std::string& program) {
  if (pattern == "*") return true;
  if (pattern.ends_with('/')) return program.starts_with(pattern);
  return pattern == program;
}

Result<void> allow_any(const CommandPolicy& policy) {
  if (!policy.allow.empty()) return {};
  return fail(ErrorCode::kNotAllowedHere, "command tasks are switched off on this server",
              "start the server with --allow-command PROGRAM (an absolute path, a folder ending in "
              "'/', or '*' for all)");
}

Result<void> allow_user(const CommandPolicy& policy) {
  const bool as_root = ::geteuid() == 0 && (policy.run_as.empty() || policy.run_as == "root");
  if (!as_root || policy.allow_root) return {};
  return fail(ErrorCode::kNotAllowedHere, "commands are not run as root",
              "start the server as another user, or with --run-as USER, or with "
              "--allow-root-commands");
}

}  // namespace

std::string command_path() {
  const char* own = std::getenv("PATH");
  return own != nullptr && *own != '\0' ? own : "/usr/local/bin:/usr/bin:/bin";
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
  const std::string folders = command_path();
  for (std::size_t at = 0; at <= folders.size() && !name.empty();) {
    const std::size_t end = std::min(folders.find(':', at), folders.size());
    const std::string folder = folders.substr(at, end - at);
    if (folder.starts_with('/') && is_program(folder + "/" + name)) {
      return std::string(std::filesystem::path(folder + "/" + name).lexically_normal());
    }
    at = end + 1;
  }
  return fail(ErrorCode::kNotFound,
              fmt::format("there is no program '{}' in the PATH {}", name, folders),
              "write its absolute path, or install it");
}

Result<void> allow_program(const CommandPolicy& policy, const std::string& program) {
  if (auto any = allow_any(policy); !any) return any;
  const bool allowed = std::any_of(policy.allow.begin(), policy.allow.end(),
                                   [&](const auto& pattern) { return matches(pattern, program); });
  if (!allowed) {
    return fail(ErrorCode::kNotAllowedHere, fmt::format("this server may not start '{}'", program),
                fmt::format("start the server with --allow-command {}", program));
  }
  return allow_user(policy);
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
