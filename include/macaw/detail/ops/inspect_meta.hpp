// SPDX-License-Identifier: MIT
//
// The two meta pages of a file, whatever they hold, and what follows from them for those who do not open it.
// Layer 7 (tools).

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/base/algorithms.hpp>
#include <macaw/detail/format/geometry.hpp>
#include <macaw/detail/format/meta_page.hpp>
#include <macaw/detail/format/page_header.hpp>
#include <macaw/detail/format/tree_root.hpp>
#include <macaw/detail/ops/raw_pages.hpp>
#include <macaw/detail/txn/meta_store.hpp>
#include <macaw/detail/txn/recovery.hpp>
#include <macaw/error.hpp>
#include <macaw/macros.hpp>
#include <macaw/ops/page_info.hpp>
#include <macaw/storage/file_system.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace macaw::inline MACAW_ABI::detail {

/// Both meta pages of a file.
struct found_metas {
  std::array<meta_slot, 2> slots;
  std::optional<unsigned> living;  ///< the slot that opening goes by
  std::string refusal;             ///< why it would not open

  /// The good slot with the larger D, whether or not its commit is whole.
  [[nodiscard]] std::optional<unsigned> youngest() const noexcept {
    std::optional<unsigned> best;
    for (const unsigned slot : {0U, 1U}) {
      if (slots[slot].finding != meta_finding::good) continue;
      if (!best || slots[slot].meta.d > slots[*best].meta.d) best = slot;
    }
    return best;
  }
  /// The slot to look at: the living one, or where there is none the youngest.
  [[nodiscard]] std::optional<unsigned> newest() const noexcept { return living ? living : youngest(); }
};

/// What the configuration asks of a file that is only read.
template <class Config>
[[nodiscard]] constexpr expected_format reading_format() noexcept {
  return {Config::page_size, first_data_page<Config::page_size>, Config::checksum::id, false};
}

/// Reads both meta pages and judges them as opening would, writing nothing.
/// Errors: `wrong_page_size`, `unsupported_version`, `unsupported_feature`, `io`. Damage is the refusal.
template <class Config, file File>
[[nodiscard]] found_metas find_metas(const File& file, std::string_view path) {
  constexpr expected_format expected = reading_format<Config>();
  found_metas found;
  found.slots = read_metas(file, file.size());
  try {
    const living_meta living = choose_meta(file, found.slots, expected, path);
    require_root(living.meta, expected);
    found.living = living.slot;
  } catch (const error& failure) {
    // What is damaged may be looked at all the same; what is of another configuration or version may not.
    if (failure.kind() != errc::corrupt && failure.kind() != errc::not_macaw) throw;
    found.refusal = failure.what();
  }
  return found;
}

template <std::size_t PageSize>
[[nodiscard]] constexpr std::uint32_t whole_pages(std::uint64_t size) noexcept {
  return static_cast<std::uint32_t>(algorithms::min<std::uint64_t>(size / PageSize, page_id_limit));
}

/// Whether some page of the file has a checksum of this seed. Looks at the first ones only.
template <class Config, file File>
[[nodiscard]] bool seed_fits(const File& file, std::uint64_t seed) {
  constexpr std::uint32_t first = geometry<Config::page_size>::first_page;
  constexpr std::uint32_t looked_at = 1024;
  const std::uint32_t end = algorithms::min(whole_pages<Config::page_size>(file.size()), first + looked_at);
  std::vector<std::byte> page(Config::page_size);
  for (std::uint32_t id = first; id < end; ++id) {
    if (file.read(std::uint64_t{id} * Config::page_size, page) != page.size()) return false;
    if (checksum_ok<typename Config::checksum>(page.data(), page.size(), page_id{id}, seed)) return true;
  }
  return false;
}

/// The seed of a file's checksums: as a good meta page says, or as a damaged one does whose UUID fits the pages.
template <class Config, file File>
[[nodiscard]] std::optional<std::uint64_t> find_seed(const File& file, const found_metas& found) {
  if (const auto slot = found.newest()) return uuid_seed(found.slots[*slot].meta.uuid);
  for (const std::uint64_t offset : meta_offset) {
    file_uuid uuid{};
    if (file.read(offset + meta_field::uuid, uuid) != uuid.size()) continue;
    if (seed_fits<Config>(file, uuid_seed(uuid))) return uuid_seed(uuid);
  }
  return std::nullopt;
}

/// What the pages of a file must be to be of it.
template <class Config, file File>
[[nodiscard]] raw_origin origin_of(const File& file, const found_metas& found) {
  raw_origin origin;
  const auto seed = find_seed<Config>(file, found);
  const auto newest = found.newest();
  origin.identified = seed.has_value();
  origin.identity = {seed.value_or(0), newest ? found.slots[*newest].meta.d : ~std::uint64_t{0}};
  origin.page_end = whole_pages<Config::page_size>(file.size());
  return origin;
}

/// The catalog's root in the state to be looked at; an empty one where no meta page names any.
[[nodiscard]] inline tree_root root_to_walk(const found_metas& found) noexcept {
  const auto slot = found.newest();
  return slot ? found.slots[*slot].meta.catalog : tree_root{};
}

/// What is public of one slot.
template <class Config, file File>
[[nodiscard]] inspected_meta describe_meta(const File& file, const meta_slot& slot) {
  inspected_meta shown;
  using state = inspected_meta::state;
  if (slot.finding != meta_finding::good) {
    shown.found = slot.blank                                          ? state::blank
                  : slot.finding == meta_finding::damaged             ? state::damaged
                  : slot.finding == meta_finding::unsupported_version ? state::newer_format
                                                                      : state::not_a_meta;
    return shown;
  }
  const meta_page& meta = slot.meta;
  shown.found = state::good;
  shown.beyond_end = slot.beyond_end;
  shown.complete = !slot.beyond_end && is_complete(file, meta, first_data_page<Config::page_size>);
  shown.version = meta.version;
  shown.page_size = meta.page_size;
  shown.checksum_id = meta.checksum_id;
  shown.uuid = meta.uuid;
  shown.durable = meta.d;
  shown.base = meta.base;
  shown.two_phase = meta.two_phase;
  shown.mark = meta.mark;
  shown.digest = meta.digest;
  shown.catalog = meta.catalog.ref.id;
  shown.catalog_birth = meta.catalog.ref.birth;
  shown.catalog_height = meta.catalog.height;
  shown.tables = meta.catalog.entries;
  shown.rejected = meta.rejected_d;
  shown.log_head = meta.space_head.id;
  shown.log_tail = meta.space_tail;
  shown.sweep_address = page_id{meta.sweep_address};
  shown.manifest_runs = meta.run_count;
  for (const page_run& run : meta.manifest()) shown.manifest_pages += run.pages;
  shown.statement_words = meta.statement_size / 8;
  return shown;
}

/// Both meta pages of a file. Errors: as `find_metas`.
template <class Config, file File>
[[nodiscard]] inspected_metas inspect_metas(const File& file, std::string_view path) {
  const found_metas found = find_metas<Config>(file, path);
  return {{describe_meta<Config>(file, found.slots[0]), describe_meta<Config>(file, found.slots[1])},
          found.living,
          found.refusal};
}

}  // namespace macaw::inline MACAW_ABI::detail
