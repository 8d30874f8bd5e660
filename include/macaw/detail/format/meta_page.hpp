// SPDX-License-Identifier: MIT
//
// The meta page: what a commit publishes. Two of them stand at byte 0 and byte 4,096 of every file and
// are written in turn. Layer 1 (format): pure over bytes.
//
//     OFFSET  SIZE  MEANING
//          0     8  checksum: XXH3-64 of bytes 8 to 4,095, whatever the checksum of the pages
//          8     8  magic: 'm' 'a' 'c' 'a' 'w' 0x0D 0x0A 0x1A
//         16     4  format version
//         20     4  page size in bytes
//         24    12  feature flags that a reader may ignore, must not write with, must refuse
//         36     4  id of the page checksum
//         40    16  UUID of the file
//         56     8  D, the number of the durable commit
//         64     8  base, the D before it
//         72     4  flags: bit 0 two-phase
//         76     4  mark: one past the highest page used
//         80     8  digest over the runs of the manifest
//         88    40  catalog root: page id, birth, height (1) and zeros (7), entries, branch and leaf pages
//        128     8  pages of large values in the catalog tree (always 0)
//        136    16  D and catalog root reference of a commit that an opening rejected
//        152     8  newest log page of the space map: id, birth (0, 0: none)
//        160    24  tail index, sweep address (4) and zeros (4), index noted when the sweep started
//        184     8  reserved bytes per page (4, today 0) and zeros
//        192     8  position in a write-ahead log (today 0)
//        200     8  number of runs (2), zeros (2), bytes of statements (4)
//        256  2000  manifest: runs {first page, pages} in ascending order
//       2256  1840  newest statements of the space map
//
// Invariant: a decoded meta satisfies its own bounds (counts, runs ascending and below the mark); what it
// says of other pages is proven elsewhere (recovery.hpp).

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/checksum/xxh3.hpp>
#include <macaw/detail/base/endian.hpp>
#include <macaw/detail/format/tree_root.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace macaw::inline MACAW_ABI::detail {

inline constexpr std::size_t meta_size = 4096;                   // FROZEN: on disk
inline constexpr std::uint64_t meta_offset[2] = {0, meta_size};  // FROZEN: on disk
inline constexpr std::uint64_t first_page_offset = 2 * meta_size;
inline constexpr std::uint32_t format_version = 1;
inline constexpr std::size_t manifest_runs_max = 250;
inline constexpr std::uint64_t manifest_size_max = std::uint64_t{4} << 20;  // FROZEN: bytes of all its runs together
inline constexpr std::size_t meta_statement_bytes_max = 1840;
inline constexpr std::array<std::uint8_t, 8> meta_magic = {'m', 'a', 'c', 'a', 'w', 0x0D, 0x0A, 0x1A};

/// The first page that may hold data: pages below byte 8,192 are reserved for the metas.
template <std::size_t PageSize>
inline constexpr std::uint32_t first_data_page = PageSize >= first_page_offset
                                                     ? 1U
                                                     : static_cast<std::uint32_t>(first_page_offset / PageSize);

/// Consecutive pages.
struct page_run {
  std::uint32_t first = 0;
  std::uint32_t pages = 0;

  friend constexpr bool operator==(const page_run&, const page_run&) = default;
};

/// A random identity of a file.
using file_uuid = std::array<std::byte, 16>;

/// The contents of a meta page.
struct meta_page {
  std::uint32_t version = format_version;
  std::uint32_t page_size = 0;
  std::uint32_t features_ignore = 0;
  std::uint32_t features_read_only = 0;
  std::uint32_t features_refuse = 0;
  std::uint32_t checksum_id = 0;
  file_uuid uuid{};
  std::uint64_t d = 0;
  std::uint64_t base = 0;
  bool two_phase = false;
  std::uint32_t mark = 0;
  std::uint64_t digest = 0;
  tree_root catalog;
  std::uint64_t rejected_d = 0;
  page_ref rejected_root;
  page_ref space_head;
  std::uint64_t space_tail = 0;
  std::uint32_t sweep_address = 0;
  std::uint64_t sweep_index = 0;
  std::uint32_t reserved_per_page = 0;
  std::uint64_t log_position = 0;
  std::uint16_t run_count = 0;
  std::uint32_t statement_size = 0;
  std::array<page_run, manifest_runs_max> runs{};
  std::array<std::byte, meta_statement_bytes_max> statements{};

