// SPDX-License-Identifier: MIT
//
// Files whose bytes somebody changes who knows the format: whatever a checksum covered before the change is sealed
// again after it, so that a reader has to judge the bytes themselves.

#pragma once

#include <macaw/checksum/xxh3.hpp>
#include <macaw/detail/base/endian.hpp>
#include <macaw/detail/format/geometry.hpp>
#include <macaw/detail/format/large_value.hpp>
#include <macaw/detail/format/meta_page.hpp>
#include <macaw/detail/format/page_header.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace macaw_test {

using file_bytes = std::vector<std::byte>;

/// A page, or a piece of several, that a checksum covers.
struct sealed_run {
  std::uint32_t first = 0;
  std::uint32_t pages = 1;
};

/// What of a file is sealed: meta pages, pages and pieces. `PageSize` is that of the file, whatever it says.
template <std::size_t PageSize>
class file_seals {
  using limits = macaw::detail::geometry<PageSize>;

 public:
  static constexpr std::size_t page_size = PageSize;

  /// Finds the checksums that hold. Where no meta page does, no page is taken for sealed.
  explicit file_seals(std::span<const std::byte> file) {
    for (const unsigned slot : {0U, 1U}) {
      const auto found = meta_at(file, slot);
      metas_[slot] = found.has_value();
      if (found && !seed_) seed_ = macaw::detail::uuid_seed(found->uuid);
    }
    if (!seed_) return;
    const auto end = static_cast<std::uint32_t>(file.size() / PageSize);
    for (std::uint32_t page = limits::first_page; page < end;) {
      const sealed_run run{page, pages_of(file, page)};
      if (holds(file, run)) runs_.push_back(run);
      page += holds(file, run) ? run.pages : 1;
    }
  }

  [[nodiscard]] const std::vector<sealed_run>& runs() const& noexcept { return runs_; }
  void runs() const&& = delete;  // a loop over it would outlive it

  /// A meta page of the file, if its checksum holds and it is of this format.
  [[nodiscard]] static std::optional<macaw::detail::meta_page> meta_at(std::span<const std::byte> file, unsigned slot) {
    const auto bytes = meta_bytes(file, slot);
    if (bytes.empty()) return std::nullopt;
    macaw::detail::meta_page meta;
    if (macaw::detail::decode_meta(bytes.template first<macaw::detail::meta_size>(), meta) !=
        macaw::detail::meta_finding::good) {
      return std::nullopt;
    }
    return meta;
  }

  /// The checksum of a run, whatever is in it, as far as the file reaches.
  void seal(std::span<std::byte> file, sealed_run run) const {
    const std::size_t offset = std::size_t{run.first} * PageSize;
    if (!seed_ || offset + PageSize > file.size()) return;
    const auto bytes = file.subspan(offset, std::min(std::size_t{run.pages} * PageSize, file.size() - offset));
    const auto covered = bytes.subspan(macaw::detail::header_field::shape);
    const auto seed = macaw::detail::page_seed(*seed_, macaw::page_id{run.first});
    macaw::detail::store_le(bytes.data(), macaw::xxh3::compute(covered, seed));
  }

  /// The checksums of all that was sealed, and the digests that prove commits of one phase.
  void seal_all(std::span<std::byte> file) const {
    for (const sealed_run run : runs_) seal(file, run);
    for (const unsigned slot : {0U, 1U}) {
      if (metas_[slot]) seal_meta(file, slot);
    }
  }

  /// The checksum of a meta page, and its digest, if it has one.
  static void seal_meta(std::span<std::byte> file, unsigned slot) {
    const auto bytes = meta_bytes(file, slot);
    if (bytes.empty()) return;
    const auto meta = bytes.template first<macaw::detail::meta_size>();
    const auto close = [&] {
      macaw::detail::store_le(meta.data(), macaw::detail::meta_checksum(std::span<const std::byte, 4096>(meta)));
    };
    close();
    const auto decoded = meta_at(file, slot);
    if (!decoded || decoded->two_phase || !macaw::detail::manifest_in_order(*decoded, 1)) return;
    macaw::xxh3_stream digest(macaw::detail::digest_seed(decoded->uuid, decoded->d));
    for (const macaw::detail::page_run& run : decoded->manifest()) {
      const std::size_t offset = std::size_t{run.first} * PageSize, size = std::size_t{run.pages} * PageSize;
      if (offset + size > file.size()) return;
      digest.update(file.subspan(offset, size));
    }
    macaw::detail::store_le(meta.data() + macaw::detail::meta_field::digest, digest.digest());
    close();
  }

 private:
  template <class Byte>
  static std::span<Byte> meta_bytes(std::span<Byte> file, unsigned slot) {
    const std::size_t offset = macaw::detail::meta_offset[slot];
    return offset + macaw::detail::meta_size <= file.size() ? file.subspan(offset, macaw::detail::meta_size)
                                                            : std::span<Byte>();
  }

  /// How many pages the page at `page` begins, if it is sealed.
  static std::uint32_t pages_of(std::span<const std::byte> file, std::uint32_t page) {
    const std::byte* const bytes = file.data() + std::size_t{page} * PageSize;
    if (macaw::detail::load_shape(bytes) != macaw::detail::piece_shape) return 1;
    const std::size_t payload = macaw::detail::piece_payload(bytes);
    return payload > limits::piece_bytes_max ? 1 : static_cast<std::uint32_t>(limits::piece_pages(payload));
  }

  [[nodiscard]] bool holds(std::span<const std::byte> file, sealed_run run) const {
    const std::size_t offset = std::size_t{run.first} * PageSize, size = std::size_t{run.pages} * PageSize;
    return offset + size <= file.size() &&
           macaw::detail::checksum_ok<macaw::xxh3>(file.data() + offset, size, macaw::page_id{run.first}, *seed_);
  }

  std::optional<std::uint64_t> seed_;
  bool metas_[2] = {false, false};
  std::vector<sealed_run> runs_;
};

/// Lets `edit(file)` change a file, and seals again what was sealed.
template <std::size_t PageSize, class Edit>
void forge(file_bytes& file, Edit&& edit) {
  const file_seals<PageSize> seals(file);
  edit(file);
  seals.seal_all(file);
}

}  // namespace macaw_test
