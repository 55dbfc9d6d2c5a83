// Takes secrets out of text: as they are, in base64 (also in the middle of a longer text, as in a
// Basic Authorization header), percent-encoded, and as a JSON string writes them. Each becomes
// "***".
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rota::base {

/// Thread rule: any thread.
class Mask {
 public:
  explicit Mask(const std::vector<std::string>& secrets);
  std::string apply(std::string_view text) const;

 private:
  friend class StreamMask;
  /// Of the longest form that stands at the front; 0: none.
  std::size_t match(std::string_view text) const;
  /// Whether what follows could make a (longer) form of all that is there.
  bool undecided(std::string_view text) const;

  std::array<std::vector<std::string>, 256> forms_;  ///< By their first byte, longest first.
  std::size_t longest_ = 0;
};

/// The same for text that comes in pieces: what could be the beginning of a secret is held back.
class StreamMask {
 public:
  void use(std::shared_ptr<const Mask> mask) { mask_ = std::move(mask); }
  /// What can be passed on.
  std::string pass(std::string_view piece);
  /// What was held back.
  std::string finish();

 private:
  std::string run(bool last);

  std::shared_ptr<const Mask> mask_;
  std::string held_;
  std::size_t covered_ = 0;  ///< Bytes at the front of held_ that belong to a secret.
};

}  // namespace rota::base
