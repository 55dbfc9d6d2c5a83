// Failure is a value with a kind. Every operation that can fail returns Result<T>; callers branch
// on the code, people read the message, and one table (error_traits) says what a code means as an
// HTTP status, as an exit code, and whether trying again can help.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

namespace rota {

/// The closed set of things that can go wrong. A new kind needs a line in error_traits().
enum class ErrorCode {
  kInvalidArgument,   ///< What was asked for makes no sense; asking again will not help.
  kNotFound,          ///< The named thing does not exist.
  kAlreadyExists,     ///< A name or key that must be unique is taken.
  kVersionConflict,   ///< Someone else saved first; read again, then edit.
  kUnauthenticated,   ///< Nobody is signed in.
  kPermissionDenied,  ///< Signed in, but not allowed to.
  kNotAllowedHere,    ///< Switched off on this node (for example command tasks).
  kBusy,              ///< Locked or overloaded just now; the same call may work later.
  kUnavailable,       ///< The database, network or server cannot be reached.
  kReadOnly,          ///< The database or file may not be written.
  kStorageFull,       ///< No room on the disk.
  kCorrupt,           ///< The database is damaged or is not a Rota database.
  kSchemaTooNew,      ///< A newer Rota wrote this database.
  kStale,             ///< An old owner's write was refused by its fence.
  kTimeout,           ///< A deadline passed.
  kCancelled,         ///< Somebody asked to stop.
  kLimitExceeded,     ///< A stated bound was reached.
  kFailed,            ///< The work itself was done and failed (a handler's own error).
  kIo,                ///< The operating system refused a read or a write.
  kInternal,          ///< A defect in Rota; please report it.
};

/// What is wrong with one field of a larger thing, so that a form can say it beside the field.
struct FieldError {
  std::string field;                  ///< Its name in the table, JSON and options alike.
  std::string message;                ///< A sentence without a full stop.
  std::optional<std::size_t> column;  ///< 1-based column inside the field's text.
};

/// One failure: its kind, a sentence for people, and what they can do about it.
struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;                ///< One sentence, no trailing full stop, no newline.
  std::string hint;                   ///< What to do about it; may be empty.
  std::optional<std::size_t> column;  ///< 1-based column in the text that was parsed.
  std::vector<FieldError> fields;     ///< Every wrong field at once, where fields are at fault.
};

/// What a code means at each edge of the program.
struct ErrorTraits {
  std::string_view name;  ///< snake_case, stable; used in JSON ("invalid_argument").
  int http_status;        ///< RFC 9110 status.
  int exit_code;          ///< Of the command line; documented in docs/cli.md.
  bool worth_a_retry;     ///< The same call may succeed later without any change.
};

/// The one table. Never fails: every code has a line.
const ErrorTraits& error_traits(ErrorCode code);

/// A value, or the Error that stood in its way. Ignoring one is a compiler warning (an error in
/// the project's own builds).
template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using Base = tl::expected<T, Error>;
  using Base::Base;
  Result(Base base) : Base(std::move(base)) {}  // NOLINT(google-explicit-constructor)
};

/// Makes the failing side of a Result: `return fail(ErrorCode::kNotFound, "no task named 'x'");`
inline tl::unexpected<Error> fail(ErrorCode code, std::string message, std::string hint = {}) {
  return tl::unexpected<Error>(Error{code, std::move(message), std::move(hint), std::nullopt, {}});
}

/// Passes an Error of one Result on as the Error of another.
inline tl::unexpected<Error> fail(Error error) { return tl::unexpected<Error>(std::move(error)); }

}  // namespace rota
