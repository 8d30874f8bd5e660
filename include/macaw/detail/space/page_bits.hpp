// SPDX-License-Identifier: MIT
//
// A set of pages, kept as a bit a page: for what is changed a page at a time and read in order. Layer 3 (space).
//
// Invariants: a bit of the summary is set where a word of 64 pages is not empty. Bits beyond the size are clear.
// Complexity: changes in proportion to the pages changed, by 64; memory an eighth of a byte a page.
// Thread safety: as a plain value.

#pragma once

#include <macaw/detail/base/algorithms.hpp>
#include <macaw/detail/base/when_used.hpp>
#include <macaw/detail/format/meta_page.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace macaw::inline MACAW_ABI::detail {

template <class When>
class basic_page_bits {
 public:
  template <class T>
  using vector = typename When::template vector<T>;

  [[nodiscard]] bool empty() const noexcept { return total_ == 0; }
  /// Pages in the set.
  [[nodiscard]] std::uint64_t total() const noexcept { return total_; }

  /// Makes room for pages below `limit`. Errors: std::bad_alloc; then nothing has changed.
  void reserve(std::uint32_t limit) {
    const std::size_t words = (std::size_t{limit} + 63) / 64;
    if (words <= words_.size()) return;
    const std::size_t most = page_id_limit / 64;
    const std::size_t generous = algorithms::max(words, algorithms::min(words_.size() + words_.size() / 2, most));
    summary_.resize((generous + 63) / 64);
    words_.resize(generous);
  }

  /// Adds pages. Returns false, and changes nothing, if one of them is in the set already.
  /// Requires: room for them.
  [[nodiscard]] bool give(std::uint32_t first, std::uint32_t pages) noexcept {
    MACAW_ASSERT(pages > 0 && (std::uint64_t{first} + pages - 1) / 64 < words_.size());
    const bool disjoint =
        all_words(first, pages, [this](std::size_t at, word mask) { return (words_[at] & mask) == 0; });
    if (!disjoint) return false;
    all_words(first, pages, [this](std::size_t at, word mask) {
      words_[at] |= mask;
      summary_[at / 64] |= word{1} << at % 64;
      return true;
    });
    total_ += pages;
    return true;
  }

  /// Removes pages. Returns false, and changes nothing, if one of them is not in the set.
  [[nodiscard]] bool remove(std::uint32_t first, std::uint32_t pages) noexcept {
    MACAW_ASSERT(pages > 0);
    if ((std::uint64_t{first} + pages - 1) / 64 >= words_.size()) return false;
    const bool inside =
        all_words(first, pages, [this](std::size_t at, word mask) { return (~words_[at] & mask) == 0; });
    if (!inside) return false;
    all_words(first, pages, [this](std::size_t at, word mask) {
      words_[at] &= ~mask;
      if (words_[at] == 0) summary_[at / 64] &= ~(word{1} << at % 64);
      return true;
    });
    total_ -= pages;
    return true;
  }

  /// The first pages of the set that follow each other from `from` on.
  [[nodiscard]] std::optional<page_run> next_run(std::uint32_t from) const noexcept {
    const std::uint64_t first = next_set(from);
    if (first == none) return std::nullopt;
    return page_run{static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(next_clear(first) - first)};
  }

  /// Calls `f(page_run)` for every run in the order of addresses.
  template <class F>
  void for_each(F&& f) const {
    for (auto run = next_run(0); run; run = next_run(run->first + run->pages)) f(*run);
  }

 private:
  using word = std::uint64_t;
  static constexpr std::uint64_t none = UINT64_MAX;

  /// Calls `f(index, mask)` for the words that hold these pages, as long as it returns true.
  template <class F>
  static bool all_words(std::uint32_t first, std::uint32_t pages, F&& f) noexcept {
    const std::uint64_t end = std::uint64_t{first} + pages;
    for (std::uint64_t page = first; page < end;) {
      const std::uint64_t stop = algorithms::min((page / 64 + 1) * 64, end);
      const word mask = (~word{0} >> (64 - (stop - page))) << page % 64;
      if (!f(static_cast<std::size_t>(page / 64), mask)) return false;
      page = stop;
    }
    return true;
  }

  [[nodiscard]] std::uint64_t next_set(std::uint64_t from) const noexcept {
    std::size_t at = static_cast<std::size_t>(from / 64);
    if (at >= words_.size()) return none;
    if (const word rest = words_[at] >> from % 64; rest != 0) {
      return from + static_cast<unsigned>(std::countr_zero(rest));
    }
    ++at;
    for (std::size_t block = at / 64; block < summary_.size(); ++block) {
      const word ahead = block == at / 64 ? ~word{0} << at % 64 : ~word{0};
      if (const word full = summary_[block] & ahead; full != 0) {
        const std::size_t found = block * 64 + static_cast<unsigned>(std::countr_zero(full));
        return std::uint64_t{found} * 64 + static_cast<unsigned>(std::countr_zero(words_[found]));
      }
    }
    return none;
  }

  /// Requires: `from` is in the set.
  [[nodiscard]] std::uint64_t next_clear(std::uint64_t from) const noexcept {
    std::size_t at = static_cast<std::size_t>(from / 64);
    const word rest = ~words_[at] >> from % 64;
    if (rest != 0) return from + static_cast<unsigned>(std::countr_zero(rest));
    do {
      ++at;
    } while (at < words_.size() && words_[at] == ~word{0});
    const std::uint64_t end = std::uint64_t{at} * 64;
    return at == words_.size() ? end : end + static_cast<unsigned>(std::countr_one(words_[at]));
  }

  vector<word> words_;
  vector<word> summary_;
  std::uint64_t total_ = 0;
};
using page_bits = basic_page_bits<when_used>;

}  // namespace macaw::inline MACAW_ABI::detail
