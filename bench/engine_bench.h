// What the engine's benchmarks share: a folder that goes away, databases with many tasks, and the
// machine's own figures.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "rota/scheduler.h"

namespace rota::bench {

/// A new folder below the temporary folder, removed at the end.
class Folder {
 public:
  Folder();
  ~Folder();
  std::filesystem::path path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Prints the error's sentence and ends the program.
[[noreturn]] void give_up(const Error& error);

/// The value, or the end of the program.
template <class T>
T must(Result<T> result) {
  if (!result) give_up(result.error());
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

/// Adds `count` tasks made by `make`, and plans them all as a running server would.
void fill(const std::string& database, std::size_t count,
          const std::function<Task(std::size_t)>& make);

Options quiet_options(const std::string& database);

/// The value below which that share of the samples lies; sorts them.
double percentile(std::vector<double>& samples, double share);

/// Resident memory of this process, in MB: now, and at its highest.
double resident_mb();
double resident_peak_mb();

/// Processor time of this process, in seconds.
double cpu_seconds();

}  // namespace rota::bench
