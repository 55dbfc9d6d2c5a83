// A program with one fault of each kind, to show that the sanitizers of this build report it: also
// in a process that is not dumpable, as Rota's server is.
#include <sys/prctl.h>

#include <climits>
#include <cstdio>
#include <string_view>
#include <thread>

namespace {

char* volatile kept = nullptr;
int shared = 0;

int leak() {
  kept = new char[77];
  kept = nullptr;
  return 0;
}

int use_after_free() {
  kept = new char[77];
  delete[] kept;
  return kept[7];
}

int overflow(int by) { return INT_MAX + by; }

int race() {
  std::thread other([] { ++shared; });
  ++shared;
  other.join();
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  prctl(PR_SET_DUMPABLE, 0);
  const std::string_view fault = count > 1 ? arguments[1] : "";
  int result = 0;
  if (fault == "leak") result = leak();
  if (fault == "use_after_free") result = use_after_free();
  if (fault == "overflow") result = overflow(count);
  if (fault == "race") result = race();
  std::printf("%d\n", result);
  return 0;
}
