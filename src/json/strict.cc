#include "json/strict.h"

#include <fmt/format.h>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>
#include <cmath>
#include <functional>
#include <optional>
#include <set>
#include <vector>

#include "base/utf8.h"

namespace rota::json {
namespace {

namespace bj = boost::json;

constexpr std::size_t kNameShown = 60;   // bytes of each name in a path
constexpr std::size_t kPathShown = 200;  // bytes of the whole path

// The names of every object that is still open. Sets and no hash tables: names are chosen by
// strangers.
class OpenObjects {
 public:
  void open(bool is_object) { levels_.push_back({is_object, 0, {}, {}}); }
  void close() { levels_.pop_back(); }
  void key_part(bj::string_view part) { part_.append(part.data(), part.size()); }
  /// False: this name stands there already.
  bool key(bj::string_view last) {
    key_part(last);
    Level& level = levels_.back();
    level.key = std::exchange(part_, {});
    return level.keys.insert(level.key).second;
  }
  /// A value of the innermost list or object begins.
  void value() {
    if (!levels_.empty()) ++levels_.back().values;
  }

  std::string path() const {
    std::string path;
    for (const Level& level : levels_) {
      if (!level.is_object) {
        path += fmt::format("[{}]", level.values == 0 ? 0 : level.values - 1);
      } else {
        if (!path.empty()) path += '.';
        path += base::one_line(level.key, kNameShown);
      }
    }
    return base::one_line(path, kPathShown);
  }

 private:
  struct Level {
    bool is_object;
    std::size_t values;
    std::string key;
    std::set<std::string, std::less<>> keys;
  };
  std::vector<Level> levels_;
  std::string part_;
};

// What the parser calls. Builds the value only where somebody wants it.
template <bool kBuilds>
class Handler {
 public:
  static constexpr std::size_t max_object_size = bj::object::max_size();
  static constexpr std::size_t max_array_size = bj::array::max_size();
  static constexpr std::size_t max_key_size = bj::string::max_size();
  static constexpr std::size_t max_string_size = bj::string::max_size();
  using Problem = bj::error_code;
  using Text = bj::string_view;

  /// Also for what is kept in between.
  explicit Handler(const bj::storage_ptr& storage) : stack_(storage) { stack_.reset(storage); }

  bool on_document_begin(Problem&) { return true; }
  bool on_document_end(Problem&) { return true; }
  bool on_object_begin(Problem&) { return begin(true); }
  bool on_array_begin(Problem&) { return begin(false); }
  bool on_object_end(std::size_t size, Problem&) {
    if constexpr (kBuilds) stack_.push_object(size);
    open_.close();
    return true;
  }
  bool on_array_end(std::size_t size, Problem&) {
    if constexpr (kBuilds) stack_.push_array(size);
    open_.close();
    return true;
  }
  bool on_key_part(Text part, std::size_t, Problem&) {
    if constexpr (kBuilds) stack_.push_chars(part);
    open_.key_part(part);
    return true;
  }
  bool on_key(Text last, std::size_t, Problem& problem) {
    if constexpr (kBuilds) stack_.push_key(last);
    if (open_.key(last)) return true;
    field_ = open_.path();
    return refuse(problem, fmt::format("the name '{}' stands twice", field_));
  }
  bool on_string_part(Text part, std::size_t, Problem&) {
    if constexpr (kBuilds) stack_.push_chars(part);
    return true;
  }
  bool on_string(Text last, std::size_t, Problem&) {
    if constexpr (kBuilds) stack_.push_string(last);
    open_.value();
    return true;
  }
  bool on_number_part(Text, Problem&) { return true; }
  bool on_int64(std::int64_t number, Text, Problem&) {
    if constexpr (kBuilds) stack_.push_int64(number);
    open_.value();
    return true;
  }
  bool on_uint64(std::uint64_t number, Text, Problem&) {
    if constexpr (kBuilds) stack_.push_uint64(number);
    open_.value();
    return true;
  }
  bool on_double(double number, Text, Problem& problem) {
    if (!std::isfinite(number)) return refuse(problem, "the number is too large");
    if constexpr (kBuilds) stack_.push_double(number);
    open_.value();
    return true;
  }
  bool on_bool(bool value, Problem&) {
    if constexpr (kBuilds) stack_.push_bool(value);
    open_.value();
    return true;
  }
  bool on_null(Problem&) {
    if constexpr (kBuilds) stack_.push_null();
    open_.value();
    return true;
  }
  bool on_comment_part(Text, Problem&) { return true; }
  bool on_comment(Text, Problem&) { return true; }

  bj::value release() { return stack_.release(); }
  std::string message(const Problem& problem) const { return refusal_.value_or(problem.message()); }
  const std::string& field() const { return field_; }

 private:
  bool begin(bool is_object) {
    open_.value();
    open_.open(is_object);
    return true;
  }
  bool refuse(Problem& problem, std::string why) {
    refusal_ = std::move(why);
    problem = bj::make_error_code(bj::error::syntax);
    return false;
  }

  bj::value_stack stack_;
  OpenObjects open_;
  std::optional<std::string> refusal_;
  std::string field_;
};

template <bool kBuilds>
tl::expected<bj::value, Fault> read(std::string_view text, std::size_t depth_max,
                                    const bj::storage_ptr& storage) {
  bj::parse_options options;
  options.max_depth = depth_max;
  bj::basic_parser<Handler<kBuilds>> parser(options, storage);
  bj::error_code problem;
  const std::size_t used = parser.write_some(false, text.data(), text.size(), problem);
  if (!problem && text.find_first_not_of(" \t\r\n", used) != std::string_view::npos) {
    problem = bj::make_error_code(bj::error::extra_data);
  }
  if (problem) {
    return tl::unexpected(Fault{parser.handler().message(problem), std::min(used, text.size()) + 1,
                                parser.handler().field()});
  }
  if constexpr (kBuilds) return parser.handler().release();
  return bj::value();
}

}  // namespace

std::string describe(const Fault& fault) {
  if (!fault.field.empty()) {
    return fmt::format("names '{}' twice at position {}", fault.field, fault.at);
  }
  return fmt::format("is not JSON: {} at position {}", fault.message, fault.at);
}

tl::expected<bj::value, Fault> parse_strict(std::string_view text, std::size_t depth_max,
                                            bj::storage_ptr storage) {
  return read<true>(text, depth_max, storage);
}

bool is_strict(std::string_view text, std::size_t depth_max) {
  return read<false>(text, depth_max, {}).has_value();
}

}  // namespace rota::json
