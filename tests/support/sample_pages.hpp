// SPDX-License-Identifier: MIT
//
// Sealed pages and pieces with bytes that tell where they belong, and the check that proves them: what
// tests of pagers store and read.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/checksum/xxh3.hpp>
#include <macaw/detail/format/page_header.hpp>
#include <macaw/error.hpp>
#include <macaw/ids.hpp>
#include <macaw/storage/pager.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace macaw_test {

using namespace macaw;

inline constexpr std::uint64_t sample_uuid = 0x5EED;

/// What the sample page of this reference holds at byte `at`.
[[nodiscard]] inline std::byte sample_byte(page_ref ref, std::size_t at) {
  return static_cast<std::byte>((to_number(ref.id) * 31 + ref.birth * 7 + at) & 0xFFU);
}

/// `pages` sealed pages' worth of bytes: a page of a tree, or with the kind `piece` one piece of all pages.
template <std::size_t PageSize>
[[nodiscard]] std::vector<std::byte> sample_page(page_ref ref, std::uint8_t level = 0, std::size_t pages = 1,
                                                 detail::page_kind kind = detail::page_kind::leaf) {
  std::vector<std::byte> bytes(pages * PageSize);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = sample_byte(ref, i);
  detail::format_header(bytes.data(), detail::make_shape(level == 0 ? kind : detail::page_kind::branch, level));
  if (kind == detail::page_kind::piece) {
    detail::store_le(bytes.data() + detail::header_field::heap_size,
                     static_cast<std::uint32_t>(bytes.size() - detail::page_header_size));
  }
  detail::seal_page<xxh3>(bytes.data(), bytes.size(), ref.id, ref.birth, sample_uuid);
  return bytes;
}

template <std::size_t PageSize>
[[nodiscard]] std::vector<std::byte> sample_piece(page_ref ref, std::size_t pages) {
  return sample_page<PageSize>(ref, 0, pages, detail::page_kind::piece);
}

/// Whether bytes behind the header are those of the reference's sample.
[[nodiscard]] inline bool is_sample(bytes_view bytes, page_ref ref) {
  for (std::size_t i = detail::page_header_size; i < bytes.size(); ++i) {
    if (bytes[i] != sample_byte(ref, i)) return false;
  }
  return true;
}

/// Proves sample pages as the library proves its own, and counts how often it was asked.
class sample_check {
 public:
  [[nodiscard]] page_check check() const { return {&run, this}; }
  [[nodiscard]] std::size_t calls() const { return calls_; }

 private:
  static void run(const void* context, bytes_view page, page_ref ref) {
    ++static_cast<const sample_check*>(context)->calls_;
    if (!detail::checksum_ok<xxh3>(page.data(), page.size(), ref.id, sample_uuid)) {
      detail::throw_corrupt(ref.id, "checksum does not match");
    }
    if (detail::load_page_id(page.data()) != ref.id || detail::load_birth(page.data()) != ref.birth) {
      detail::throw_corrupt(ref.id, "another page than the reference promises");
    }
  }

  mutable std::atomic<std::size_t> calls_{0};
};

}  // namespace macaw_test
