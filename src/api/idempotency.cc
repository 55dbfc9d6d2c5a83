#include "api/idempotency.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/json_body.h"

namespace rota::api {
namespace {

constexpr std::string_view kHeader = "idempotency-key";

bool is_key(std::string_view key) {
  return key.size() <= kIdempotencyKeyMax &&
         std::ranges::all_of(key, [](char c) { return c > ' ' && c < '\x7f'; });
}

Error wrong_key(std::string message) {
  return wrong_fields({{"Idempotency-Key", std::move(message), std::nullopt}});
}

}  // namespace

Result<net::Response> IdempotentAnswers::once(const Exchange& exchange, const Answer& answer) {
  const net::Request& request = *exchange.request;
  const std::string_view given = request.header(kHeader);
  if (given.empty()) return answer(exchange);
  if (!is_key(given)) {
    return fail(
        wrong_key(fmt::format("must be at most {} visible characters", kIdempotencyKeyMax)));
  }
  const Key key = fmt::format("{}\n{}\n{}", exchange.who.recorded_as(), request.path, given);
  auto known = begin(key, request.body);
  if (!known) return fail(known.error());
  if (*known) return std::move(**known);
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

Result<std::optional<net::Response>> IdempotentAnswers::begin(const Key& key,
                                                              const std::string& body) {
  const std::lock_guard lock(mutex_);
  forget_old();
  const auto known = kept_.find(key);
  if (known == kept_.end()) {
    kept_.emplace(key, Kept{body, std::nullopt, {}});
    return std::optional<net::Response>{};
  }
  if (known->second.body != body) {
    return fail(wrong_key("was used for another request; take a new one for each"));
  }
  if (known->second.response) return known->second.response;
  return fail(ErrorCode::kStale, "the same request is still under way",
              "wait for its answer, or send it again in a moment");
}

void IdempotentAnswers::end(const Key& key, const Result<net::Response>& response) {
  const std::lock_guard lock(mutex_);
  if (!response || response->status >= 300) {
    kept_.erase(key);
    return;
  }
  Kept& kept = kept_.at(key);
  kept.response = *response;
  kept.until = now_() + kKept;
  order_.push_back(key);
}

void IdempotentAnswers::forget_old() {
  const Time now = now_();
  while (!order_.empty() &&
         (order_.size() >= answers_max_ || kept_.at(order_.front()).until <= now)) {
    kept_.erase(order_.front());
    order_.pop_front();
  }
}

}  // namespace rota::api
