// The file that holds the keys of the secrets: never in the database, mode 0600, one line a key,
// the newest first. A second line stands there only while secrets move to a new key.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/wipe.h"
#include "rota/result.h"

namespace rota::secrets {

/// Wiped when it is let go.
struct Key {
  Key(std::string its_id, std::string its_bytes)
      : id(std::move(its_id)), bytes(std::move(its_bytes)) {}
  ~Key() { base::wipe(bytes); }
  Key(const Key&) = default;
  Key& operator=(const Key&) = default;
  Key(Key&&) noexcept = default;
  Key& operator=(Key&& other) noexcept {
    id.swap(other.id);
    bytes.swap(other.bytes);
    return *this;
  }

  std::string id;     ///< Follows from the key, so that a wrong one is told at once.
  std::string bytes;  ///< 32.
};

Key make_key();

/// Where the keys stand for a database, unless told otherwise: "rota.db.key".
std::string key_file_of(std::string_view database);

/// Newest first. kNotFound, naming the file; kPermissionDenied when others may read it; kCorrupt.
Result<std::vector<Key>> load_keys(const std::string& path);

/// Writes the file anew, whole or not at all, with mode 0600.
Result<void> save_keys(const std::string& path, const std::vector<Key>& keys);

/// Makes the file unless there is one: of two at once exactly one makes it. Returns what stands
/// there then.
Result<std::vector<Key>> load_or_make_keys(const std::string& path);

}  // namespace rota::secrets
