// SPDX-License-Identifier: MIT
//
// The policy that guards pages: what a checksum must offer. Layer 0 (policy axis).

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/macros.hpp>

#include <concepts>
#include <cstdint>
#include <type_traits>

namespace macaw::inline MACAW_ABI {

/// A checksum of 64 bits over a string of bytes, bound to a seed.
///
///     expression              returns  meaning
///     C::id                   number   a constant, not 0: kept in the file, so that it never changes; 1 to 999
///                                      are macaw's, larger ones are free for your own
///     C::compute(bytes,seed)  hash     the same bytes and seed always give the same hash, on every machine;
///                                      other bytes or another seed give another hash but for an unlikely accident
template <class C>
concept checksum = requires(bytes_view bytes, std::uint64_t seed) {
  requires std::same_as<const std::uint32_t, decltype(C::id)>;
  requires std::bool_constant<(C::id != 0)>::value;
  // clang-format off
  { C::compute(bytes, seed) } noexcept -> std::same_as<std::uint64_t>;
  // clang-format on
};

}  // namespace macaw::inline MACAW_ABI
