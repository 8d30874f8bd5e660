// SPDX-License-Identifier: MIT
//
// Large blocks of memory that the system may back with huge pages. Layer 0 (memory).
//
// Invariants: a block is aligned to 2 MiB, whatever its size; its bytes are uninitialised.
// Thread safety: as any owner of memory.

#pragma once

#include <macaw/macros.hpp>

#include <cstddef>
#include <new>
#include <utility>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace macaw::inline MACAW_ABI::detail {

/// The size and the alignment of the large pages of the usual machines.
inline constexpr std::size_t huge_page_size = std::size_t{2} << 20;

/// Owns a block of memory for many small things that are visited at random, where few entries of the
/// address translation buffer must reach far.
class huge_block {
 public:
  huge_block() noexcept = default;

  /// Allocates `size` bytes. With `hint`, asks the system for huge pages: fewer misses of the translation
  /// buffer, but the memory is taken 2 MiB at a time.
  /// Errors: std::bad_alloc.
  huge_block(std::size_t size, bool hint)
      : data_(static_cast<std::byte*>(::operator new (size, std::align_val_t{huge_page_size}))) {
    if (hint) ask_for_huge_pages(data_, size);
  }

  huge_block(huge_block&& other) noexcept : data_(std::exchange(other.data_, nullptr)) {}
  huge_block& operator=(huge_block&& other) noexcept {
    huge_block taken(std::move(other));
    std::swap(data_, taken.data_);
    return *this;
  }
  ~huge_block() {
    if (data_ != nullptr) ::operator delete (data_, std::align_val_t{huge_page_size});
  }

  [[nodiscard]] std::byte* data() const noexcept { return data_; }

 private:
  /// A refusal changes nothing but the speed, so it is no error.
  static void ask_for_huge_pages([[maybe_unused]] std::byte* data, [[maybe_unused]] std::size_t size) noexcept {
#if defined(__linux__) && defined(MADV_HUGEPAGE)
    static_cast<void>(::madvise(data, size, MADV_HUGEPAGE));
#endif
  }

  std::byte* data_ = nullptr;
};

}  // namespace macaw::inline MACAW_ABI::detail
