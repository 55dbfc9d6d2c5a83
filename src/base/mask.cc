// A view is a way to read the text (as it is, percent-decoded, its base64 letters alone ...), with
// an automaton that looks for the secrets there. Each view marks what it finds in the text itself;
// all that any of them marked is taken out. Views that undo an escape which does not occur are not
// walked through: they stand where the plain one stands.
#include "base/mask.h"

#include <algorithm>
#include <span>
#include <utility>

#include "base/pattern_automaton.h"
#include "base/secret_forms.h"
#include "base/text_decoder.h"
#include "base/utf8.h"

namespace rota::base {
namespace {

constexpr std::string_view kMasked = "***";
constexpr char kCovered = '\1';

/// Bytes between two letters of wrapped base64: a line end and an indentation.
constexpr std::size_t kBase64GapMax = 40;
/// Between two hexadecimal digits: ":", ", ", "\x".
constexpr std::size_t kHexGapMax = 4;

// As much of a secret's beginning as may stand at the end of a text: 3 characters.
constexpr std::size_t kTextEndMax = 3;
constexpr std::size_t kBase64EndMax = 5;
constexpr std::size_t kHexEndMax = 7;

using Kind = TextDecoder::Kind;

enum class Letters { kText, kBase64, kHex };

bool is_gap(Letters letters, unsigned char byte) {
  constexpr std::string_view kBase64Gaps = "\r\n\t ";
  constexpr std::string_view kHexGaps = "\r\n\t :-,\\xX%";
  const char c = static_cast<char>(byte);
  if (letters == Letters::kText) return c == '\r';
  return (letters == Letters::kBase64 ? kBase64Gaps : kHexGaps).find(c) != std::string_view::npos;
}

unsigned char folded(Letters letters, unsigned char byte) {
  if (letters == Letters::kBase64) return byte == '-' ? '+' : byte == '_' ? '/' : byte;
  if (letters == Letters::kHex && byte >= 'A' && byte <= 'F') return byte - 'A' + 'a';
  return byte;
}

}  // namespace

struct Mask::View {
  const PatternAutomaton& automaton;
  Letters letters;
  std::vector<Kind> decoders;
  std::array<bool, 256> matters{};  ///< When nothing has begun yet.
  std::string escapes;              ///< The bytes that the decoders undo.
  std::size_t gap_max = 0;
  std::size_t end_max = 0;

  View(const PatternAutomaton& the_automaton, Letters the_letters, std::vector<Kind> the_decoders)
      : automaton(the_automaton), letters(the_letters), decoders(std::move(the_decoders)) {
    gap_max = letters == Letters::kHex ? kHexGapMax : kBase64GapMax;
    end_max = letters == Letters::kText     ? kTextEndMax
              : letters == Letters::kBase64 ? kBase64EndMax
                                            : kHexEndMax;
    for (unsigned i = 0; i < 256; ++i) {
      const auto byte = static_cast<unsigned char>(i);
      if (decodes(byte)) escapes += static_cast<char>(byte);
      matters[i] =
          decodes(byte) || automaton.next(PatternAutomaton::kRoot, folded(letters, byte)) != 0;
    }
  }
  bool decodes(unsigned char byte) const {
    return std::any_of(decoders.begin(), decoders.end(),
                       [&](Kind kind) { return TextDecoder::begins(kind, byte); });
  }
};

struct Mask::Views {
  explicit Views(SecretForms forms)
      : texts(std::move(forms.texts)), base64(std::move(forms.base64)), hex(std::move(forms.hex)) {
    all.emplace_back(texts, Letters::kText, std::vector<Kind>{});  // first: others follow it
    for (const auto& decoders : std::vector<std::vector<Kind>>{{Kind::kPercent},
                                                               {Kind::kForm},
                                                               {Kind::kJson},
                                                               {Kind::kJson, Kind::kJson},
                                                               {Kind::kHtml}}) {
      all.emplace_back(texts, Letters::kText, decoders);
    }
    all.emplace_back(base64, Letters::kBase64, std::vector<Kind>{Kind::kPercent, Kind::kJson});
    all.emplace_back(hex, Letters::kHex, std::vector<Kind>{});
  }
  PatternAutomaton texts;
  PatternAutomaton base64;
  PatternAutomaton hex;
  std::vector<View> all;
};

Mask::Mask(const std::vector<std::string>& secrets)
    : views_(std::make_unique<const Views>(forms_of(secrets))) {}

Mask::~Mask() = default;

// Where one view stands in the text.
class StreamMask::Scan {
 public:
  explicit Scan(const Mask::View& view) : view_(&view) {
    for (const Kind kind : view.decoders) decoders_.emplace_back(kind);
  }

