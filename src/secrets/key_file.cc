#include "secrets/key_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/check.h"

namespace rota::secrets {
namespace {

constexpr std::string_view kLineStart = "rota-key-1 ";
constexpr std::size_t kKeyBytes = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
constexpr std::size_t kFileMax = 4096;
constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

void ready() { ROTA_CHECK(sodium_init() >= 0, "libsodium cannot be used on this machine"); }

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// Says which key it is and nothing about it.
std::string id_of(std::string_view key) {
  std::array<unsigned char, crypto_generichash_BYTES_MIN> hash{};
  std::string text;
  text.reserve(100);
  text.append("rota secret key id:").append(key);
  const base::WipeAtEnd wiped(text);
  crypto_generichash(hash.data(), hash.size(), bytes_of(text), text.size(), nullptr, 0);
  std::string id;
  for (std::size_t i = 0; i < 8; ++i) id += fmt::format("{:02x}", hash[i]);
  return id;
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

Error file_error(const std::string& path, std::string_view doing) {
  return Error{ErrorCode::kIo,
               fmt::format("the key file {} cannot be {}: {}", path, doing, std::strerror(errno)),
               "check its folder and who may use it",
               {},
               {}};
}

std::string text_of(const std::vector<Key>& keys) {
  std::string text;
  text.reserve(kFileMax);  // once: what grows leaves copies behind
  for (const Key& key : keys) {
    std::array<char, sodium_base64_ENCODED_LEN(kKeyBytes, kVariant)> encoded{};
    sodium_bin2base64(encoded.data(), encoded.size(), bytes_of(key.bytes), key.bytes.size(),
                      kVariant);
    text.append(kLineStart).append(encoded.data()).append("\n");
    sodium_memzero(encoded.data(), encoded.size());
  }
  return text;
}

Result<std::vector<Key>> parse_keys(std::string_view text, const std::string& path) {
  std::vector<Key> keys;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.empty()) continue;
    std::string bytes(kKeyBytes, '\0');
    std::size_t size = 0;
    const bool good =
        line.starts_with(kLineStart) &&
        sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(),
                          line.data() + kLineStart.size(), line.size() - kLineStart.size(), nullptr,
                          &size, nullptr, kVariant) == 0 &&
        size == kKeyBytes;
    if (!good) {
      return fail(ErrorCode::kCorrupt, fmt::format("{} is not a key file of Rota", path),
                  "put the right file back, or name another with --key-file or ROTA_KEY_FILE");
    }
    std::string id = id_of(bytes);
    keys.push_back({std::move(id), std::move(bytes)});
  }
  if (!keys.empty()) return keys;
  return fail(ErrorCode::kCorrupt, fmt::format("the key file {} is empty", path),
              "put the right file back");
}

Result<void> write_all(int fd, std::string_view text, const std::string& path) {
  while (!text.empty()) {
    const ssize_t count = ::write(fd, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return fail(file_error(path, "written"));
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  if (fsync(fd) != 0) return fail(file_error(path, "written"));
  return {};
}

// A new file beside it, complete and on the disk.
Result<std::string> write_beside(const std::string& path, const std::vector<Key>& keys) {
  std::string name = path + ".XXXXXX";
  const File file(mkostemp(name.data(), O_CLOEXEC));  // mode 0600
  if (file.fd() < 0) return fail(file_error(path, "made"));
  std::string text = text_of(keys);
  auto written = write_all(file.fd(), text, path);
  sodium_memzero(text.data(), text.size());
  if (written) return name;
  unlink(name.c_str());
  return fail(written.error());
}

void sync_folder_of(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path();
  const File opened(::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_CLOEXEC));
  if (opened.fd() >= 0) fsync(opened.fd());
}

}  // namespace

Key make_key() {
  ready();
  std::string bytes(kKeyBytes, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  return {id_of(bytes), bytes};
}

std::string key_file_of(std::string_view database) {
  if (database.starts_with("sqlite:")) database.remove_prefix(7);
  return std::string(database) + ".key";
}

Result<std::vector<Key>> load_keys(const std::string& path) {
  ready();
  const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.fd() < 0 && errno == ENOENT) {
    return fail(ErrorCode::kNotFound, fmt::format("there is no key file {}", path),
                "put the file back, or name it with --key-file or ROTA_KEY_FILE");
  }
  struct stat facts{};
  if (file.fd() < 0 || fstat(file.fd(), &facts) != 0) return fail(file_error(path, "read"));
  if (!S_ISREG(facts.st_mode)) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("the key file {} is no file", path));
  }
  if ((facts.st_mode & 077u) != 0) {
    return fail(ErrorCode::kPermissionDenied,
                fmt::format("the key file {} can be used by others (mode {:04o})", path,
                            facts.st_mode & 07777u),
                fmt::format("chmod 600 {}", path));
  }
  std::string text(kFileMax, '\0');
  const ssize_t count = ::read(file.fd(), text.data(), text.size());
  if (count < 0) return fail(file_error(path, "read"));
  auto keys = parse_keys(std::string_view(text).substr(0, static_cast<std::size_t>(count)), path);
  sodium_memzero(text.data(), text.size());
  return keys;
}

Result<void> save_keys(const std::string& path, const std::vector<Key>& keys) {
  const auto beside = write_beside(path, keys);
  if (!beside) return fail(beside.error());
  if (rename(beside->c_str(), path.c_str()) != 0) {
    const Error error = file_error(path, "written");
    unlink(beside->c_str());
    return fail(error);
  }
  sync_folder_of(path);
  return {};
}

Result<std::vector<Key>> load_or_make_keys(const std::string& path) {
  auto there = load_keys(path);
  if (there || there.error().code != ErrorCode::kNotFound) return there;
  const auto beside = write_beside(path, {make_key()});
  if (!beside) return fail(beside.error());
  // A link, unlike a rename, does not replace what somebody else has just made.
  const bool made = link(beside->c_str(), path.c_str()) == 0 || errno == EEXIST;
  const Error error = file_error(path, "made");
  unlink(beside->c_str());
  if (!made) return fail(error);
  sync_folder_of(path);
  return load_keys(path);
}

}  // namespace rota::secrets
