// SPDX-License-Identifier: MIT
//
// What a report shows of a file, in a size that does not grow with the file: maps, histograms and trees in columns.

#pragma once

#include "inspect/page_map.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace macaw_shell {

/// How many pages are how full, in steps of five percent.
struct fill_histogram {
  static constexpr std::size_t bin_count = 20;

  std::array<std::uint64_t, bin_count> bins{};
  std::uint64_t pages = 0;
  double sum = 0;  ///< of what was added

  /// `fill` is from 0 to 1.
  void add(double fill) noexcept;
  fill_histogram& operator+=(const fill_histogram& other) noexcept;
  /// The mean; 0 without pages.
  [[nodiscard]] double mean() const noexcept { return pages == 0 ? 0 : sum / static_cast<double>(pages); }
};

/// How many pages that are still in use the commits wrote, a number of neighbouring commits together.
class birth_histogram {
 public:
  static constexpr std::size_t bin_count_max = 80;

  birth_histogram() = default;
  /// Commits are numbered from 1 to `newest`.
  explicit birth_histogram(std::uint64_t newest);

  /// Pages of other commits are passed over.
  void add(std::uint64_t birth, std::uint64_t pages = 1) noexcept;

  [[nodiscard]] std::uint64_t commits_per_bin() const noexcept { return commits_per_bin_; }
  [[nodiscard]] const std::vector<std::uint64_t>& bins() const noexcept { return bins_; }

 private:
  std::uint64_t newest_ = 0;
  std::uint64_t commits_per_bin_ = 1;
  std::vector<std::uint64_t> bins_;
};

/// A level of a tree from left to right, at most so many columns, each a number of neighbouring pages.
class level_picture {
 public:
  struct column {
    std::uint64_t pages = 0;
    double fill_sum = 0;

    [[nodiscard]] double fill() const noexcept { return pages == 0 ? 0 : fill_sum / static_cast<double>(pages); }
  };

  explicit level_picture(std::size_t column_count_max) : column_count_max_(column_count_max) {}

  /// The next page to the right.
  void add(double fill);

  [[nodiscard]] std::uint64_t page_count() const noexcept { return page_count_; }
  /// All but the last have the same number of pages.
  [[nodiscard]] const std::vector<column>& columns() const noexcept { return columns_; }

 private:
  std::size_t column_count_max_;
  std::uint64_t pages_per_column_ = 1;
  std::uint64_t page_count_ = 0;
  std::vector<column> columns_;
};

/// A table, or the catalog.
struct table_picture {
  std::string name;
  std::string key_codec;
  std::string value_codec;
  std::uint64_t entries = 0;
  std::uint32_t height = 0;
  std::uint64_t branch_pages = 0;
  std::uint64_t leaf_pages = 0;
  std::uint64_t large_pages = 0;
  fill_histogram leaf_fill;
  fill_histogram branch_fill;
  std::vector<level_picture> levels;  ///< the leaves first

  [[nodiscard]] std::uint64_t pages() const noexcept { return branch_pages + leaf_pages + large_pages; }
};

/// The file.
struct file_picture {
  static constexpr std::size_t map_cell_count_max = 4096;
  static constexpr std::size_t level_column_count_max = 240;

  explicit file_picture(std::uint64_t page_count) : map(page_count, map_cell_count_max) {}

  std::string path;
  std::string uuid;
  std::string checksum;
  std::string notice;  ///< what is wrong with the file, or that it was changed meanwhile; empty: nothing
  std::size_t page_size = 0;
  std::uint64_t file_size = 0;
  std::uint64_t commit = 0;  ///< the durable commit that is shown
  page_map map;
  birth_histogram births;
  std::vector<table_picture> tables;  ///< by name; the catalog is not among them
};

}  // namespace macaw_shell
