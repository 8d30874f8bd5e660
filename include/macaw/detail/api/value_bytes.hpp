// SPDX-License-Identifier: MIT
//
// The bytes of a value, wherever they are: in the leaf, in one piece, or in several. Layer 6 (API).

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/api/page_access.hpp>
#include <macaw/detail/format/cell.hpp>
#include <macaw/detail/format/large_value.hpp>
#include <macaw/detail/memory/piece_buffer.hpp>
#include <macaw/detail/tree/large_value.hpp>
#include <macaw/error.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <limits>
#include <memory>

namespace macaw::inline MACAW_ABI::detail {

/// A large value in memory, read when first asked for. Moving keeps the bytes in place; a copy is read again.
class large_bytes {
 public:
  large_bytes() = default;
  large_bytes(const large_bytes&) noexcept {}
  large_bytes(large_bytes&&) noexcept = default;
  large_bytes& operator=(const large_bytes&) noexcept {
    loaded_.reset();
    return *this;
  }
  large_bytes& operator=(large_bytes&&) noexcept = default;
  ~large_bytes() = default;

  /// Errors: what reading raises, bad_alloc, `value_too_large` where memory cannot address it.
  template <class Config>
  [[nodiscard]] MACAW_NOINLINE bytes_view load(const page_access<Config>& access, const large_record& record) {
    if (!loaded_) {
      auto made = std::make_unique<contents>();
      const auto operation = access.enter();
      large_reader<page_access<Config>> reader(access, record);
      if (reader.contiguous()) {
        made->view = access.piece(record.root, static_cast<std::size_t>(record.size), made->buffer);
      } else {
        made->view = read_pieces(reader, made->buffer);
      }
      loaded_ = std::move(made);
    }
    return loaded_->view;
  }

 private:
  struct contents {
    piece_buffer buffer;
    bytes_view view;
  };

  template <class Reader>
  static bytes_view read_pieces(Reader& reader, piece_buffer& buffer) {
    if (reader.size() > std::numeric_limits<std::size_t>::max() / 2) {
      throw_error(errc::value_too_large, "the value exceeds this machine's memory: use a reader");
    }
    const std::span<std::byte> to = buffer.ensure(static_cast<std::size_t>(reader.size()));
    if (reader.read(0, to) != to.size()) throw_error(errc::corrupt, "a large value is shorter than its record says");
    return to;
  }

  std::unique_ptr<contents> loaded_;
};

/// The bytes of a cell's value: in the page, or in `large`.
/// Errors: for large values what reading raises.
template <class Config>
[[nodiscard]] MACAW_ALWAYS_INLINE bytes_view value_bytes(const page_access<Config>& access, const cell_value& cell,
                                                         large_bytes& large) {
  if (cell.tag == value_tag::inlined) [[likely]]
    return cell.bytes;
  if (cell.tag != value_tag::large) throw_error(errc::corrupt, "a row of a table is a catalog record");
  return large.load(access, load_large_record(cell.bytes));
}

}  // namespace macaw::inline MACAW_ABI::detail
