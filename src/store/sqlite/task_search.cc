#include "store/sqlite/task_search.h"

#include <algorithm>

namespace rota::store {
namespace {

/// The index knows three letters in a row, so it cannot look for fewer.
constexpr std::ptrdiff_t kLettersMin = 3;
/// As many tasks are read and sorted in the time that a page may take. Where more match, walking
/// the list finds a page sooner.
constexpr std::int64_t kFew = 2'000;

std::string like_pattern(std::string_view search) {
  std::string pattern = "%";
  for (const char c : search) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern + "%";
}

// All of it as one phrase: no word of the query language has a meaning.
std::string phrase_of(std::string_view search) {
  const auto letters = std::ranges::count_if(
      search, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
  if (letters < kLettersMin || search.find('\0') != std::string_view::npos) return {};
  std::string phrase = "\"";
  for (const char c : search) {
    if (c == '"') phrase += '"';
    phrase += c;
  }
  return phrase + "\"";
}

}  // namespace

Result<TaskSearch> plan_search(Connection& connection, std::string_view search) {
  TaskSearch plan;
  if (search.empty()) return plan;
  plan.pattern = like_pattern(search);
  plan.phrase = phrase_of(search);
  if (plan.phrase.empty()) return plan;
  auto select = connection.prepare(
      "SELECT count(*) FROM (SELECT rowid FROM task_search WHERE task_search MATCH ? LIMIT ?)");
  if (!select) return fail(select.error());
  const auto row = select->bind(plan.phrase).bind(TaskSearch::kFoundMax + 1).step();
  if (!row) return fail(row.error());
  plan.found = select->integer(0);
  plan.few = plan.found <= kFew;
  return plan;
}

}  // namespace rota::store
