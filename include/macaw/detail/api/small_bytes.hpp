// SPDX-License-Identifier: MIT
//
// Owned byte strings that need no allocation while they are short. Layer 6 (API).
//
// Keys are copied into these wherever they must outlive a page: ranges own their bounds, cursors their
// position, entries the key that prefix truncation has taken apart.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <cstring>
#include <memory>
#include <utility>

namespace macaw::inline MACAW_ABI::detail {

/// Bytes in place up to `InlineSize`, else on the heap.
template <std::size_t InlineSize>
class small_bytes {
 public:
  static constexpr std::size_t inline_size = InlineSize;

  small_bytes() noexcept {}  // NOLINT: the array stays uninitialised, on purpose
  explicit small_bytes(bytes_view bytes) { assign(bytes); }
  small_bytes(const small_bytes& other) { assign(other.view()); }
  small_bytes(small_bytes&& other) noexcept { take(other); }
  small_bytes& operator=(const small_bytes& other) {
    if (this != &other) assign(other.view());
    return *this;
  }
  small_bytes& operator=(small_bytes&& other) noexcept {
    if (this != &other) take(other);
    return *this;
  }
  ~small_bytes() = default;

  [[nodiscard]] const std::byte* data() const noexcept { return heap_ ? heap_.get() : inline_; }
  [[nodiscard]] std::byte* data() noexcept { return heap_ ? heap_.get() : inline_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] bytes_view view() const noexcept { return {data(), size_}; }

  /// Makes room for exactly `size` bytes, whose contents are unspecified, and returns where they are.
  /// Errors: std::bad_alloc, and then nothing is changed.
  MACAW_ALWAYS_INLINE std::byte* resize(std::size_t size) {
    if (heap_ || size > InlineSize) [[unlikely]]
      return resize_on_heap(size);
    size_ = size;
    return inline_;
  }

  /// Forgets all bytes from `size` on. Requires: no more than there are.
  void shorten(std::size_t size) noexcept {
    MACAW_ASSERT(size <= size_);
    size_ = size;
  }

  void assign(bytes_view bytes) {
    std::byte* to = resize(bytes.size());
    if (!bytes.empty()) std::memmove(to, bytes.data(), bytes.size());
  }

 private:
  MACAW_NOINLINE std::byte* resize_on_heap(std::size_t size) {
    if (size > heap_size_) {
      heap_ = std::unique_ptr<std::byte[]>(new std::byte[size]);
      heap_size_ = size;
    }
    size_ = size;
    return heap_.get();
  }

  void take(small_bytes& other) noexcept {
    heap_ = std::move(other.heap_);
    heap_size_ = std::exchange(other.heap_size_, 0);
    size_ = std::exchange(other.size_, 0);
    if (!heap_) std::memcpy(inline_, other.inline_, size_);
  }

  std::unique_ptr<std::byte[]> heap_;
  std::size_t heap_size_ = 0;
  std::size_t size_ = 0;
  std::byte inline_[InlineSize];
};

/// Bytes of a size that is always the same, in place.
template <std::size_t Size>
class fixed_bytes {
 public:
  fixed_bytes() noexcept {}  // NOLINT: uninitialised, on purpose

  [[nodiscard]] const std::byte* data() const noexcept { return bytes_; }
  [[nodiscard]] std::byte* data() noexcept { return bytes_; }
  [[nodiscard]] static constexpr std::size_t size() noexcept { return Size; }
  [[nodiscard]] bytes_view view() const noexcept { return {bytes_, Size}; }
  /// Requires: `size` is the one there is.
  std::byte* resize([[maybe_unused]] std::size_t size) noexcept {
    MACAW_ASSERT(size == Size);
    return bytes_;
  }

 private:
  std::byte bytes_[Size];
};

/// The usual size: most keys are shorter.
using key_bytes = small_bytes<64>;

}  // namespace macaw::inline MACAW_ABI::detail
