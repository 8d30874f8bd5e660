// SPDX-License-Identifier: MIT
//
// Strong types for the numbers that name things. Layer 0 (vocabulary).
//
// Invariants:
//  1. Page ids have 31 bits. In memory the top bit says that an id names a frame (a page that is not
//     yet in the file); such an id never reaches a file.
//  2. A reference holds a page's id and the low 32 bits of its birth, the number of the durable commit
//     that wrote it; frames have birth 0.

#pragma once

#include <macaw/macros.hpp>

#include <compare>
#include <cstdint>

namespace macaw::inline MACAW_ABI {

/// Names a page of a file, or a frame in memory where the top bit is set.
enum class page_id : std::uint32_t {};

/// One past the largest page id of a file.
inline constexpr std::uint32_t page_id_limit = 0x8000'0000U;

[[nodiscard]] constexpr std::uint32_t to_number(page_id id) noexcept { return static_cast<std::uint32_t>(id); }
[[nodiscard]] constexpr bool is_frame(page_id id) noexcept { return (to_number(id) & page_id_limit) != 0; }

/// Points to a page: where it is, and which commit must have written it.
struct page_ref {
  page_id id{};
  std::uint32_t birth = 0;

  friend constexpr bool operator==(const page_ref&, const page_ref&) = default;
};

/// Names a published state of a database; larger is later.
struct txn_id {
  std::uint64_t value = 0;

  friend constexpr auto operator<=>(const txn_id&, const txn_id&) = default;
};

}  // namespace macaw::inline MACAW_ABI
