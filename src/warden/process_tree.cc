#include "warden/process_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

namespace rota::warden {
namespace {

constexpr int kFreezeRounds = 100;

using Folder = std::unique_ptr<DIR, int (*)(DIR*)>;

Folder open_folder(const std::string& path) { return Folder(::opendir(path.c_str()), ::closedir); }

std::string read_file(const std::string& path) {
  std::string text;
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return text;
  char piece[4096];
  for (ssize_t n = 0; (n = ::read(fd, piece, sizeof piece)) > 0;) {
    text.append(piece, static_cast<std::size_t>(n));
  }
  ::close(fd);
  return text;
}

void append_numbers(const std::string& text, std::vector<pid_t>& pids) {
  const char* at = text.c_str();
  for (char* end = nullptr;; at = end) {
    const long pid = std::strtol(at, &end, 10);
    if (end == at) return;
    if (pid > 0) pids.push_back(static_cast<pid_t>(pid));
  }
}

// For kernels without CONFIG_PROC_CHILDREN: the parent is the second field after the name.
pid_t parent_of(const std::string& pid) {
  const std::string stat = read_file("/proc/" + pid + "/stat");
  const auto name_end = stat.rfind(')');
  if (name_end == std::string::npos) return 0;
  char state = 0;
  int parent = 0;
  return std::sscanf(stat.c_str() + name_end + 1, " %c %d", &state, &parent) == 2 ? parent : 0;
}

std::vector<pid_t> children_by_scan(pid_t parent) {
  std::vector<pid_t> found;
  const Folder proc = open_folder("/proc");
  while (const dirent* entry = proc ? ::readdir(proc.get()) : nullptr) {
    const std::string name = entry->d_name;
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    if (parent_of(name) == parent) found.push_back(std::atoi(name.c_str()));
  }
  return found;
}

bool kernel_lists_children() {
  static const bool listed = ::access("/proc/thread-self/children", R_OK) == 0;
  return listed;
}

}  // namespace

std::vector<pid_t> children_of(pid_t parent) {
  if (!kernel_lists_children()) return children_by_scan(parent);
  std::vector<pid_t> found;
  const std::string tasks = "/proc/" + std::to_string(parent) + "/task";
  const Folder folder = open_folder(tasks);
  while (const dirent* entry = folder ? ::readdir(folder.get()) : nullptr) {
    if (entry->d_name[0] == '.') continue;
    append_numbers(read_file(tasks + "/" + entry->d_name + "/children"), found);
  }
  return found;
}

std::vector<pid_t> descendants_of(pid_t root) {
  std::vector<pid_t> all = children_of(root);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::vector<pid_t> more = children_of(all[i]);
    all.insert(all.end(), more.begin(), more.end());
  }
  return all;
}

void signal_tree(pid_t root, int signal) {
  for (const pid_t pid : descendants_of(root)) ::kill(pid, signal);
}

void kill_tree(pid_t root) {
  std::vector<pid_t> stopped;
  for (int round = 0; round < kFreezeRounds; ++round) {
    std::vector<pid_t> all = descendants_of(root);
    std::sort(all.begin(), all.end());
    for (const pid_t pid : all) ::kill(pid, SIGSTOP);
    if (std::includes(stopped.begin(), stopped.end(), all.begin(), all.end())) break;
    stopped = std::move(all);
  }
  signal_tree(root, SIGKILL);
}

}  // namespace rota::warden
