#include "secrets/vault.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>

#include "base/secret_forms.h"
#include "base/utf8.h"

namespace rota::secrets {
namespace {

using store::SealedSecret;

constexpr std::size_t kNameMax = 100;
constexpr Duration kUseNotedEvery = std::chrono::seconds{60};
constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* room_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

// What the seal covers besides the value: a row cannot stand in for another.
std::string covered(const SealedSecret& secret) {
  return fmt::format("rota secret {} {}", secret.id.value, secret.name);
}

void seal(SealedSecret& secret, std::string_view value, const Key& key) {
  const std::string beside = covered(secret);
  secret.key_id = key.id;
  secret.nonce.assign(kNonceBytes, '\0');
  randombytes_buf(secret.nonce.data(), secret.nonce.size());
  secret.ciphertext.assign(value.size() + kTagBytes, '\0');
  crypto_aead_xchacha20poly1305_ietf_encrypt(room_of(secret.ciphertext), nullptr, bytes_of(value),
                                             value.size(), bytes_of(beside), beside.size(), nullptr,
                                             bytes_of(secret.nonce), bytes_of(key.bytes));
}

Result<std::string> unseal(const SealedSecret& secret, const Key& key) {
  const std::string beside = covered(secret);
  std::string value(secret.ciphertext.size() - std::min(secret.ciphertext.size(), kTagBytes), '\0');
  const bool good =
      secret.nonce.size() == kNonceBytes && secret.ciphertext.size() >= kTagBytes &&
      crypto_aead_xchacha20poly1305_ietf_decrypt(
          room_of(value), nullptr, nullptr, bytes_of(secret.ciphertext), secret.ciphertext.size(),
          bytes_of(beside), beside.size(), bytes_of(secret.nonce), bytes_of(key.bytes)) == 0;
  if (good) return value;
  return fail(ErrorCode::kCorrupt,
              fmt::format("the secret '{}' was changed by other means than Rota", secret.name),
              "give it a new value");
}

Result<void> check_value(std::string_view value) {
  std::string message;
  // Texts are compared without carriage returns when secrets are masked.
  if (base::without_returns(value).size() < kValueMin || value.size() > kValueMax) {
    message = fmt::format("must have {} to {} bytes", kValueMin, kValueMax);
  } else if (value.find('\0') != std::string_view::npos) {
    message = "may not hold a NUL byte";
  }
  for (std::size_t at = 0; message.empty() && at < value.size();) {
    const std::size_t length = base::utf8_length_at(value, at);
    if (length == 0) message = "must be text in UTF-8; write other bytes in base64";
    at += length;
  }
  if (message.empty()) return {};
  return fail(
      Error{ErrorCode::kInvalidArgument, "the value " + message, {}, {}, {{"value", message, {}}}});
}

store::AuditNote note_of(const Actor& actor, std::string_view action, std::string_view object) {
  return {actor.who, actor.address, std::string(action), std::string(object), "", ""};
}

// Below 2^53, so that every JSON reader could keep it exactly.
store::SecretId random_id() {
  std::uint64_t bits = 0;
  randombytes_buf(&bits, sizeof bits);
  return store::SecretId{static_cast<std::int64_t>(bits >> 11) | 1};
}

}  // namespace

Result<void> check_name(std::string_view name) {
  const bool good =
      !name.empty() && name.size() <= kNameMax &&
      name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") == std::string_view::npos;
  if (good) return {};
  const std::string message = "must be 1 to 100 of a-z, 0-9, '_' and '-'";
  return fail(
      Error{ErrorCode::kInvalidArgument, "the name " + message, {}, {}, {{"name", message, {}}}});
}

// A new key next to secrets of an old one would hide that the old file is lost.
Result<Key> Vault::newest_key() {
  const auto known = store_.list_secrets();
  if (!known) return fail(known.error());
  const std::lock_guard lock(mutex_);
  auto keys = known->empty() ? load_or_make_keys(key_file_) : load_keys(key_file_);
  if (!keys) return fail(keys.error());
  keys_ = *std::move(keys);
  return keys_.front();
}

Result<Key> Vault::key_named(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto find = [&]() -> const Key* {
    const auto found =
        std::find_if(keys_.begin(), keys_.end(), [&](const Key& key) { return key.id == id; });
    return found == keys_.end() ? nullptr : &*found;
  };
  if (const Key* key = find()) return *key;
  auto keys = load_keys(key_file_);
  if (!keys) {
    Error error = keys.error();
    error.message = "secrets cannot be opened: " + error.message;
    if (error.code == ErrorCode::kNotFound) error.code = ErrorCode::kUnavailable;
    return fail(std::move(error));
  }
  keys_ = *std::move(keys);
  if (const Key* key = find()) return *key;
  return fail(ErrorCode::kUnavailable,
              fmt::format("secrets cannot be opened: {} holds another key ({}) than the one they "
                          "were sealed with ({})",
                          key_file_, keys_.front().id, id),
              "put the right key file back");
}

Result<std::string> Vault::open(const SealedSecret& secret) {
  const auto key = key_named(secret.key_id);
  if (!key) return fail(key.error());
  return unseal(secret, *key);
}

Result<void> Vault::add(std::string_view name, std::string_view value, const Actor& actor) {
  if (auto good = check_name(name); !good) return good;
  if (auto good = check_value(value); !good) return good;
  const auto key = newest_key();
  if (!key) return fail(key.error());
  SealedSecret secret;
  secret.id = random_id();
  secret.name = name;
  secret.updated_by = actor.who;
  seal(secret, value, *key);
  auto added =
      store_.add_secret(secret, note_of(actor, "secret.add", fmt::format("secret {}", name)));
  if (!added || is_newest(*key)) return added;
  return replace(name, value, actor);
}

// Another process may have moved all secrets to a new key while this one was being stored.
bool Vault::is_newest(const Key& key) const {
  const auto keys = load_keys(key_file_);
  return !keys || keys->front().id == key.id;
}

Result<void> Vault::replace(std::string_view name, std::string_view value, const Actor& actor) {
  if (auto good = check_value(value); !good) return good;
  auto secret = store_.load_secret(name);
  if (!secret) return fail(secret.error());
  const auto key = newest_key();
  if (!key) return fail(key.error());
  secret->updated_by = actor.who;
  seal(*secret, value, *key);
  auto stored = store_.update_secret(
      *secret, note_of(actor, "secret.change", fmt::format("secret {}", name)));
  if (!stored || is_newest(*key)) return stored;
  return replace(name, value, actor);
}

Result<void> Vault::remove(std::string_view name, const Actor& actor) {
  return store_.remove_secret(name,
                              note_of(actor, "secret.remove", fmt::format("secret {}", name)));
}

// Both keys stand in the file until every row has moved: a crash in between loses nothing.
Result<std::size_t> Vault::rotate_key(const Actor& actor) {
  const auto old_key = newest_key();
  if (!old_key) return fail(old_key.error());
  const Key fresh = make_key();
  {
    const std::lock_guard lock(mutex_);
    keys_.insert(keys_.begin(), fresh);
    if (auto saved = save_keys(key_file_, keys_); !saved) return fail(saved.error());
  }
  auto count = store_.reseal_secrets(
      [&](const SealedSecret& secret) -> Result<SealedSecret> {
        const auto value = open(secret);
        if (!value) return fail(value.error());
        SealedSecret sealed = secret;
        seal(sealed, *value, fresh);
        return sealed;
      },
      note_of(actor, "secret.rotate_key", ""));
  if (!count) return count;
  const std::lock_guard lock(mutex_);
  keys_ = {fresh};
  if (auto saved = save_keys(key_file_, keys_); !saved) return fail(saved.error());
  return count;
}

Result<std::string> Vault::reveal(std::string_view name) {
  const auto secret = store_.load_secret(name);
  if (!secret) return fail(secret.error());
  auto value = open(*secret);
  const Instant now = clock_.now();
  if (value && (!secret->used_at || now - *secret->used_at >= kUseNotedEvery)) {
    // Only for people to look at: a run does not fail because of it.
    (void)store_.touch_secret(secret->id, now);
  }
  return value;
}

Result<void> Vault::check() {
  const auto secrets = store_.list_secrets();
  if (!secrets) return fail(secrets.error());
  for (const SealedSecret& secret : *secrets) {
    if (auto value = open(secret); !value) return fail(value.error());
  }
  return {};
}

}  // namespace rota::secrets