  [[nodiscard]] std::span<const page_run> manifest() const& noexcept { return {runs.data(), run_count}; }
  [[nodiscard]] bytes_view statement_bytes() const& noexcept { return {statements.data(), statement_size}; }
  void manifest() const&& = delete;  // they would look into what is gone
  void statement_bytes() const&& = delete;
};

/// Why bytes are not a meta page that this library can use.
enum class meta_finding : std::uint8_t {
  good,
  not_a_meta,           ///< no magic: this never was a meta page
  damaged,              ///< magic, but the checksum or the bounds fail
  unsupported_version,  ///< whole, of a newer format
};

namespace meta_field {
inline constexpr std::size_t checksum = 0, magic = 8, version = 16, page_size = 20, features = 24, checksum_id = 36,
                             uuid = 40, d = 56, base = 64, flags = 72, mark = 76, digest = 80, catalog = 88,
                             large_pages = 128, rejected = 136, space_head = 152, tail = 160, sweep_address = 168,
                             sweep_index = 176, reserved_per_page = 184, log_position = 192, run_count = 200,
                             statement_size = 204, runs = 256, statements = 2256;
static_assert(runs + manifest_runs_max * 8 == statements && statements + meta_statement_bytes_max == meta_size);
}  // namespace meta_field

[[nodiscard]] inline std::uint64_t meta_checksum(std::span<const std::byte, meta_size> bytes) noexcept {
  return xxh3::compute(bytes.subspan<8>(), 0);
}

/// Writes the 4,096 bytes of a meta page.
inline void encode_meta(const meta_page& meta, std::span<std::byte, meta_size> to) noexcept {
  namespace field = meta_field;
  std::byte* const out = to.data();
  std::memset(out, 0, meta_size);
  std::memcpy(out + field::magic, meta_magic.data(), meta_magic.size());
  store_le(out + field::version, meta.version);
  store_le(out + field::page_size, meta.page_size);
  store_le(out + field::features, meta.features_ignore);
  store_le(out + field::features + 4, meta.features_read_only);
  store_le(out + field::features + 8, meta.features_refuse);
  store_le(out + field::checksum_id, meta.checksum_id);
  std::memcpy(out + field::uuid, meta.uuid.data(), meta.uuid.size());
  store_le(out + field::d, meta.d);
  store_le(out + field::base, meta.base);
  store_le(out + field::flags, static_cast<std::uint32_t>(meta.two_phase ? 1 : 0));
  store_le(out + field::mark, meta.mark);
  store_le(out + field::digest, meta.digest);
  store_le(out + field::catalog, to_number(meta.catalog.ref.id));
  store_le(out + field::catalog + 4, meta.catalog.ref.birth);
  out[field::catalog + 8] = std::byte{meta.catalog.height};
  store_le(out + field::catalog + 16, meta.catalog.entries);
  store_le(out + field::catalog + 24, meta.catalog.branch_pages);
  store_le(out + field::catalog + 32, meta.catalog.leaf_pages);
  store_le(out + field::large_pages, meta.catalog.large_pages);
  store_le(out + field::rejected, meta.rejected_d);
  store_le(out + field::rejected + 8, to_number(meta.rejected_root.id));
  store_le(out + field::rejected + 12, meta.rejected_root.birth);
  store_le(out + field::space_head, to_number(meta.space_head.id));
  store_le(out + field::space_head + 4, meta.space_head.birth);
  store_le(out + field::tail, meta.space_tail);
  store_le(out + field::sweep_address, meta.sweep_address);
  store_le(out + field::sweep_index, meta.sweep_index);
  store_le(out + field::reserved_per_page, meta.reserved_per_page);
  store_le(out + field::log_position, meta.log_position);
  store_le(out + field::run_count, meta.run_count);
  store_le(out + field::statement_size, meta.statement_size);
  for (std::size_t i = 0; i < meta.run_count; ++i) {
    store_le(out + field::runs + 8 * i, meta.runs[i].first);
    store_le(out + field::runs + 8 * i + 4, meta.runs[i].pages);
  }
  std::memcpy(out + field::statements, meta.statements.data(), meta.statement_size);
  store_le(out + field::checksum, meta_checksum(to));
}

/// Whether the runs ascend without overlapping, stay between the reserved pages and the mark, and are not too large.
[[nodiscard]] inline bool manifest_in_order(const meta_page& meta, std::uint32_t first_page) noexcept {
  std::uint64_t next = first_page;
  std::uint64_t pages = 0;
  for (const page_run& run : meta.manifest()) {
    if (run.first < next || run.pages == 0) return false;
    next = std::uint64_t{run.first} + run.pages;
    pages += run.pages;
  }
  return meta.run_count == 0 || (next <= meta.mark && pages * meta.page_size <= manifest_size_max);
}

