#include "handlers/command_sandbox.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>

namespace rota::handlers {
namespace {

namespace fs = std::filesystem;

// What nearly every program reads. Not: home folders, /var, /srv, /run with its sockets, /dev.
constexpr std::array<const char*, 12> kSystem{"/bin",
                                              "/sbin",
                                              "/lib",
                                              "/lib32",
                                              "/lib64",
                                              "/libx32",
                                              "/usr",
                                              "/etc",
                                              "/proc",
                                              "/sys",
                                              "/run/systemd/resolve",
                                              "/run/resolvconf"};

constexpr std::size_t kPathsMax = 1000;  // all of them travel with each start

// The path as the kernel sees it, also where its end is not there yet.
fs::path real(const fs::path& path) {
  std::error_code wrong;
  fs::path canonical = fs::weakly_canonical(path, wrong);
  if (wrong) canonical = path.lexically_normal();
  // "/a/b/" would end in an empty part, and so hold nothing.
  return canonical.has_filename() ? canonical : canonical.parent_path();
}

bool is_or_holds(const fs::path& folder, const fs::path& path) {
  const auto [rest, unused] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
  return rest == folder.end();
}

bool overlap(const fs::path& a, const fs::path& b) {
  return is_or_holds(a, b) || is_or_holds(b, a);
}

class Builder {
 public:
  explicit Builder(const std::vector<std::string>& hidden) {
    for (const std::string& path : hidden) {
      if (!path.empty()) hidden_.push_back(real(path));
    }
  }

  /// What of this may be read: all, or what is left of it.
  void add_readable(const fs::path& path, std::vector<std::string>& to) const {
    const fs::path here = real(path);
    std::error_code wrong;
    if (is_hidden(here) || !fs::exists(here, wrong) || to.size() > kPathsMax) return;
    if (!holds_hidden(here)) return to.push_back(here);
    for (const fs::directory_entry& entry : fs::directory_iterator(here, wrong)) {
      if (!entry.is_symlink(wrong)) add_readable(entry.path(), to);
    }
  }

  bool is_hidden(const fs::path& path) const {
    return std::any_of(hidden_.begin(), hidden_.end(),
                       [&](const fs::path& one) { return is_or_holds(one, real(path)); });
  }

  /// A folder that the operator named must not lead to what is hidden.
  Result<void> add_named(const std::string& option, const std::string& folder,
                         std::vector<std::string>& to) const {
    const auto refuse = [&](std::string_view why) -> Result<void> {
      return fail(ErrorCode::kInvalidArgument, fmt::format("{} '{}' {}", option, folder, why),
                  "name another folder by its absolute path");
    };
    std::error_code wrong;
    if (!folder.starts_with('/')) return refuse("is a relative path");
    if (!fs::is_directory(folder, wrong)) return refuse("is no folder of this machine");
    const fs::path here = real(folder);
    const auto found = std::find_if(hidden_.begin(), hidden_.end(),
                                    [&](const fs::path& one) { return overlap(here, one); });
    if (found != hidden_.end()) {
      return refuse(
          fmt::format("would give commands the server's own files in {}", found->string()));
    }
    to.push_back(here);
    return {};
  }

 private:
  bool holds_hidden(const fs::path& folder) const {
    return std::any_of(hidden_.begin(), hidden_.end(),
                       [&](const fs::path& one) { return is_or_holds(folder, one); });
  }

  std::vector<fs::path> hidden_;
};

}  // namespace

Result<ProcessSandbox> make_sandbox(const CommandPolicy& policy,
                                    const std::vector<std::string>& hidden) {
  ProcessSandbox sandbox;
  if (!policy.sandbox.on) return sandbox;
  sandbox.on = true;
  const Builder builder(hidden);
  for (const char* path : kSystem) builder.add_readable(path, sandbox.read);
  for (const std::string& pattern : policy.allow) {
    if (pattern == "*") continue;
    if (builder.is_hidden(pattern)) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("--allow-command '{}' lies among the server's own files, which "
                              "--command-sandbox hides",
                              pattern),
                  "keep programs and the database in different folders");
    }
    builder.add_readable(pattern, sandbox.read);
  }
  for (const std::string& folder : policy.sandbox.read_folders) {
    auto added = builder.add_named("--command-read", folder, sandbox.read);
    if (!added) return fail(std::move(added.error()));
  }
  for (const std::string& folder : policy.sandbox.write_folders) {
    auto added = builder.add_named("--command-write", folder, sandbox.write);
    if (!added) return fail(std::move(added.error()));
    for (const std::string& pattern : policy.allow) {
      if (pattern == "*" || !overlap(real(folder), real(pattern))) continue;
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("--command-write '{}' would let commands change the programs of "
                              "--allow-command '{}'",
                              folder, pattern),
                  "keep what commands write and what they are in different folders");
    }
  }
  if (sandbox.read.size() <= kPathsMax) return sandbox;
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("--command-sandbox: the server's own files lie among more than {} "
                          "others that commands may read",
                          kPathsMax),
              "keep its database, key and log in a folder of their own, like /var/lib/rota");
}

}  // namespace rota::handlers
