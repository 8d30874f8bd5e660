// SPDX-License-Identifier: MIT
//
// Branches over keys of any size, with separators cut to what tells their sides apart. Layer 1 (format):
// pure over bytes.
//
//     prefix | hints (where there are more than 64 children) |
//     heads (4) | child ids (4) | births (4) | entries (2, used at level 1) | cell offsets (2) ... free ... cells
//     cell: separator's size | rest of the separator
//
// Slot i leads to the keys from separator i up to separator i + 1; slot 0 has no separator and no cell.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/base/endian.hpp>
#include <macaw/detail/format/columns.hpp>
#include <macaw/detail/format/geometry.hpp>
#include <macaw/detail/format/heap.hpp>
#include <macaw/detail/format/hints.hpp>
#include <macaw/detail/format/page_header.hpp>
#include <macaw/detail/format/position.hpp>
#include <macaw/detail/format/slotted_change.hpp>
#include <macaw/detail/format/slotted_key.hpp>
#include <macaw/detail/format/slotted_rows.hpp>
#include <macaw/detail/format/slotted_search.hpp>
#include <macaw/detail/format/split_search.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <cstdint>

namespace macaw::inline MACAW_ABI::detail {

/// The columns of a slotted branch.
struct slotted_branch_kind {
  static constexpr column_set<5> columns{{slotted_head_width, 4, 4, 2, cell_offset_width}};  // FROZEN: on disk
  static constexpr std::size_t offset_column = 4;
  static constexpr std::uint32_t first_keyed = 1;
  static constexpr bool has_values = false;
  static constexpr bool has_value_word = false;
};

/// The operations on slotted branches.
template <std::size_t PageSize>
class slotted_branch {
 public:
  constexpr slotted_branch() noexcept = default;
  /// The value width is that of the leaves: branches carry it in their shape.
  constexpr slotted_branch(std::size_t, std::size_t value_width) noexcept : value_width_(value_width) {}

  [[nodiscard]] constexpr page_shape shape(std::uint8_t level) const noexcept {
    return make_shape(page_kind::branch, level, 0, value_width_);
  }
  void format_empty(std::byte* page, std::uint8_t level) const noexcept { format_header(page, shape(level)); }
  void format(std::byte* page, std::uint8_t level, page_ref first_child, std::uint32_t word) const noexcept;
  [[nodiscard]] std::uint32_t count(const std::byte* page) const noexcept { return load_count(page); }

  MACAW_ALWAYS_INLINE void prefetch(const std::byte* page) const noexcept {
    prefetch_line(page);
    prefetch_line(page + 64);
    prefetch_line(page + 128);
  }
  [[nodiscard]] MACAW_ALWAYS_INLINE std::uint32_t child_index(const std::byte* page,
                                                              const slotted_search_key& key) const noexcept {
    prefetch(page);  // where the hints stand depends on the header
    const std::byte* const ids = page + rows::at(page, id_column);
    return rows_.upper_bound(page, key, [=](std::uint32_t row) noexcept {
      prefetch_line(ids + std::size_t{4} * row);
      prefetch_line(ids + std::size_t{4} * row + 60);
    }) - 1;
  }

  [[nodiscard]] MACAW_ALWAYS_INLINE page_ref child(const std::byte* page, std::uint32_t index) const noexcept {
    return {page_id{load_le<std::uint32_t>(page + rows::at(page, id_column, index))},
            load_le<std::uint32_t>(page + rows::at(page, birth_column, index))};
  }
  void set_child(std::byte* page, std::uint32_t index, page_ref ref) const noexcept {
    store_le(page + rows::at(page, id_column, index), to_number(ref.id));
    store_le(page + rows::at(page, birth_column, index), ref.birth);
  }
  /// Where the two halves of a child's reference stand, for code that knows pages only.
  [[nodiscard]] std::size_t id_offset(const std::byte* page, std::uint32_t index) const noexcept {
    return rows::at(page, id_column, index);
  }
  [[nodiscard]] std::size_t birth_offset(const std::byte* page, std::uint32_t index) const noexcept {
    return rows::at(page, birth_column, index);
  }
  [[nodiscard]] std::uint32_t entries(const std::byte* page, std::uint32_t index) const noexcept {
    return load_le<std::uint16_t>(page + rows::at(page, entries_column, index));
  }
  void set_entries(std::byte* page, std::uint32_t index, std::uint32_t word) const noexcept {
    store_le(page + rows::at(page, entries_column, index), static_cast<std::uint16_t>(word));
  }

