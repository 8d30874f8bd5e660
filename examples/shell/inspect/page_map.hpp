// SPDX-License-Identifier: MIT
//
// A map of a file: what each page is, gathered into at most so many cells that it can be looked at.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace macaw_shell {

/// What a page of a file may be, for those who look at it.
enum class page_use : std::uint8_t { meta, catalog, branch, leaf, large, space_log, waiting, free, slack, lost };

inline constexpr std::size_t page_use_count = 10;

/// In few words: what a legend says, what is said of one page, and what JSON says.
[[nodiscard]] std::string_view title_of(page_use use) noexcept;
[[nodiscard]] std::string_view title_of_one(page_use use) noexcept;
[[nodiscard]] std::string_view name_of(page_use use) noexcept;

/// A number of neighbouring pages.
struct page_map_cell {
  std::array<std::uint64_t, page_use_count> counts{};
  std::uint64_t birth_least = 0;  ///< of pages that have one; 0: none has
  std::uint64_t birth_greatest = 0;

  [[nodiscard]] std::uint64_t count(page_use use) const noexcept { return counts[static_cast<std::size_t>(use)]; }
  [[nodiscard]] std::uint64_t pages() const noexcept;
  /// Pages that hold something.
  [[nodiscard]] std::uint64_t used() const noexcept;
  /// What most of its pages are: of those that hold something, if any do.
  [[nodiscard]] page_use dominant() const noexcept;
};

/// The map. Pages may be added in any order, each once.
class page_map {
 public:
  /// Requires: `cell_count_max` is not 0.
  page_map(std::uint64_t page_count, std::size_t cell_count_max);

  /// Pages from `first` on. What lies outside of the file is passed over.
  /// `birth`: the commit that wrote them, 0 where they have none.
  void add(std::uint64_t first, std::uint64_t count, page_use use, std::uint64_t birth = 0);
  /// Says what all pages are that were never added.
  void fill_rest(page_use use);

  [[nodiscard]] std::uint64_t page_count() const noexcept { return page_count_; }
  /// A power of two.
  [[nodiscard]] std::uint64_t pages_per_cell() const noexcept { return pages_per_cell_; }
  [[nodiscard]] const std::vector<page_map_cell>& cells() const noexcept { return cells_; }
  /// All of the file.
  [[nodiscard]] page_map_cell total() const noexcept;

 private:
  std::uint64_t page_count_;
  std::uint64_t pages_per_cell_ = 1;
  std::vector<page_map_cell> cells_;
};

}  // namespace macaw_shell