  /// `cover` is called with each part of the text that a secret takes up.
  template <class Cover>
  void walk(std::string_view bytes, std::uint64_t at, const Cover& cover) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      if (is_idle()) {
        while (i < bytes.size() && !view_->matters[static_cast<unsigned char>(bytes[i])]) ++i;
        if (i == bytes.size()) break;
      }
      feed(0, {static_cast<unsigned char>(bytes[i]), at + i, at + i + 1}, cover);
    }
  }

  /// From where on the text may still turn out to hold a secret.
  std::uint64_t undecided_from(std::uint64_t end) const {
    if (depth() > 0) return begin_of(depth());
    for (const TextDecoder& decoder : decoders_) {
      if (const auto from = decoder.waiting_from()) end = std::min(end, *from);
    }
    return end;
  }
  /// Where a secret begins that the text's end has cut; `end`: nowhere.
  std::uint64_t cut_from(std::uint64_t end) const {
    const std::size_t letters = depth() + (decoders_idle() ? 0 : 1);  // perhaps half an escape
    return depth() > 0 && letters > view_->end_max ? begin_of(depth()) : end;
  }

  /// Whether it stands where another one stands, which reads the text as it is.
  bool is_beside(const Scan& plain) const {
    return state_ == plain.state_ && decoders_idle() && std::ranges::equal(last(), plain.last());
  }
  void follow(const Scan& plain) {
    state_ = plain.state_;
    begins_.assign(plain.last().begin(), plain.last().end());
    gap_ = plain.gap_;
  }
  bool decodes_any_of(std::string_view bytes) const {
    return std::ranges::any_of(view_->escapes, [&](char c) { return bytes.find(c) != bytes.npos; });
  }
  bool reads_plainly() const { return view_->letters == Letters::kText; }

 private:
  std::size_t depth() const { return view_->automaton.depth(state_); }
  std::uint64_t begin_of(std::size_t length) const { return begins_[begins_.size() - length]; }
  std::span<const std::uint64_t> last() const { return std::span(begins_).last(depth()); }
  bool decoders_idle() const {
    return std::none_of(decoders_.begin(), decoders_.end(),
                        [](const TextDecoder& d) { return d.waiting_from().has_value(); });
  }
  bool is_idle() const { return state_ == PatternAutomaton::kRoot && decoders_idle(); }

  template <class Cover>
  void feed(std::size_t decoder, const PlacedByte& one, const Cover& cover) {
    if (decoder == decoders_.size()) return step(one, cover);
    for (const PlacedByte& decoded : decoders_[decoder].feed(one)) {
      feed(decoder + 1, decoded, cover);
    }
  }

  template <class Cover>
  void step(const PlacedByte& one, const Cover& cover) {
    if (is_gap(view_->letters, one.byte) &&
        (state_ != PatternAutomaton::kRoot || one.byte == '\r') && goes_on(one.byte)) {
      return;
    }
    gap_ = 0;
    state_ = view_->automaton.next(state_, folded(view_->letters, one.byte));
    const std::size_t now = depth();
    if (now == 0) return begins_.clear();
    if (begins_.size() > 2 * now + 64) {
      begins_.erase(begins_.begin(), begins_.end() - static_cast<std::ptrdiff_t>(now));
    }
    begins_.push_back(one.from);
    if (const std::size_t found = view_->automaton.matched(state_); found > 0) {
      cover(begin_of(found), one.to);
    }
  }

  // Whether a byte between two letters leaves what was read as it is.
  bool goes_on(unsigned char byte) {
    if (view_->letters == Letters::kText) return byte == '\r';
    if (++gap_ <= view_->gap_max) return true;
    state_ = PatternAutomaton::kRoot;
    return false;
  }

  const Mask::View* view_;
  std::vector<TextDecoder> decoders_;
  PatternAutomaton::State state_ = PatternAutomaton::kRoot;
  std::vector<std::uint64_t> begins_;  ///< Of the letters that led here, the last of them last.
  std::size_t gap_ = 0;
};