  [[nodiscard]] std::size_t separator_size(const std::byte* page, std::uint32_t index) const noexcept {
    return rows_.cell(page, index).key_size;
  }
  std::byte* copy_separator(const std::byte* page, std::uint32_t index, std::byte* out) const noexcept {
    return rows_.copy_key(page, index, out);
  }
  [[nodiscard]] bool can_insert(const std::byte* page, std::uint32_t index, bytes_view separator) const noexcept {
    return rows_.can_insert(page, index, separator, 0);
  }
  bool insert(std::byte* page, std::uint32_t index, bytes_view separator, page_ref ref,
              std::uint32_t word) const noexcept;
  void erase(std::byte* page, std::uint32_t first, std::uint32_t last) const noexcept {
    rows_.erase(page, first, last);
  }
  bool set_separator(std::byte* page, std::uint32_t index, bytes_view separator) const noexcept {
    return rows_.replace(page, index, separator, 0, 0) != nullptr;
  }
  std::uint32_t append(std::byte* to, bytes_view joint, const std::byte* from, std::uint32_t first,
                       std::uint32_t last) const noexcept {
    return rows_.append(to, joint, from, first, last);
  }

  /// Effects: makes `to` the same page; bytes that hold nothing are left as they are.
  void copy(std::byte* to, const std::byte* from) const noexcept { rows_.copy(to, from); }
  [[nodiscard]] std::size_t used(const std::byte* page) const noexcept { return rows_.used(page); }
  [[nodiscard]] bool fits_together(const std::byte* left, bytes_view joint, const std::byte* right) const noexcept {
    return rows_.room_for(left, joint, right, 0, count(right)) == count(right);
  }
  [[nodiscard]] split_plan split(const std::byte* page, std::uint32_t index, bytes_view separator,
                                 bool ascending) const noexcept;

  /// What is wrong with the bytes, or nullptr. Reads nothing outside the page, whatever they are.
  [[nodiscard]] const char* validate(const std::byte* page) const noexcept {
    return count(page) == 0 ? "branch without children" : rows_.validate(page);
  }

 private:
  using rows = slotted_rows<PageSize, slotted_branch_kind, 0>;
  static constexpr std::size_t id_column = 1, birth_column = 2, entries_column = 3;

  rows rows_;
  std::size_t value_width_ = 0;
};

template <std::size_t PageSize>
void slotted_branch<PageSize>::format(std::byte* page, std::uint8_t level, page_ref first_child,
                                      std::uint32_t word) const noexcept {
  format_empty(page, level);
  store_count(page, 1);
  std::memset(page + rows::columns_end(0, 0), 0, slotted_branch_kind::columns.row_size());
  set_child(page, 0, first_child);
  set_entries(page, 0, word);
}

template <std::size_t PageSize>
bool slotted_branch<PageSize>::insert(std::byte* page, std::uint32_t index, bytes_view separator, page_ref ref,
                                      std::uint32_t word) const noexcept {
  MACAW_ASSERT(index >= 1 && index <= count(page) && !separator.empty());
  if (rows_.insert(page, index, separator, 0, 0) == nullptr) return false;
  set_child(page, index, ref);
  set_entries(page, index, word);
  return true;
}

template <std::size_t PageSize>
split_plan slotted_branch<PageSize>::split(const std::byte* page, std::uint32_t index, bytes_view separator,
                                           bool ascending) const noexcept {
  const std::uint32_t children = count(page);
  if (ascending && index == children) return {children - 1, false};
  // Each half is measured under the prefix that all separators share: with its own it takes hardly more.
  constexpr std::size_t room = PageSize - geometry<PageSize>::split_slack;
  const std::size_t prefix = rows_.prefix_after_insert(page, index, separator);
  const std::size_t added = rows_.new_cell_size(separator.size(), prefix, 0);
  const std::size_t total = rows_.cells_size(page, 0, children, prefix);
  std::size_t before = 0;  // cells of the separators below `at`
  split_chooser chooser;
  for (std::uint32_t at = 1; at < children; ++at) {
    const bool into_left = index <= at;
    const std::size_t raised = rows_.new_cell_size(page, at, prefix);
    const std::uint32_t left_rows = at + (into_left ? 1 : 0);
    const std::uint32_t right_rows = children + 1 - left_rows;
    const std::size_t left = rows::columns_end(prefix, left_rows) + before + (into_left ? added : 0);
    const std::size_t right =
        rows::columns_end(prefix, right_rows) + (total - before - raised) + (into_left ? 0 : added);
    if ((left <= room || left_rows <= 2) && (right <= room || right_rows <= 2)) {
      chooser.offer({at, into_left}, left, right, [&] { return separator_size(page, at); });
    }
    before += raised;
  }
  // As in leaves: a new first or last separator that shares less with the others is cut off from them.
  if (!chooser.found()) return index == 1 ? split_plan{1, true} : split_plan{children - 1, false};
  return chooser.best();
}

}  // namespace macaw::inline MACAW_ABI::detail
