// SPDX-License-Identifier: MIT
//
// Keys of fixed size in dense pages. Layer 1 (format).
//
// A key of K bytes stands in two columns: its *head*, an integer of 1, 2, 4 or 8 bytes made of its first
// min(8, K) bytes, most significant first and left-aligned, so that integers order as keys do; and its
// *tail*, the K - 8 bytes behind them, if any. Heads are stored little-endian, so a query swaps bytes once.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/base/endian.hpp>
#include <macaw/detail/format/hints.hpp>
#include <macaw/detail/format/position.hpp>
#include <macaw/detail/format/width.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace macaw::inline MACAW_ABI::detail {

/// A key prepared for searching dense pages. Borrows the tail.
struct dense_search_key {
  std::uint64_t head = 0;
  const std::byte* tail = nullptr;
};

/// The key columns of a dense page as a search sees them.
struct dense_key_columns {
  head_column heads;
  const std::byte* tails;
};

/// How keys of this size are stored, loaded and searched.
template <std::size_t KeyWidth>
class dense_keys {
 public:
  constexpr dense_keys() noexcept requires(KeyWidth != dynamic_width) = default;
  constexpr explicit dense_keys(std::size_t key_width) noexcept : width_(key_width) {}

  [[nodiscard]] constexpr std::size_t key_width() const noexcept { return width_.get(); }
  [[nodiscard]] constexpr std::size_t head_width() const noexcept { return head_width_of(key_width()); }
  [[nodiscard]] constexpr std::size_t tail_width() const noexcept { return key_width() > 8 ? key_width() - 8 : 0; }

  /// Requires: `key.size() == key_width()`; the bytes outlive the search key.
  [[nodiscard]] MACAW_ALWAYS_INLINE dense_search_key make_key(bytes_view key) const noexcept;
  /// Effects: writes a key's head and tail.
  void store(std::byte* head, std::byte* tail, bytes_view key) const noexcept;
  /// Effects: puts a key together again. Returns: the end of what was written.
  MACAW_ALWAYS_INLINE std::byte* load(const std::byte* head, const std::byte* tail, std::byte* out) const noexcept;

  /// Where a search for `key` looks first, once its hints are known: see `segment_of`.
  [[nodiscard]] MACAW_ALWAYS_INLINE std::uint32_t segment(const dense_key_columns& columns,
                                                          const dense_search_key& key) const noexcept {
    return with_head_type(width_, [&]<class T>(T) MACAW_INLINE_CALL -> std::uint32_t {
      return segment_of(columns.heads, static_cast<typename T::type>(key.head));
    });
  }
  /// The first row whose key is not less than `key`.
  template <class Near>
  [[nodiscard]] MACAW_ALWAYS_INLINE position lower_bound(const dense_key_columns& columns, const dense_search_key& key,
                                                         const Near& near) const noexcept;
  /// How many rows have a key that is not greater than `key`.
  template <class Near>
  [[nodiscard]] MACAW_ALWAYS_INLINE std::uint32_t upper_bound(const dense_key_columns& columns,
                                                              const dense_search_key& key,
                                                              const Near& near) const noexcept;

  void store_hints(std::byte* hints, const std::byte* heads, std::uint32_t count, std::uint32_t stride) const noexcept {
    with_head_type(width_, [&]<class T>(T) MACAW_INLINE_CALL {
      detail::store_hints<typename T::type>(hints, heads, count, stride);
    });
  }
  /// What is wrong with the key columns, or nullptr: order, padding, hints.
  [[nodiscard]] const char* validate(const dense_key_columns& columns) const noexcept;

 private:
  /// Among rows with the key's head, from `first` on: the first whose tail is not less (`Upper`: is greater).
  template <class Head, bool Upper>
  [[nodiscard]] position resolve(const dense_key_columns& columns, const dense_search_key& key,
                                 std::uint32_t first) const noexcept;

  width<KeyWidth> width_;
};

template <std::size_t KeyWidth>
MACAW_ALWAYS_INLINE dense_search_key dense_keys<KeyWidth>::make_key(bytes_view key) const noexcept {
  MACAW_ASSERT(key.size() == key_width());
  const std::byte* const bytes = key.data();
  const std::size_t size = key_width();
  if (size >= 8) return {load_be<std::uint64_t>(bytes), bytes + 8};
  if (size == 4) return {load_be<std::uint32_t>(bytes), nullptr};
  if (size == 2) return {load_be<std::uint16_t>(bytes), nullptr};
  std::uint64_t head = 0;
  for (std::size_t i = 0; i < size; ++i) head = head << 8U | std::to_integer<std::uint64_t>(bytes[i]);
  return {head << 8U * (head_width() - size), nullptr};
}

