#include "cli/audit_export.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "api/json_writer.h"

namespace rota::cli {
namespace {

constexpr std::size_t kRowsAtOnce = 500;

std::string line_of(const store::AuditEntry& entry) {
  const store::AuditNote& note = entry.note;
  api::JsonWriter json;
  json.begin_object()
      .field("seq", entry.seq)
      .field("at", entry.at)
      .field("at_us", entry.at.time_since_epoch().count())
      .field("who", note.who)
      .field("address", note.address)
      .field("action", note.action)
      .field("object", note.object)
      .field("before", note.before)
      .field("after", note.after)
      .field("count", note.count)
      .field("key_id", entry.key_id)
      .field("hash", entry.hash)
      .end_object();
  return json.take() + '\n';
}

std::string head_line(std::string_view name, const store::AuditHead& head, Instant now) {
  api::JsonWriter json;
  json.begin_object().field("format", "rota-audit-2").field("exported_at", now).key(name);
  json.begin_object().field("seq", head.seq).field("hash", head.hash).end_object().end_object();
  return json.take() + '\n';
}

Error file_error(const std::string& path) {
  const bool exists = errno == EEXIST;
  return Error{exists ? ErrorCode::kAlreadyExists : ErrorCode::kIo,
               fmt::format("the file {} cannot be written: {}", path, std::strerror(errno)),
               exists ? "name a new file" : "check its folder and the room on the disk",
               {},
               {}};
}

class NewFile {
 public:
  explicit NewFile(const std::string& path)
      : path_(path),
        fd_(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)) {}
  ~NewFile() {
    if (fd_ < 0) return;
    close(fd_);
    if (!kept_) unlink(path_.c_str());
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  bool is_open() const { return fd_ >= 0; }
  Result<void> write(std::string_view text) {
    while (!text.empty()) {
      const ssize_t count = ::write(fd_, text.data(), text.size());
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return fail(file_error(path_));
      text.remove_prefix(static_cast<std::size_t>(count));
    }
    return {};
  }
  Result<void> keep() {
    if (fsync(fd_) != 0) return fail(file_error(path_));
    kept_ = true;
    return {};
  }

 private:
  const std::string path_;
  const int fd_;
  bool kept_ = false;
};

}  // namespace

Result<std::int64_t> export_audit(store::AccountStore& accounts, std::int64_t through, Instant now,
                                  const std::function<Result<void>(std::string_view)>& write) {
  const auto verdict = accounts.verify_audit({});
  if (!verdict) return fail(verdict.error());
  if (auto done = write(head_line("start", verdict->start, now)); !done) return fail(done.error());
  std::int64_t count = 0;
  store::AuditHead last = verdict->start;
  while (true) {
    const auto rows = accounts.read_audit(last.seq + 1, kRowsAtOnce);
    if (!rows) return fail(rows.error());
    for (const store::AuditEntry& entry : *rows) {
      if (through > 0 && entry.seq > through) break;
      if (auto done = write(line_of(entry)); !done) return fail(done.error());
      last = {entry.seq, entry.hash};
      ++count;
    }
    const bool more = rows->size() == kRowsAtOnce && (through == 0 || last.seq < through);
    if (!more) break;
  }
  if (auto done = write(head_line("head", last, now)); !done) return fail(done.error());
  return count;
}

Result<std::int64_t> export_audit_to(store::AccountStore& accounts, std::int64_t through,
                                     Instant now, const std::string& path) {
  NewFile file(path);
  if (!file.is_open()) return fail(file_error(path));
  auto count =
      export_audit(accounts, through, now, [&](std::string_view line) { return file.write(line); });
  if (!count) return count;
  if (auto kept = file.keep(); !kept) return fail(kept.error());
  return count;
}

}  // namespace rota::cli
