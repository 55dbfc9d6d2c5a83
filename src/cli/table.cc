#include "cli/table.h"

#include <algorithm>

#include "base/check.h"
#include "cli/text.h"

namespace rota::cli {
namespace {

constexpr std::size_t kGap = 2;

std::string padded(const std::string& text, std::size_t width, Align align) {
  const std::size_t used = display_width(text);
  const std::string blanks(width > used ? width - used : 0, ' ');
  return align == Align::kRight ? blanks + text : text + blanks;
}

std::size_t total_width(const std::vector<std::size_t>& widths,
                        const std::vector<std::size_t>& shown) {
  std::size_t total = shown.empty() ? 0 : (shown.size() - 1) * kGap;
  for (const std::size_t i : shown) total += widths[i];
  return total;
}

}  // namespace

void Table::add(std::vector<Cell> cells) {
  ROTA_CHECK(cells.size() == columns_.size(), "a row has a cell for every column");
  for (Cell& cell : cells) cell.text = escape_text(cell.text);
  rows_.push_back(std::move(cells));
}

std::vector<std::size_t> Table::natural_widths() const {
  std::vector<std::size_t> widths;
  for (const Column& column : columns_) widths.push_back(display_width(column.header));
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], display_width(row[i].text));
    }
  }
  return widths;
}

// The columns that fit when all that may shrink have done so.
std::vector<std::size_t> Table::choose(const std::vector<std::size_t>& widths,
                                       std::size_t width) const {
  std::vector<std::size_t> smallest = widths;
  std::vector<std::size_t> shown;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i].shrinks) smallest[i] = std::min(widths[i], columns_[i].least);
    shown.push_back(i);
  }
  while (width != 0 && total_width(smallest, shown) > width) {
    const auto first = std::min_element(shown.begin(), shown.end(), [&](auto a, auto b) {
      const auto order = [](int given_up) { return given_up == 0 ? 1'000 : given_up; };
      return order(columns_[a].given_up) < order(columns_[b].given_up);
    });
    if (columns_[*first].given_up == 0) break;  // Nothing more can give way: the terminal wraps.
    shown.erase(first);
  }
  return shown;
}

void Table::fit(std::vector<std::size_t>& widths, const std::vector<std::size_t>& shown,
                std::size_t width) const {
  while (width != 0 && total_width(widths, shown) > width) {
    std::size_t widest = columns_.size();
    for (const std::size_t i : shown) {
      if (!columns_[i].shrinks || widths[i] <= columns_[i].least) continue;
      if (widest == columns_.size() || widths[i] > widths[widest]) widest = i;
    }
    if (widest == columns_.size()) break;
    --widths[widest];
  }
}

void Table::print(const Console& console) const {
  std::vector<std::size_t> widths = natural_widths();
  const std::vector<std::size_t> shown = choose(widths, console.width);
  fit(widths, shown, console.width);
  const auto print_row = [&](auto&& cell_of) {
    std::string line;
    for (const std::size_t i : shown) {
      const Cell cell = cell_of(i);
      const std::string text = console.width == 0 ? cell.text : truncate_text(cell.text, widths[i]);
      const bool last = i == shown.back();
      if (i != shown.front()) line += std::string(kGap, ' ');
      const bool pad = !last || columns_[i].align == Align::kRight;
      line += console.styled(cell.style, pad ? padded(text, widths[i], columns_[i].align) : text);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    console.out << line << '\n';
  };
  print_row([&](std::size_t i) { return Cell{columns_[i].header, Style::kDim}; });
  for (const auto& row : rows_) print_row([&](std::size_t i) { return row[i]; });
  if (shown.size() == columns_.size()) return;
  std::string names;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (std::find(shown.begin(), shown.end(), i) != shown.end()) continue;
    names += (names.empty() ? "" : ", ") + columns_[i].header;
  }
  console.out.flush();
  console.note("not shown: " + names + "; a pipe shows all");
}

void print_pairs(const Console& console, const std::vector<std::pair<std::string, Cell>>& pairs) {
  std::size_t widest = 0;
  for (const auto& [name, cell] : pairs) widest = std::max(widest, display_width(name));
  for (const auto& [name, cell] : pairs) {
    if (cell.text.empty()) continue;
    std::string indented;
    for (const char c : escape_lines(cell.text)) {
      indented += c;
      if (c == '\n') indented += std::string(widest + kGap, ' ');
    }
    console.out << console.styled(Style::kDim, padded(name, widest, Align::kLeft))
                << std::string(kGap, ' ') << console.styled(cell.style, indented) << '\n';
  }
}

}  // namespace rota::cli
