// SPDX-License-Identifier: MIT
//
// A page of the space map's log, and the statements in it. Layer 1 (format): pure over bytes.
//
//     OFFSET  SIZE  MEANING
//          0    64  header; its count is the number of words
//         64     8  index: rises by one from page to page of the log
//         72    64  references to the log pages before, the nearest first; zeros where there is none
//        136   8 n  statements, oldest first, as words of 8 bytes
//
//     BITS OF A WORD  MEANING
//           0 to 30   first page
//          31 to 61   number of pages, at least 1
//          62 to 63   0: these pages are used
//                     1: these pages are free
//                     2: of these pages exactly those are free that the next words list
//                     3: listed by the statement before it
//
// A statement is a word of kind 0 or 1, or one of kind 2 and the words of kind 3 behind it, which ascend and do
// not touch each other. No statement is divided between pages. Words with 0 pages are kept for further kinds
// of statements. The same words stand in the meta page, as the newest part of the log.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/base/endian.hpp>
#include <macaw/detail/format/page_header.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace macaw::inline MACAW_ABI::detail {

namespace space_field {
// FROZEN: on disk
inline constexpr std::size_t index = page_header_size, previous = index + 8, words = 136;
}  // namespace space_field

inline constexpr std::size_t space_word_size = 8;       // FROZEN: on disk
inline constexpr std::size_t space_previous_count = 8;  // FROZEN: on disk
static_assert(space_field::previous + space_previous_count * page_ref_size == space_field::words);

/// Words that fit a log page.
[[nodiscard]] constexpr std::size_t space_page_words_max(std::size_t page_size) noexcept {
  return (page_size - space_field::words) / space_word_size;
}
static_assert(space_page_words_max(65536) <= UINT16_MAX);

/// What a word says of its pages. Stored.
enum class space_word_kind : std::uint8_t { used, free, state, listed };

/// A word of a statement.
struct space_word {
  std::uint64_t bits = 0;

  [[nodiscard]] constexpr space_word_kind kind() const noexcept { return static_cast<space_word_kind>(bits >> 62U); }
  [[nodiscard]] constexpr std::uint32_t first() const noexcept {
    return static_cast<std::uint32_t>(bits & (page_id_limit - 1));
  }
  [[nodiscard]] constexpr std::uint32_t pages() const noexcept {
    return static_cast<std::uint32_t>(bits >> 31U & (page_id_limit - 1));
  }

  friend constexpr bool operator==(const space_word&, const space_word&) = default;
};

/// Requires: 0 < pages, first + pages <= page_id_limit.
[[nodiscard]] constexpr space_word make_space_word(space_word_kind kind, std::uint32_t first,
                                                   std::uint32_t pages) noexcept {
  return {std::uint64_t{first} | std::uint64_t{pages} << 31U | static_cast<std::uint64_t>(kind) << 62U};
}

[[nodiscard]] inline space_word load_space_word(const std::byte* from) noexcept {
  return {load_le<std::uint64_t>(from)};
}
inline void store_space_words(std::byte* to, std::span<const space_word> words) noexcept {
  for (const space_word& word : words) {
    store_le(to, word.bits);
    to += space_word_size;
  }
}

[[nodiscard]] inline std::uint64_t load_space_index(const std::byte* page) noexcept {
  return load_le<std::uint64_t>(page + space_field::index);
}
/// The reference to the log page `distance` (1 to 8) before this one.
[[nodiscard]] inline page_ref load_space_previous(const std::byte* page, std::size_t distance) noexcept {
  return load_ref(page + space_field::previous + (distance - 1) * page_ref_size);
}
/// The bytes of a log page's statements. Requires: a page that `check_space_page` passed.
[[nodiscard]] inline bytes_view space_statement_bytes(const std::byte* page) noexcept {
  return {page + space_field::words, load_count(page) * space_word_size};
}

/// Makes a log page, to be sealed. `previous` are the pages before it, the nearest first.
inline void format_space_page(std::byte* page, std::size_t page_size, std::uint64_t index,
                              std::span<const page_ref> previous, std::span<const space_word> words) noexcept {
  MACAW_ASSERT(previous.size() <= space_previous_count && words.size() <= space_page_words_max(page_size));
  std::memset(page, 0, page_size);
  format_header(page, make_shape(page_kind::space, 0));
  store_count(page, static_cast<std::uint32_t>(words.size()));
  store_le(page + space_field::index, index);
  for (std::size_t i = 0; i < previous.size(); ++i) {
    store_ref(page + space_field::previous + i * page_ref_size, previous[i]);
  }
  store_space_words(page + space_field::words, words);
}

/// What is wrong with a page as a log page, or null. What its statements say is not judged.
[[nodiscard]] inline const char* check_space_page(const std::byte* page, std::size_t page_size) noexcept {
  if (load_shape(page) != make_shape(page_kind::space, 0)) return "not a page of the space map's log";
  if (load_count(page) > space_page_words_max(page_size)) return "more statements than the page can hold";
  return nullptr;
}

}  // namespace macaw::inline MACAW_ABI::detail