/// Reads a meta page. Anything but `good` leaves `meta` unspecified; a version that is not ours is reported
/// when the checksum holds, since newer formats keep these first fields.
[[nodiscard]] inline meta_finding decode_meta(std::span<const std::byte, meta_size> from, meta_page& meta) noexcept {
  namespace field = meta_field;
  const std::byte* const in = from.data();
  if (std::memcmp(in + field::magic, meta_magic.data(), meta_magic.size()) != 0) return meta_finding::not_a_meta;
  if (load_le<std::uint64_t>(in + field::checksum) != meta_checksum(from)) return meta_finding::damaged;
  meta.version = load_le<std::uint32_t>(in + field::version);
  if (meta.version != format_version) return meta_finding::unsupported_version;
  meta.page_size = load_le<std::uint32_t>(in + field::page_size);
  meta.features_ignore = load_le<std::uint32_t>(in + field::features);
  meta.features_read_only = load_le<std::uint32_t>(in + field::features + 4);
  meta.features_refuse = load_le<std::uint32_t>(in + field::features + 8);
  meta.checksum_id = load_le<std::uint32_t>(in + field::checksum_id);
  std::memcpy(meta.uuid.data(), in + field::uuid, meta.uuid.size());
  meta.d = load_le<std::uint64_t>(in + field::d);
  meta.base = load_le<std::uint64_t>(in + field::base);
  meta.two_phase = (load_le<std::uint32_t>(in + field::flags) & 1U) != 0;
  meta.mark = load_le<std::uint32_t>(in + field::mark);
  meta.digest = load_le<std::uint64_t>(in + field::digest);
  meta.catalog.ref = {page_id{load_le<std::uint32_t>(in + field::catalog)},
                      load_le<std::uint32_t>(in + field::catalog + 4)};
  meta.catalog.height = std::to_integer<std::uint8_t>(in[field::catalog + 8]);
  meta.catalog.entries = load_le<std::uint64_t>(in + field::catalog + 16);
  meta.catalog.branch_pages = load_le<std::uint64_t>(in + field::catalog + 24);
  meta.catalog.leaf_pages = load_le<std::uint64_t>(in + field::catalog + 32);
  meta.catalog.large_pages = load_le<std::uint64_t>(in + field::large_pages);
  meta.rejected_d = load_le<std::uint64_t>(in + field::rejected);
  meta.rejected_root = {page_id{load_le<std::uint32_t>(in + field::rejected + 8)},
                        load_le<std::uint32_t>(in + field::rejected + 12)};
  meta.space_head = {page_id{load_le<std::uint32_t>(in + field::space_head)},
                     load_le<std::uint32_t>(in + field::space_head + 4)};
  meta.space_tail = load_le<std::uint64_t>(in + field::tail);
  meta.sweep_address = load_le<std::uint32_t>(in + field::sweep_address);
  meta.sweep_index = load_le<std::uint64_t>(in + field::sweep_index);
  meta.reserved_per_page = load_le<std::uint32_t>(in + field::reserved_per_page);
  meta.log_position = load_le<std::uint64_t>(in + field::log_position);
  meta.run_count = load_le<std::uint16_t>(in + field::run_count);
  meta.statement_size = load_le<std::uint32_t>(in + field::statement_size);
  if (meta.run_count > manifest_runs_max || meta.statement_size > meta_statement_bytes_max)
    return meta_finding::damaged;
  for (std::size_t i = 0; i < meta.run_count; ++i) {
    meta.runs[i] = {load_le<std::uint32_t>(in + field::runs + 8 * i),
                    load_le<std::uint32_t>(in + field::runs + 8 * i + 4)};
  }
  std::memcpy(meta.statements.data(), in + field::statements, meta.statement_size);
  if (meta.mark > page_id_limit || meta.d == 0 || meta.d >> 63U != 0 || meta.base >= meta.d)
    return meta_finding::damaged;
  return meta_finding::good;
}

/// What seeds the checksum of the pages of a file: its UUID, folded.
[[nodiscard]] inline std::uint64_t uuid_seed(const file_uuid& uuid) noexcept { return xxh3::compute(uuid, 0); }

/// What seeds the digest of commit `d` of a file.
[[nodiscard]] inline std::uint64_t digest_seed(const file_uuid& uuid, std::uint64_t d) noexcept {
  return xxh3::compute(uuid, d);
}

}  // namespace macaw::inline MACAW_ABI::detail