StreamMask::StreamMask() = default;
StreamMask::~StreamMask() = default;
StreamMask::StreamMask(StreamMask&&) noexcept = default;
StreamMask& StreamMask::operator=(StreamMask&&) noexcept = default;

void StreamMask::use(std::shared_ptr<const Mask> mask) {
  mask_ = std::move(mask);
  scans_.clear();
  if (!mask_) return;
  for (const Mask::View& view : mask_->views_->all) scans_.emplace_back(view);
  scan(held_, begin_);
}

std::string StreamMask::pass(std::string_view piece) {
  if (!mask_ && held_.empty()) {
    begin_ += piece.size();
    in_mask_ = in_mask_ && piece.empty();
    return std::string(piece);
  }
  const std::uint64_t at = begin_ + held_.size();
  held_ += piece;
  covered_.resize(held_.size(), '\0');
  if (!mask_) return release(begin_ + held_.size());
  scan(piece, at);
  std::uint64_t to = begin_ + held_.size();
  for (const Scan& one : scans_) to = std::min(to, one.undecided_from(to));
  return release(to);
}

std::string StreamMask::finish() {
  const std::uint64_t end = begin_ + held_.size();
  std::uint64_t from = end;
  for (const Scan& one : scans_) from = std::min(from, one.cut_from(end));
  std::fill(covered_.end() - static_cast<std::ptrdiff_t>(end - from), covered_.end(), kCovered);
  return release(end);
}

void StreamMask::scan(std::string_view bytes, std::uint64_t at) {
  // Matches of one view end one behind the other, so what is covered already is not covered anew.
  std::uint64_t from = 0;
  std::uint64_t to = 0;
  const auto cover = [&](std::uint64_t begin, std::uint64_t end) {
    found_ = true;
    const auto mark = [&](std::uint64_t first, std::uint64_t last) {
      std::fill_n(covered_.begin() + static_cast<std::ptrdiff_t>(first - begin_), last - first,
                  kCovered);
    };
    if (begin > to || from == to) {
      mark(begin, end);
      from = begin;
    } else {
      mark(std::max(begin, to), std::max(end, to));
      if (begin < from) {
        mark(begin, from);
        from = begin;
      }
    }
    to = std::max(to, end);
  };
  const Scan plain_before = scans_.front();
  for (Scan& one : scans_) {
    from = to = 0;
    const bool follows = &one != &scans_.front() && one.reads_plainly() &&
                         one.is_beside(plain_before) && !one.decodes_any_of(bytes);
    follows ? one.follow(scans_.front()) : one.walk(bytes, at, cover);
  }
}

// Passes on what stands before `to`.
std::string StreamMask::release(std::uint64_t to) {
  const std::size_t count = to - begin_;
  std::string out;
  for (std::size_t at = 0; at < count;) {
    const bool covered = covered_[at] == kCovered;
    const std::size_t end = std::min(covered_.find(covered ? '\0' : kCovered, at), count);
    if (!covered) out.append(held_, at, end - at);
    if (covered && !in_mask_) out += kMasked;
    in_mask_ = covered;
    at = end;
  }
  held_.erase(0, count);
  covered_.erase(0, count);
  begin_ = to;
  return out;
}

std::string Mask::apply(std::string_view text) const {
  StreamMask stream;
  // The stream does not outlive this call.
  stream.use(std::shared_ptr<const Mask>(std::shared_ptr<const Mask>(), this));
  std::string masked = stream.pass(text);
  return masked += stream.finish();
}

bool Mask::finds(std::string_view text) const {
  StreamMask stream;
  stream.use(std::shared_ptr<const Mask>(std::shared_ptr<const Mask>(), this));
  stream.pass(text);
  return stream.found_;
}

std::string masked_line(const Mask* mask, std::string_view text, std::size_t bytes_max) {
  return one_line(mask != nullptr ? mask->apply(text) : std::string(text), bytes_max);
}

}  // namespace rota::base
