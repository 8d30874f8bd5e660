// SPDX-License-Identifier: MIT
//
// Owned scratch for one piece of a large value: where a piece is read to when its bytes cannot be
// viewed in place. Layer 1 (memory).
//
// Invariant: the bytes stay where they are until the next call of `ensure`, or the end of the buffer.

#pragma once

#include <macaw/macros.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <utility>

namespace macaw::inline MACAW_ABI::detail {

/// Memory that grows to the largest piece asked of it and is reused. Movable; moving keeps the bytes in place.
class piece_buffer {
 public:
  piece_buffer() = default;
  piece_buffer(piece_buffer&& other) noexcept
      : bytes_(std::move(other.bytes_)), capacity_(std::exchange(other.capacity_, 0)) {}
  piece_buffer& operator=(piece_buffer&& other) noexcept {
    bytes_ = std::move(other.bytes_);
    capacity_ = std::exchange(other.capacity_, 0);
    return *this;
  }

  /// Uninitialised memory of `size` bytes; what was there before is lost.
  /// Errors: std::bad_alloc, and then the buffer is as before.
  [[nodiscard]] std::span<std::byte> ensure(std::size_t size) {
    if (size > capacity_) {
      bytes_ = std::unique_ptr<std::byte[]>(new std::byte[size]);
      capacity_ = size;
    }
    return {bytes_.get(), size};
  }

  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }

 private:
  std::unique_ptr<std::byte[]> bytes_;
  std::size_t capacity_ = 0;
};

}  // namespace macaw::inline MACAW_ABI::detail
