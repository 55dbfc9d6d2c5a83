// A program's file, reached so that nobody but root and the server's operator can put another in
// its place: every folder and link on the way is opened once and judged as it is then.
#pragma once

#include <sys/types.h>

#include <string>

#include "rota/result.h"

namespace rota::handlers {

/// Whom the file and the way to it may belong to.
struct ProgramTrust {
  bool any = true;        ///< The server allows every program, wherever it lies ("*").
  uid_t operator_id = 0;  ///< May own files and folders, beside root.
  std::string within;     ///< The real file must lie below this folder; empty: anywhere.
};

/// An open file (O_PATH, closed on exec), and where it really lies.
struct ProgramFile {
  int fd = -1;
  std::string real_path;
};

/// Opens a program without a moment between looking and using: each part of the way is opened
/// without following links and judged by that descriptor. The caller closes the descriptor. Errors:
/// kNotFound, kNotAllowedHere (the error names the file or folder that is at fault, and why).
Result<ProgramFile> open_program(const std::string& path, const ProgramTrust& trust);

/// The same for a folder that programs lie in. Errors: the same. Returns its real path.
Result<std::string> check_program_folder(const std::string& path, uid_t operator_id);

}  // namespace rota::handlers
