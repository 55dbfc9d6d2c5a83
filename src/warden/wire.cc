#include "warden/wire.h"

#include <algorithm>
#include <cstring>
#include <type_traits>

namespace rota::warden {
namespace {

constexpr std::uint8_t kStart = 1;
constexpr std::uint8_t kStop = 2;
constexpr std::uint8_t kHold = 3;
constexpr std::uint8_t kLease = 4;

// What it would write is counted first: a text that grows leaves copies of secrets behind.
class Writer {
 public:
  explicit Writer(bool counting = false) : counting_(counting) {}
  void make_room(std::size_t bytes) { bytes_.reserve(bytes); }
  std::size_t counted() const { return counted_; }

  template <class T>
    requires std::is_trivially_copyable_v<T>
  void put(const T& value) {
    put_bytes({reinterpret_cast<const char*>(&value), sizeof value});
  }
  void put(const std::string& text) {
    put(static_cast<std::uint32_t>(text.size()));
    put_bytes(text);
  }
  template <class T>
  void put(const std::vector<T>& all) {
    put(static_cast<std::uint32_t>(all.size()));
    for (const T& one : all) put(one);
  }
  std::string take() { return std::move(bytes_); }

 private:
  void put_bytes(std::string_view bytes) {
    counted_ += bytes.size();
    if (!counting_) bytes_ += bytes;
  }

  const bool counting_;
  std::size_t counted_ = 0;
  std::string bytes_;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  template <class T>
    requires std::is_trivially_copyable_v<T>
  void get(T& value) {
    if (rest_.size() < sizeof value) {
      good_ = false;
      return;
    }
    std::memcpy(&value, rest_.data(), sizeof value);
    rest_.remove_prefix(sizeof value);
  }
  void get(std::string& text) {
    const std::uint32_t size = count();
    text.assign(rest_.substr(0, size));
    rest_.remove_prefix(std::min<std::size_t>(size, rest_.size()));
  }
  template <class T>
  void get(std::vector<T>& all) {
    for (std::uint32_t left = count(); good_ && left > 0; --left) get(all.emplace_back());
  }
  bool finished() const { return good_ && rest_.empty(); }

 private:
  // No list or text is longer than the bytes that are left.
  std::uint32_t count() {
    std::uint32_t size = 0;
    get(size);
    if (size > rest_.size()) good_ = false;
    return good_ ? size : 0;
  }

  std::string_view rest_;
  bool good_ = true;
};

// Both directions name the fields in one order.
template <class Message, class Visit>
void visit_start(Message& m, Visit visit) {
  visit(m.id);
  visit(m.program);
  visit(m.trust.any);
  visit(m.trust.operator_id);
  visit(m.trust.within);
  visit(m.argv);
  visit(m.environment);
  visit(m.folder);
  visit(m.private_folder);
  visit(m.allow_root);
  visit(m.change_user);
  visit(m.uid);
  visit(m.gid);
  visit(m.groups);
  visit(m.limits);
  visit(m.sandbox.on);
  visit(m.sandbox.read);
  visit(m.sandbox.write);
}

}  // namespace

std::string encode(const StartMessage& message) {
  Writer measure(true);
  Writer out;
  for (Writer* writer : {&measure, &out}) {
    if (writer == &out) out.make_room(measure.counted());
    writer->put(kStart);
    visit_start(message, [&](const auto& field) { writer->put(field); });
  }
  return out.take();
}

std::string encode(const StopMessage& message) {
  Writer out;
  out.put(kStop);
  out.put(message);
  return out.take();
}

std::string encode(const HoldMessage& /*message*/) {
  Writer out;
  out.put(kHold);
  return out.take();
}

std::string encode(const LeaseMessage& /*message*/) {
  Writer out;
  out.put(kLease);
  return out.take();
}

std::optional<ServerMessage> decode(std::string_view bytes) {
  Reader in(bytes);
  std::uint8_t kind = 0;
  in.get(kind);
  ServerMessage message;
  if (kind == kStart) {
    visit_start(message.start.emplace(), [&](auto& field) { in.get(field); });
  } else if (kind == kStop) {
    in.get(message.stop.emplace());
  } else if (kind == kHold) {
    message.hold.emplace();
  } else if (kind == kLease) {
    message.lease.emplace();
  } else {
    return std::nullopt;
  }
  if (!in.finished()) return std::nullopt;
  return message;
}

}  // namespace rota::warden
