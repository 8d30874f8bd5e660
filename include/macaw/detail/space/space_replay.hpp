// SPDX-License-Identifier: MIT
//
// Reading the log of the space map back. Layer 3 (space). PROTOCOL S8.
//
// Invariants:
//  1. Everything is checked: bytes of a file may say anything. What contradicts the format, or itself, is
//     `corrupt`; time and memory stay in proportion to the statements read.
//  2. Replay begins with all pages below the mark free, and no statement before the tail is known. So the set
//     replayed so far always holds at least the pages that were free then: `used` must name free pages, while
//     `free` may name pages that are free already.
//  3. Indexes fall by one from page to page, so the log has no loops.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/base/algorithms.hpp>
#include <macaw/detail/base/when_used.hpp>
#include <macaw/detail/format/meta_page.hpp>
#include <macaw/detail/format/space_page.hpp>
#include <macaw/detail/space/extents.hpp>
#include <macaw/detail/space/space_log.hpp>
#include <macaw/error.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace macaw::inline MACAW_ABI::detail {

/// Applies statements to the set of free pages.
template <class When>
class basic_space_replay {
 public:
  /// `free` is empty, and becomes all pages from `first_page` to the mark. A log page has room for `page_words` words.
  basic_space_replay(basic_extent_set<When>& free, std::uint32_t first_page, std::uint32_t mark, std::size_t page_words)
      : free_(free), first_page_(first_page), mark_(mark), page_words_(page_words) {
    if (mark > first_page) static_cast<void>(free_.give(first_page, mark - first_page));
  }

  /// Applies the statements in these bytes, which stand on `page` (0: a meta page).
  /// Errors: `corrupt`, std::bad_alloc.
  void apply(bytes_view statements, page_id page) {
    if (statements.size() % space_word_size != 0) throw_corrupt(page, "a statement of the space map is cut short");
    const std::byte* next = statements.data();
    const std::byte* const end = next + statements.size();
    while (next != end) {
      const space_word word = load_space_word(next);
      next += space_word_size;
      if (!in_file(word)) throw_corrupt(page, "the space map speaks of pages that are not there");
      switch (word.kind()) {
        case space_word_kind::used:
          if (!free_.remove(word.first(), word.pages())) throw_corrupt(page, "the space map says used twice");
          break;
        case space_word_kind::free: free_.include(word.first(), word.pages()); break;
        case space_word_kind::state: next = apply_state(word, next, end, page); break;
        case space_word_kind::listed: throw_corrupt(page, "the space map lists pages without saying of what");
      }
    }
  }

 private:
  [[nodiscard]] bool in_file(space_word word) const noexcept {
    return word.pages() > 0 && word.first() >= first_page_ && std::uint64_t{word.first()} + word.pages() <= mark_;
  }

  /// In the pages of `state`, exactly those are free that the words at `next` list. Returns what follows them.
  /// A statement that fits no log page could never leave the meta page.
  const std::byte* apply_state(space_word state, const std::byte* next, const std::byte* end, page_id page) {
    const std::byte* const first = next;
    free_.exclude(state.first(), state.pages());
    const std::uint64_t state_end = std::uint64_t{state.first()} + state.pages();
    std::uint64_t allowed = state.first();
    for (; next != end; next += space_word_size) {
      const space_word word = load_space_word(next);
      if (word.kind() != space_word_kind::listed) break;
      const std::uint64_t word_end = std::uint64_t{word.first()} + word.pages();
      if (word.pages() == 0 || word.first() < allowed || word_end > state_end) {
        throw_corrupt(page, "the space map lists free pages out of order");
      }
      static_cast<void>(free_.give(word.first(), word.pages()));
      allowed = word_end + 1;
    }
    if (static_cast<std::size_t>(next - first) / space_word_size >= page_words_) {
      throw_corrupt(page, "a statement of the space map is longer than a page");
    }
    return next;
  }

  basic_extent_set<When>& free_;
  std::uint32_t first_page_;
  std::uint32_t mark_;
  std::size_t page_words_;
};
using space_replay = basic_space_replay<when_used>;

/// The log pages of a file, found from the newest backwards and read from the oldest on.
template <class ReadPage>
class log_chain {
 public:
  /// `read(page_ref) -> const std::byte*` gives the bytes of a page that has the checksum, id and birth it should
  /// have, until it is called again.
  log_chain(const space_root& root, std::uint32_t first_page, std::size_t page_size, ReadPage& read)
      : root_(root), first_page_(first_page), page_size_(page_size), read_(read) {}

  /// Lists the pages, oldest first. Reads every eighth of them. Errors: `corrupt`, those of `read`.
  void find() {
    if (to_number(root_.head.id) == 0) {
      if (root_.tail != 0 || root_.sweep_index != 0) throw_corrupt(page_id{}, "the log of the space map has no head");
      return;
    }
    const std::byte* page = read_checked(root_.head);
    const std::uint64_t newest = load_space_index(page);
    if (newest < root_.tail || newest - root_.tail >= root_.mark - first_page_ || root_.sweep_index < root_.tail ||
        root_.sweep_index > newest) {
      throw_corrupt(root_.head.id, "the log of the space map contradicts its meta page");
    }
    pages_.push_back(root_.head);
    std::uint64_t index = newest;
    while (index > root_.tail) {
      const std::uint64_t step = algorithms::min<std::uint64_t>(index - root_.tail, space_previous_count);
      for (std::uint64_t i = 1; i <= step; ++i) pages_.push_back(load_space_previous(page, i));
      index -= step;
      page = read_checked(pages_.back());
      if (load_space_index(page) != index)
        throw_corrupt(pages_.back().id, "a log page of the space map is out of place");
    }
    algorithms::reverse(pages_.begin(), pages_.end());
  }

  /// The bytes of a page's statements; `at` counts from the oldest. Errors: `corrupt`, those of `read`.
  [[nodiscard]] bytes_view statements(std::size_t at) {
    const std::byte* const page = read_checked(pages_[at]);
    if (load_space_index(page) != root_.tail + at) {
      throw_corrupt(pages_[at].id, "a log page of the space map is out of place");
    }
    for (std::size_t i = 1; i <= algorithms::min(at, space_previous_count); ++i) {
      if (load_space_previous(page, i) != pages_[at - i]) {
        throw_corrupt(pages_[at].id, "log pages of the space map contradict each other");
      }
    }
    return space_statement_bytes(page);
  }

  [[nodiscard]] std::vector<page_ref>& pages() noexcept { return pages_; }

 private:
  [[nodiscard]] const std::byte* read_checked(page_ref ref) {
    const std::uint32_t id = to_number(ref.id);
    if (id < first_page_ || id >= root_.mark) throw_corrupt(ref.id, "the space map's log refers to a page outside");
    const std::byte* const page = read_(ref);
    if (const char* finding = check_space_page(page, page_size_)) throw_corrupt(ref.id, finding);
    return page;
  }

  const space_root& root_;
  std::uint32_t first_page_;
  std::size_t page_size_;
  ReadPage& read_;
  std::vector<page_ref> pages_;
};

}  // namespace macaw::inline MACAW_ABI::detail
