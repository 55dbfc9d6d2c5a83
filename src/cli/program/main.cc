// The program `rota`.
#include "cli/app.h"

int main(int argc, char** argv) { return rota::cli::run_app(argc, argv); }