template <std::size_t KeyWidth>
void dense_keys<KeyWidth>::store(std::byte* head, std::byte* tail, bytes_view key) const noexcept {
  const dense_search_key made = make_key(key);
  with_head_type(width_,
                 [&]<class T>(T) MACAW_INLINE_CALL { store_le(head, static_cast<typename T::type>(made.head)); });
  if (tail_width() != 0) std::memcpy(tail, made.tail, tail_width());
}

template <std::size_t KeyWidth>
MACAW_ALWAYS_INLINE std::byte* dense_keys<KeyWidth>::load(const std::byte* head, const std::byte* tail,
                                                          std::byte* out) const noexcept {
  std::byte whole[8];
  with_head_type(width_, [&]<class T>(T) MACAW_INLINE_CALL { store_be(whole, load_le<typename T::type>(head)); });
  const std::size_t front = key_width() < 8 ? key_width() : 8;
  std::memcpy(out, whole, front);
  if (tail_width() != 0) std::memcpy(out + 8, tail, tail_width());
  return out + key_width();
}

template <std::size_t KeyWidth>
template <class Near>
MACAW_ALWAYS_INLINE position dense_keys<KeyWidth>::lower_bound(const dense_key_columns& columns,
                                                               const dense_search_key& key,
                                                               const Near& near) const noexcept {
  return with_head_type(width_, [&]<class T>(T) MACAW_INLINE_CALL -> position {
    using head = typename T::type;
    const auto wanted = static_cast<head>(key.head);
    const std::uint32_t index = count_less<head>(columns.heads, wanted, near);
    if (index == columns.heads.count || load_le<head>(columns.heads.heads + index * sizeof(head)) != wanted) {
      return {index, false};
    }
    if (tail_width() == 0) return {index, true};
    return resolve<head, false>(columns, key, index);
  });
}

template <std::size_t KeyWidth>
template <class Near>
MACAW_ALWAYS_INLINE std::uint32_t dense_keys<KeyWidth>::upper_bound(const dense_key_columns& columns,
                                                                    const dense_search_key& key,
                                                                    const Near& near) const noexcept {
  return with_head_type(width_, [&]<class T>(T) MACAW_INLINE_CALL -> std::uint32_t {
    using head = typename T::type;
    const auto wanted = static_cast<head>(key.head);
    if (tail_width() == 0) return count_not_greater<head>(columns.heads, wanted, near);
    const std::uint32_t index = count_less<head>(columns.heads, wanted, near);
    if (index == columns.heads.count || load_le<head>(columns.heads.heads + index * sizeof(head)) != wanted) {
      return index;
    }
    return resolve<head, true>(columns, key, index).index;
  });
}

template <std::size_t KeyWidth>
template <class Head, bool Upper>
position dense_keys<KeyWidth>::resolve(const dense_key_columns& columns, const dense_search_key& key,
                                       std::uint32_t first) const noexcept {
  const auto wanted = static_cast<Head>(key.head);
  const std::size_t size = tail_width();
  const auto order = [&](std::uint32_t row) { return std::memcmp(columns.tails + row * size, key.tail, size); };
  std::uint32_t last = columns.heads.count;
  const std::uint32_t next = first + 1;
  if (next == last || load_le<Head>(columns.heads.heads + next * sizeof(Head)) != wanted) {
    last = next;  // heads rarely tie
  } else {
    last = count_not_greater<Head>(columns.heads, wanted, near_nothing);
  }
  const std::uint32_t end = last;
  while (first < last) {
    const std::uint32_t middle = first + (last - first) / 2;
    const int compared = order(middle);
    if (compared < 0 || (Upper && compared == 0)) {
      first = middle + 1;
    } else {
      last = middle;
    }
  }
  return {first, !Upper && first < end && order(first) == 0};
}

template <std::size_t KeyWidth>
const char* dense_keys<KeyWidth>::validate(const dense_key_columns& columns) const noexcept {
  return with_head_type(width_, [&]<class T>(T) -> const char* {
    using head = typename T::type;
    const auto& [heads, hints, count, stride] = columns.heads;
    const std::size_t padding = sizeof(head) > key_width() ? sizeof(head) - key_width() : 0;
    const auto padding_bits = static_cast<head>((std::uint64_t{1} << 8U * padding) - 1);
    head before = 0;
    for (std::uint32_t row = 0; row < count; ++row) {
      const head here = load_le<head>(heads + row * sizeof(head));
      if ((here & padding_bits) != 0) return "key has bytes beyond its width";
      if (row != 0 && here <= before) {
        const std::byte* const tail = columns.tails + row * tail_width();
        if (here < before || tail_width() == 0 || std::memcmp(tail - tail_width(), tail, tail_width()) >= 0) {
          return "keys are out of order";
        }
      }
      before = here;
    }
    if (hints != nullptr && !hints_right<head>(hints, heads, count, stride)) return "hints do not match the keys";
    return nullptr;
  });
}

}  // namespace macaw::inline MACAW_ABI::detail
