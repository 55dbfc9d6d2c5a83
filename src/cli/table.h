// A table for people. It fits the terminal: the widest columns that may shrink do so first, then
// those that matter least are left out, and no cell is ever broken in the middle of a character.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cli/console.h"

namespace rota::cli {

enum class Align { kLeft, kRight };

struct Column {
  std::string header;
  Align align = Align::kLeft;
  bool shrinks = false;   ///< May be cut to keep the table inside the terminal ...
  std::size_t least = 6;  ///< ... down to so many columns.
  int given_up = 0;       ///< Left out as the first, second, ... where that is too wide; 0: never.
};

struct Cell {
  std::string text;  ///< Raw: the table escapes it.
  Style style = Style::kPlain;
};

class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// Adds a row; it has as many cells as there are columns.
  void add(std::vector<Cell> cells);

  /// Prints header and rows. Prints nothing but the header when there are no rows. A note names the
  /// columns that were left out.
  void print(const Console& console) const;

  bool empty() const { return rows_.empty(); }

 private:
  std::vector<std::size_t> natural_widths() const;
  std::vector<std::size_t> choose(const std::vector<std::size_t>& widths, std::size_t width) const;
  void fit(std::vector<std::size_t>& widths, const std::vector<std::size_t>& shown,
           std::size_t width) const;

  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

/// Names and values beneath each other, for one thing in detail. A value may have several lines.
void print_pairs(const Console& console, const std::vector<std::pair<std::string, Cell>>& pairs);

}  // namespace rota::cli
