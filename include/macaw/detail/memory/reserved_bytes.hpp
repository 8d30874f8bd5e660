// SPDX-License-Identifier: MIT
//
// A range of addresses whose memory appears, zeroed, as it is touched. Layer 1 (memory).
//
// Invariants: the address never changes, moving the object included; untouched and cleared bytes are
// zero and take no memory.
// Thread safety: as a plain array; `clear` as a write of the bytes cleared.

#pragma once

#include <macaw/detail/base/os_error.hpp>
#include <macaw/error.hpp>
#include <macaw/macros.hpp>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string>
#include <system_error>
#include <utility>

#include <sys/mman.h>
#include <unistd.h>

namespace macaw::inline MACAW_ABI::detail {

/// Owns a range of zeroed addresses.
class reserved_bytes {
 public:
  reserved_bytes() noexcept = default;

  /// Reserves `size` bytes, at least one.
  /// Errors: io where the system grants fewer addresses.
  explicit reserved_bytes(std::size_t size) : data_(reserve(nullptr, size, 0)), size_(size) {}

  reserved_bytes(reserved_bytes&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  reserved_bytes& operator=(reserved_bytes&& other) noexcept {
    reserved_bytes taken(std::move(other));
    std::swap(data_, taken.data_);
    std::swap(size_, taken.size_);
    return *this;
  }
  ~reserved_bytes() {
    if (data_ != nullptr) ::munmap(data_, size_);
  }

  [[nodiscard]] std::byte* data() const noexcept { return data_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  /// Zeroes [from, to) and gives the memory of whole pages among it back.
  void clear(std::size_t from, std::size_t to) {
    MACAW_ASSERT(from <= to && to <= size_);
    const std::size_t page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    const std::size_t first = (from + page - 1) / page * page;
    const std::size_t last = to / page * page;
    if (first >= last) {
      if (from != to) std::memset(data_ + from, 0, to - from);
      return;
    }
    std::memset(data_ + from, 0, first - from);
    reserve(data_ + first, last - first, MAP_FIXED);
    std::memset(data_ + last, 0, to - last);
  }

 private:
  static std::byte* reserve(std::byte* at, std::size_t size, int flags) {
#if defined(MAP_NORESERVE)
    flags |= MAP_NORESERVE;
#endif
    void* data = ::mmap(at, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
    if (data == MAP_FAILED) {
      throw error(errc::io, "cannot reserve " + std::to_string(size) + " bytes of addresses",
                  std::error_code(errno, std::generic_category()));
    }
    return static_cast<std::byte*>(data);
  }

  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace macaw::inline MACAW_ABI::detail
