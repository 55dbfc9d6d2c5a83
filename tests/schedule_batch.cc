// Answers schedule vectors on standard input, so that tests/vectors/check.py can judge the schedule
// core by itself, before and without the command line program.
#include <iostream>

#include "cli/next_batch.h"

int main() {
  std::ios::sync_with_stdio(false);
  return rota::cli::run_next_batch(std::cin, std::cout);
}
