// SPDX-License-Identifier: MIT
//
// The ends of a range of keys as bytes. Layer 6 (API).
//
// Invariant: ranges are half-open in bytes, whatever the caller named: the lower bound is in, the upper is out. An
// end that is named the other way is replaced by the key's successor, the least string above it.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/api/small_bytes.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <cstring>
#include <optional>
#include <utility>

namespace macaw::inline MACAW_ABI::detail {

/// Both ends of a range, owned.
class key_bounds {
 public:
  /// Whether no key can lie between the ends.
  [[nodiscard]] bool contradictory() const noexcept {
    return nothing_ || (has_lower_ && has_upper_ && compare_bytes(lower_.view(), upper_.view()) >= 0);
  }
  [[nodiscard]] std::optional<bytes_view> lower() const noexcept {
    return has_lower_ ? std::optional(lower_.view()) : std::nullopt;
  }
  [[nodiscard]] std::optional<bytes_view> upper() const noexcept {
    return has_upper_ ? std::optional(upper_.view()) : std::nullopt;
  }

  /// `key_width` is the size of every key of the table, or 0.
  void limit_lower(bytes_view key, bool included, std::size_t key_width) {
    lower_.assign(key);
    has_lower_ = true;
    if (!included && !make_successor(lower_, key_width)) nothing_ = true;
  }
  void limit_upper(bytes_view key, bool included, std::size_t key_width) {
    upper_.assign(key);
    has_upper_ = !included || make_successor(upper_, key_width);
  }
  /// Limits both ends to the keys that begin with `prefix`.
  void limit_to_prefix(bytes_view prefix, std::size_t key_width) {
    lower_.assign(prefix);
    has_lower_ = true;
    fill_up(lower_, key_width);
    upper_.assign(prefix);
    has_upper_ = increment(upper_);
    if (has_upper_) fill_up(upper_, key_width);
  }

 private:
  /// Turns a key into its successor. Returns: whether there is one.
  static bool make_successor(key_bytes& key, std::size_t key_width) {
    if (key_width == 0) {
      fill_up(key, key.size() + 1);
      return true;
    }
    if (!increment(key)) return false;
    fill_up(key, key_width);
    return true;
  }

  /// Turns a prefix into the least string that is greater than all that begin with it. Returns: whether there is one.
  static bool increment(key_bytes& prefix) noexcept {
    std::size_t size = prefix.size();
    while (size > 0 && prefix.data()[size - 1] == std::byte{0xff}) --size;
    prefix.shorten(size);
    if (size == 0) return false;
    std::byte& last = prefix.data()[size - 1];
    last = static_cast<std::byte>(std::to_integer<unsigned>(last) + 1U);
    return true;
  }

  /// Appends zeros up to `wanted` bytes: no string lies between a key and the key with zeros appended but those
  /// with fewer zeros.
  static void fill_up(key_bytes& key, std::size_t wanted) {
    const std::size_t size = key.size();
    if (size >= wanted) return;
    key_bytes filled;
    std::byte* const out = filled.resize(wanted);
    if (size > 0) std::memcpy(out, key.data(), size);
    std::memset(out + size, 0, wanted - size);
    key = std::move(filled);
  }

  key_bytes lower_;
  key_bytes upper_;
  bool has_lower_ = false;
  bool has_upper_ = false;
  bool nothing_ = false;  // the lower end lies above every key
};

}  // namespace macaw::inline MACAW_ABI::detail
