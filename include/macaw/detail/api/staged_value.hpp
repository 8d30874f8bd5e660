// SPDX-License-Identifier: MIT
//
// A value encoded and ready to go into a page. Layer 6 (API).
//
// Values are encoded before the tree is touched: so a codec that throws changes nothing, and an argument that
// borrows from a page of the same table (a view of another row) is read before that page moves.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/codec/concepts.hpp>
#include <macaw/detail/memory/piece_buffer.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <span>

namespace macaw::inline MACAW_ABI::detail {

/// The bytes of a value: on the stack while they are few, else in memory that the transaction keeps for this.
template <value_codec C>
class staged_value {
 public:
  /// Errors: what the codec raises, std::bad_alloc.
  staged_value(const typename C::argument_type& argument, piece_buffer& scratch) : scratch_(scratch) {
    const std::size_t size = C::size(argument);
    std::byte* const out = size <= inline_size ? inline_ : scratch.ensure(size).data();
    [[maybe_unused]] const std::byte* const end = C::encode(argument, out);
    MACAW_ASSERT(end == out + size);
    view_ = {out, size};
  }
  staged_value(const staged_value&) = delete;
  staged_value& operator=(const staged_value&) = delete;

  /// Effects: gives memory back that only an unusual value needs.
  ~staged_value() {
    if (view_.size() > kept_size) scratch_ = piece_buffer();
  }

  [[nodiscard]] bytes_view view() const noexcept { return view_; }

 private:
  static constexpr std::size_t inline_size = C::fixed_size > 0 && C::fixed_size < 256 ? C::fixed_size : 256;
  static constexpr std::size_t kept_size = std::size_t{1} << 20;

  piece_buffer& scratch_;
  bytes_view view_;
  std::byte inline_[inline_size];
};

}  // namespace macaw::inline MACAW_ABI::detail
