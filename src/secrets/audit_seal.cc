// The head file holds two records of fixed length; the older one is overwritten, so that a crash in
// the middle leaves the other. It is not flushed with every row: after a power failure it may name
// an older row, which is still one that the audit had come to.
#include "secrets/audit_seal.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <vector>

#include "base/check.h"
#include "secrets/key_file.h"

namespace rota::secrets {
namespace {

using store::AuditHead;

constexpr std::string_view kPurpose = "rota audit 1";
constexpr std::string_view kRecordStart = "rota-audit-head-1";
constexpr std::size_t kRecordBytes = 256;
constexpr std::size_t kRecords = 2;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

using Mac = std::array<unsigned char, crypto_auth_hmacsha256_BYTES>;

Mac hmac(std::string_view key, std::string_view text) {
  Mac out{};
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, bytes_of(key), key.size());
  crypto_auth_hmacsha256_update(&state, bytes_of(text), text.size());
  crypto_auth_hmacsha256_final(&state, out.data());
  sodium_memzero(&state, sizeof state);
  return out;
}

std::string hex_of(const Mac& mac) {
  std::array<char, 2 * crypto_auth_hmacsha256_BYTES + 1> hex{};
  sodium_bin2hex(hex.data(), hex.size(), mac.data(), mac.size());
  return hex.data();
}

std::string text_of(const AuditHead& head, std::string_view key_id) {
  return fmt::format("rota audit head 1|{}|{}|{}", head.seq, head.hash, key_id);
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (!line.empty()) {
    const std::string_view word = line.substr(0, line.find_first_of(" \n"));
    if (!word.empty()) words.push_back(word);
    line.remove_prefix(std::min(line.size(), word.size() + 1));
  }
  return words;
}

class File {
 public:
  explicit File(int fd) : fd_(fd) {}
  ~File() {
    if (fd_ >= 0) close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int fd() const { return fd_; }

 private:
  const int fd_;
};

Error head_error(const std::string& path, std::string_view doing) {
  return Error{
      ErrorCode::kIo,
      fmt::format("the audit's head {} cannot be {}: {}", path, doing, std::strerror(errno)),
      "check its folder and who may use it",
      {},
      {}};
}

}  // namespace

std::string audit_key_file_of(std::string_view database) {
  if (database.starts_with("sqlite:")) database.remove_prefix(7);
  return std::string(database) + ".audit-key";
}

FileAuditSeal::~FileAuditSeal() {
  for (auto& [id, key] : keys_) sodium_memzero(key.data(), key.size());
}

// The key in the file signs nothing itself: what is derived from it does.
Result<void> FileAuditSeal::load(Make make) {
  auto keys = make == Make::kYes ? load_or_make_keys(key_file_) : load_keys(key_file_);
  if (!keys) return fail(keys.error());
  newest_ = keys->front().id;
  for (Key& key : *keys) {
    const Mac derived = hmac(key.bytes, kPurpose);
    keys_.insert_or_assign(
        key.id, std::string(reinterpret_cast<const char*>(derived.data()), derived.size()));
    sodium_memzero(key.bytes.data(), key.bytes.size());
  }
  return {};
}

Result<std::string> FileAuditSeal::key_id(bool anew) {
  const std::lock_guard lock(mutex_);
  if (newest_.empty() || anew) {
    if (auto loaded = load(Make::kYes); !loaded) return fail(loaded.error());
  }
  return newest_;
}

Result<std::string> FileAuditSeal::mac(const std::string& key_id, std::string_view text) {
  if (keys_.find(key_id) == keys_.end()) {
    if (auto loaded = load(Make::kNo); !loaded) return fail(loaded.error());
  }
  const auto key = keys_.find(key_id);
  if (key != keys_.end()) return hex_of(hmac(key->second, text));
  return fail(ErrorCode::kNotFound,
              fmt::format("{} does not hold the audit's key {}", key_file_, key_id),
              "put that key file back");
}

Result<std::string> FileAuditSeal::sign(std::string_view key_id, std::string_view text) {
  const std::lock_guard lock(mutex_);
  return mac(std::string(key_id), text);
}

std::string FileAuditSeal::record_of(const AuditHead& head, const std::string& key_id,
                                     const std::string& mac) const {
  std::string record =
      fmt::format("{} {} {} {} {}", kRecordStart, head.seq, head.hash, key_id, mac);
  record.resize(kRecordBytes - 1, ' ');
  return record + '\n';
}

std::optional<AuditHead> FileAuditSeal::read_record(std::string_view record) {
  const auto words = words_of(record);
  if (words.size() != 5 || words[0] != kRecordStart) return std::nullopt;
  AuditHead head;
  const char* const end = words[1].data() + words[1].size();
  if (std::from_chars(words[1].data(), end, head.seq).ptr != end) return std::nullopt;
  head.hash = words[2];
  const auto right = mac(std::string(words[3]), text_of(head, words[3]));
  if (!right || *right != words[4]) return std::nullopt;
  return head;
}

Result<void> FileAuditSeal::keep_head(const AuditHead& head, Keep keep) {
  const std::lock_guard lock(mutex_);
  const File file(::open(head_file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (file.fd() < 0 || flock(file.fd(), LOCK_EX) != 0)
    return fail(head_error(head_file_, "written"));
  std::string text(kRecords * kRecordBytes, '\0');
  const ssize_t count = pread(file.fd(), text.data(), text.size(), 0);
  if (count < 0) return fail(head_error(head_file_, "read"));
  std::array<std::int64_t, kRecords> seqs{};
  for (std::size_t i = 0; i < kRecords; ++i) {
    const auto there = read_record(std::string_view(text).substr(i * kRecordBytes, kRecordBytes));
    seqs[i] = there ? there->seq : 0;
    if (keep == Keep::kNewest && seqs[i] >= head.seq) return {};
  }
  const auto signature = mac(newest_, text_of(head, newest_));
  if (!signature) return fail(signature.error());
  const std::string record = record_of(head, newest_, *signature);
  const std::size_t older = seqs[0] <= seqs[1] ? 0 : 1;
  for (std::size_t i = 0; i < kRecords; ++i) {
    if (keep == Keep::kNewest && i != older && count > 0) continue;
    const auto at = static_cast<off_t>(i * kRecordBytes);
    if (pwrite(file.fd(), record.data(), record.size(), at) !=
        static_cast<ssize_t>(record.size())) {
      return fail(head_error(head_file_, "written"));
    }
  }
  if (count == 0 || keep == Keep::kReplace) fsync(file.fd());
  return {};
}

Result<std::optional<AuditHead>> FileAuditSeal::load_head() {
  const std::lock_guard lock(mutex_);
  const File file(::open(head_file_.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (file.fd() < 0) {
    if (errno != ENOENT) return fail(head_error(head_file_, "read"));
    if (access(key_file_.c_str(), F_OK) != 0) return std::optional<AuditHead>{};
    return fail(ErrorCode::kNotFound,
                fmt::format("the audit's head {} is missing: rows that were cut off the end cannot "
                            "be found",
                            head_file_),
                "rota audit accept");
  }
  std::string text(kRecords * kRecordBytes, '\0');
  if (flock(file.fd(), LOCK_SH) != 0 || pread(file.fd(), text.data(), text.size(), 0) < 0) {
    return fail(head_error(head_file_, "read"));
  }
  std::optional<AuditHead> newest;
  for (std::size_t i = 0; i < kRecords; ++i) {
    const auto there = read_record(std::string_view(text).substr(i * kRecordBytes, kRecordBytes));
    if (there && (!newest || there->seq > newest->seq)) newest = there;
  }
  if (newest) return newest;
  return fail(ErrorCode::kCorrupt,
              fmt::format("the audit's head {} was not signed with a key that is here", head_file_),
              "put the audit's key file back, or: rota audit accept");
}

}  // namespace rota::secrets
