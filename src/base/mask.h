// Takes secrets out of text. Each becomes "***", and so does each of their lines of 8 bytes or
// more: as they are, with other line ends, in base64 (both alphabets, wrapped, in the middle of a
// longer text as in a Basic Authorization header), in hexadecimal digits, percent-encoded, as JSON
// or JSON in JSON writes them, and escaped for HTML. Whatever else is done to a text comes after: a
// secret that was cut is not recognised, so masked_line() is the way to a short text.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rota::base {

/// Thread rule: any thread.
class Mask {
 public:
  explicit Mask(const std::vector<std::string>& secrets);
  ~Mask();
  Mask(const Mask&) = delete;
  Mask& operator=(const Mask&) = delete;

  /// A text that ends inside of a secret, because others have cut it, loses that end too.
  std::string apply(std::string_view text) const;
  /// Whether a whole secret stands in it, in any form.
  bool finds(std::string_view text) const;

 private:
  friend class StreamMask;
  struct View;
  struct Views;

  std::unique_ptr<const Views> views_;
};

/// The text as one line of at most `bytes_max` bytes (one_line() in base/utf8.h), masked before it
/// is cut; null: there is nothing to hide.
std::string masked_line(const Mask* mask, std::string_view text, std::size_t bytes_max);

/// The same for text that comes in pieces: what could be the beginning of a secret is held back.
class StreamMask {
 public:
  StreamMask();
  ~StreamMask();
  StreamMask(StreamMask&&) noexcept;
  StreamMask& operator=(StreamMask&&) noexcept;

  /// From here on; what is held back is looked at once more.
  void use(std::shared_ptr<const Mask> mask);
  /// What can be passed on.
  std::string pass(std::string_view piece);
  /// What was held back.
  std::string finish();

 private:
  friend class Mask;
  class Scan;

  void scan(std::string_view bytes, std::uint64_t at);
  std::string release(std::uint64_t to);

  std::shared_ptr<const Mask> mask_;
  std::vector<Scan> scans_;  ///< One for each view.
  std::string held_;
  std::string covered_;      ///< Beside held_: '\1' where a secret stands.
  std::uint64_t begin_ = 0;  ///< Of held_ in the whole text.
  bool in_mask_ = false;     ///< The last that was passed on is "***".
  bool found_ = false;
};

}  // namespace rota::base
