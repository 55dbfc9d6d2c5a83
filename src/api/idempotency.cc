#include "api/idempotency.h"

#include <fmt/format.h>

#include <algorithm>

#include "accounts/secrets.h"
#include "api/holders.h"
#include "api/json_body.h"

namespace rota::api {
namespace {

constexpr std::string_view kHeader = "idempotency-key";
/// Of an entry and its places in three containers, beside its texts.
constexpr std::size_t kEntryBytes = 512;

bool is_key(std::string_view key) {
  return key.size() <= kIdempotencyKeyMax &&
         std::ranges::all_of(key, [](char c) { return c > ' ' && c < '\x7f'; });
}

Error wrong_key(std::string message) { return wrong_field("Idempotency-Key", std::move(message)); }

std::size_t bytes_of(const net::Response& response) {
  std::size_t bytes = response.body.size() + response.holder.size();
  for (const net::Header& header : response.headers) {
    bytes += sizeof header + header.name.size() + header.value.size();
  }
  return bytes;
}

}  // namespace

Result<net::Response> IdempotentAnswers::once(const Exchange& exchange, const Answer& answer,
                                              const Remake& remake) {
  const net::Request& request = *exchange.request;
  const std::string_view given = request.header(kHeader);
  if (given.empty()) return answer(exchange);
  if (!is_key(given)) {
    return fail(
        wrong_key(fmt::format("must be at most {} visible characters", kIdempotencyKeyMax)));
  }
  const Key key = accounts::hash_secret(
      fmt::format("{}\n{}\n{}", exchange.who.recorded_as(), request.path, given));
  auto known = begin(key, holder_of(exchange.who, request), accounts::hash_secret(request.body));
  if (!known) return fail(known.error());
  if (*known) {
    net::Response response = std::move(*(**known).response);
    if ((**known).without_body) response.body = remake(response);
    return response;
  }
  // Whatever happens, the key must not stay under way.
  struct Ending {
    IdempotentAnswers& answers;
    const Key& key;
    Result<net::Response> response = fail(ErrorCode::kInternal, "the answer failed");
    ~Ending() { answers.end(key, response); }
  } ending{*this, key};
  ending.response = answer(exchange);
  return ending.response;
}

std::size_t IdempotentAnswers::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

Result<std::optional<IdempotentAnswers::Kept>> IdempotentAnswers::begin(const Key& key,
                                                                        const std::string& user,
                                                                        std::string request_hash) {
  const std::lock_guard lock(mutex_);
  make_room(user);
  const auto known = kept_.find(key);
  if (known == kept_.end()) {
    Kept& kept =
        kept_.emplace(key, Kept{std::move(request_hash), user, {}, false, {}, 0}).first->second;
    keep(kept, kEntryBytes + key.size() + kept.request_hash.size() + user.size());
    return std::optional<Kept>{};
  }
  if (known->second.request_hash != request_hash) {
    return fail(wrong_key("was used for another request; take a new one for each"));
  }
  if (known->second.response) return std::optional<Kept>{known->second};
  return fail(ErrorCode::kStale, "the same request is still under way",
              "wait for its answer, or send it again in a moment");
}

void IdempotentAnswers::end(const Key& key, const Result<net::Response>& response) {
  const std::lock_guard lock(mutex_);
  if (!response || response->status >= 300) return erase(key);
  Kept& kept = kept_.at(key);
  kept.without_body = response->body.size() > limits_.body_bytes_max;
  kept.response = *response;
  if (kept.without_body) kept.response->body = {};
  kept.until = now_() + kKept;
  keep(kept, bytes_of(*kept.response));
  shares_[kept.user].finished.push_back(++number_);
  finished_.emplace(number_, key);
  make_room(kept.user);
}

void IdempotentAnswers::keep(Kept& kept, std::size_t bytes) {
  kept.bytes += bytes;
  shares_[kept.user].bytes += bytes;
  bytes_ += bytes;
}

void IdempotentAnswers::make_room(const std::string& user) {
  const Time now = now_();
  while (!finished_.empty() && kept_.at(finished_.begin()->second).until <= now) {
    forget(finished_.begin()->first);
  }
  for (auto own = shares_.find(user); own != shares_.end(); own = shares_.find(user)) {
    const Share& share = own->second;
    if (share.bytes <= limits_.bytes_per_user_max || share.finished.empty()) break;
    forget(share.finished.front());
  }
  while (bytes_ > limits_.bytes_max) {
    const auto most = std::ranges::max_element(shares_, {}, [](const auto& entry) {
      return entry.second.finished.empty() ? 0 : entry.second.bytes;
    });
    if (most == shares_.end() || most->second.finished.empty()) break;
    forget(most->second.finished.front());
  }
}

// Among one user's the order is that of all, so it is always the user's oldest that goes.
void IdempotentAnswers::forget(std::uint64_t number) {
  const auto found = finished_.find(number);
  const Key key = std::move(found->second);
  finished_.erase(found);
  shares_.at(kept_.at(key).user).finished.pop_front();
  erase(key);
}

void IdempotentAnswers::erase(const Key& key) {
  const auto found = kept_.find(key);
  const auto share = shares_.find(found->second.user);
  bytes_ -= found->second.bytes;
  share->second.bytes -= found->second.bytes;
  if (share->second.bytes == 0) shares_.erase(share);
  kept_.erase(found);
}

}  // namespace rota::api
