// SPDX-License-Identifier: MIT
//
// The two meta pages of an open file: which one lives, and how the next is written. Layer 5 (txn).
//
// Invariants (PROTOCOL R7, R12, R13):
//  1. The slot of the base is never written; the next meta goes to the other slot.
//  2. What judges a file is read past the system's cache, after a sync; unless the file is sealed: then it is as the
//     last process left it that had it open for writing, whose last sync had returned.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/checksum/xxh3.hpp>
#include <macaw/detail/base/algorithms.hpp>
#include <macaw/detail/format/meta_page.hpp>
#include <macaw/error.hpp>
#include <macaw/macros.hpp>
#include <macaw/storage/file_system.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>

namespace macaw::inline MACAW_ABI::detail {

/// The meta that lives, and where.
struct living_meta {
  meta_page meta;
  unsigned slot = 0;

  [[nodiscard]] unsigned other_slot() const noexcept { return 1 - slot; }
};

/// What one of the two slots holds.
struct meta_slot {
  meta_page meta;
  meta_finding finding = meta_finding::not_a_meta;
  bool beyond_end = false;  ///< good in itself, but its mark lies beyond the file's end: incomplete
  bool blank = false;       ///< nothing but zeros: never written

  [[nodiscard]] bool valid() const noexcept { return finding == meta_finding::good && !beyond_end; }
};

/// Whether a slot beside the living one holds what a write to come might make a newer meta of.
[[nodiscard]] inline bool could_become_newer(const meta_slot& other, const meta_page& living) noexcept {
  return other.finding == meta_finding::good ? other.meta.d > living.d : !other.blank;
}

/// Writes a meta into a slot. It is durable after the next sync.
template <file File>
void write_meta(File& file, const meta_page& meta, unsigned slot) {
  const auto bytes = std::make_unique<std::array<std::byte, meta_size>>();
  encode_meta(meta, *bytes);
  const bytes_view piece[] = {*bytes};
  file.write(meta_offset[slot], piece);
}

/// What the bytes of a slot come to.
[[nodiscard]] inline meta_slot judge_meta(std::span<const std::byte, meta_size> bytes, std::uint64_t file_size) {
  meta_slot found;
  found.finding = decode_meta(bytes, found.meta);
  found.blank = algorithms::none_of(bytes.begin(), bytes.end(), [](std::byte byte) { return byte != std::byte{0}; });
  found.beyond_end =
      found.finding == meta_finding::good && std::uint64_t{found.meta.mark} * found.meta.page_size > file_size;
  return found;
}

/// Reads a part of a file from the device; zeros where the file ends before it does.
template <file File>
void read_padded(const File& file, std::uint64_t offset, std::span<std::byte> into) {
  const std::span<std::byte> missing = into.subspan(file.read_uncached(offset, into));
  if (!missing.empty()) std::memset(missing.data(), 0, missing.size());
}

/// Reads a slot from the device.
template <file File>
[[nodiscard]] meta_slot read_meta(const File& file, unsigned slot, std::uint64_t file_size) {
  const auto bytes = std::make_unique<std::array<std::byte, meta_size>>();
  read_padded(file, meta_offset[slot], *bytes);
  return judge_meta(*bytes, file_size);
}

/// The bytes of both slots, aligned as devices want them, so that they are read into place.
struct alignas(meta_size) meta_bytes {
  static_assert(meta_offset[0] == 0 && meta_offset[1] == meta_size);
  std::array<std::byte, 2 * meta_size> bytes;

  [[nodiscard]] std::array<meta_slot, 2> judge(std::uint64_t file_size) const {
    const std::span all(bytes);
    return {judge_meta(all.template first<meta_size>(), file_size),
            judge_meta(all.template last<meta_size>(), file_size)};
  }
};

/// Reads both slots from the device, by one call: what an opening waits for.
template <file File>
[[nodiscard]] std::array<meta_slot, 2> read_metas(const File& file, std::uint64_t file_size) {
  const auto read = std::make_unique<meta_bytes>();
  read_padded(file, 0, read->bytes);
  return read->judge(file_size);
}

/// Reads both slots as the system shows them, with the number that seals a file which holds them.
/// Returns: nothing where the file ends before they do.
template <file File>
[[nodiscard]] std::optional<std::uint64_t> read_cached_metas(const File& file, meta_bytes& into) {
  if (file.read(0, into.bytes) != into.bytes.size()) return std::nullopt;
  return xxh3::compute(into.bytes, 0);
}

/// Seals a file whose durable commit is the living one, so that its next opening need not ask the device. Does nothing
/// where it is sealed, cannot be, or the system shows something else than is known to be durable: another length, or
/// meta pages that are left in its cache of a commit which the device never got.
/// Requires: it is locked for writing.
template <file File>
void seal_metas(File& file, const living_meta& living, std::uint64_t durable_size) noexcept {
  if constexpr (sealable_file<File>) {
    try {
      const auto shown = std::make_unique<meta_bytes>();
      const std::optional<std::uint64_t> number = read_cached_metas(file, *shown);
      if (!number || file.size() != durable_size || file.sealed() == number) return;
      if (could_become_newer(shown->judge(durable_size)[living.other_slot()], living.meta)) return;
      const auto durable = std::make_unique<std::array<std::byte, meta_size>>();
      encode_meta(living.meta, *durable);
      if (std::memcmp(durable->data(), shown->bytes.data() + meta_offset[living.slot], meta_size) == 0) {
        file.seal(*number);
      }
    } catch (...) {  // then it is not sealed
    }
  }
}

/// Both slots of a file that is sealed: its newest commit is durable. Nothing where the device has to be asked.
template <file File>
[[nodiscard]] std::optional<std::array<meta_slot, 2>> read_sealed_metas(const File& file, std::uint64_t file_size) {
  if constexpr (sealable_file<File>) {
    const std::optional<std::uint64_t> seal = file.sealed();
    if (!seal) return std::nullopt;
    const auto read = std::make_unique<meta_bytes>();
    if (read_cached_metas(file, *read) == seal) return read->judge(file_size);
  }
  return std::nullopt;
}

/// Whether what the manifest lists is on the device as the digest says: the proof of a one-sync commit (R12).
/// Reads at most 4 MiB, a mebibyte at a time. A commit of two phases needs no proof.
template <file File>
[[nodiscard]] bool is_complete(const File& file, const meta_page& meta, std::uint32_t first_page) {
  if (meta.two_phase) return true;
  if (!manifest_in_order(meta, first_page)) return false;
  constexpr std::size_t step = std::size_t{1} << 20;
  std::unique_ptr<std::byte[]> buffer;
  xxh3_stream digest(digest_seed(meta.uuid, meta.d));
  for (const page_run& run : meta.manifest()) {
    std::uint64_t offset = std::uint64_t{run.first} * meta.page_size;
    std::uint64_t left = std::uint64_t{run.pages} * meta.page_size;
    while (left > 0) {
      if (!buffer) buffer = std::make_unique_for_overwrite<std::byte[]>(step);
      const auto size = static_cast<std::size_t>(algorithms::min<std::uint64_t>(left, step));
      if (file.read_uncached(offset, {buffer.get(), size}) != size) return false;
      digest.update({buffer.get(), size});
      offset += size;
      left -= size;
    }
  }
  return digest.digest() == meta.digest;
}

}  // namespace macaw::inline MACAW_ABI::detail
