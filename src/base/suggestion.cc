#include "base/suggestion.h"

#include <algorithm>

namespace rota::base {
namespace {

constexpr std::size_t kTypedMax = 40;

// Edits from a to b, a swap of neighbours counting as one (optimal string alignment).
std::size_t edits_between(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> edits(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        edits[i][j] = i + j;
        continue;
      }
      const std::size_t changed = edits[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      edits[i][j] = std::min({changed, edits[i - 1][j] + 1, edits[i][j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        edits[i][j] = std::min(edits[i][j], edits[i - 2][j - 2] + 1);
      }
    }
  }
  return edits[a.size()][b.size()];
}

}  // namespace

std::string nearest_word(std::string_view typed, const std::vector<std::string>& words) {
  if (typed.size() > kTypedMax) return {};
  std::string best;
  std::size_t fewest = kTypedMax;
  for (const std::string& word : words) {
    const std::size_t edits = edits_between(typed, word);
    if (edits < fewest && edits <= std::max<std::size_t>(1, word.size() / 3)) {
      fewest = edits;
      best = word;
    }
  }
  return best;
}

}  // namespace rota::base
