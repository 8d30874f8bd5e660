// SPDX-License-Identifier: MIT
//
// Opening a file: which commit lives. Layer 5 (txn). PROTOCOL R12, R13, in its order:
//
//  0. A sealed file is as the last process left it that had it open for writing, and its newest commit, of the larger
//  D,
//     was durable then: it lives, and neither the medium nor a proof is asked for (decision 29). Otherwise:
//  1. Sync first: what a dead process left in the system's cache becomes durable or is lost, before it is judged.
//  2. Read both metas past the cache, once. The one with the larger D lives if its commit is whole on the device.
//  3. Otherwise the other one lives, if it is the base of the first and whole.
//  4. Otherwise the file is corrupt: never fall past the base.
//  5. Before anything else is written, a slot that could become a newer meta later is overwritten, durably: a
//     rejected meta, whose pages might turn up, and the torn remains of one, which the next commit's meta, torn in
//     its turn, might complete. The number of the commit that never was is not used again.
//
// An opening for reading writes nothing and serves what was proven.

#pragma once

#include <macaw/detail/format/tree_root.hpp>
#include <macaw/detail/txn/meta_store.hpp>
#include <macaw/error.hpp>
#include <macaw/macros.hpp>
#include <macaw/storage/file_system.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace macaw::inline MACAW_ABI::detail {

/// What a configuration asks of a file.
struct expected_format {
  std::uint32_t page_size = 0;
  std::uint32_t first_page = 0;
  std::uint32_t checksum_id = 0;
  bool writing = true;
};

/// Raises for a file in which neither slot holds a meta that can be used, or one is of a newer format.
[[noreturn]] MACAW_NOINLINE inline void throw_no_meta(const meta_slot& a, const meta_slot& b, std::string_view path) {
  const std::string name = "'" + std::string(path) + "'";
  if (a.finding == meta_finding::unsupported_version || b.finding == meta_finding::unsupported_version) {
    throw error(errc::unsupported_version, name + " was written in a newer format: update macaw");
  }
  if (a.finding == meta_finding::not_a_meta && b.finding == meta_finding::not_a_meta) {
    throw error(errc::not_macaw, name + " holds something else; nothing was changed");
  }
  throw error(errc::corrupt, name + " has no whole meta page: restore it from a backup");
}

/// Raises where the file's format is not what the configuration can use.
inline void require_format(const meta_page& meta, const expected_format& expected, std::string_view path) {
  const std::string name = "'" + std::string(path) + "'";
  if (meta.page_size != expected.page_size) {
    throw error(errc::wrong_page_size, name + " has pages of " + std::to_string(meta.page_size) +
                                           " bytes, the configuration pages of " + std::to_string(expected.page_size) +
                                           ": open it with a configuration of its page size");
  }
  if (meta.checksum_id != expected.checksum_id) {
    throw error(errc::unsupported_feature, name + " uses the page checksum with id " +
                                               std::to_string(meta.checksum_id) + ", the configuration that with id " +
                                               std::to_string(expected.checksum_id));
  }
  if (meta.features_refuse != 0 || meta.reserved_per_page != 0) {
    throw error(errc::unsupported_feature, name + " uses features that this version does not know: update macaw");
  }
  if (expected.writing && meta.features_read_only != 0) {
    throw error(errc::unsupported_feature,
                name + " uses features that this version can only read: open it for reading, or update macaw");
  }
}

/// Raises where a whole meta contradicts itself.
inline void require_root(const meta_page& meta, const expected_format& expected) {
  const std::uint32_t root = to_number(meta.catalog.ref.id);
  const bool empty = meta.catalog.height == 0;
  if (empty ? root != 0 : (root < expected.first_page || root >= meta.mark)) {
    throw_corrupt(meta.catalog.ref.id, "the meta page names it as root, but it lies outside the file");
  }
  if (meta.mark < expected.first_page || !holds_pages(meta.catalog, meta.mark)) {
    throw_corrupt(meta.catalog.ref.id, "the meta page contradicts itself about the number of pages");
  }
}

/// Which of the two slots of a file lives, without writing; `is_whole(meta)` says whether a commit is on the device.
/// Returns the living meta; where its slot holds the smaller D, the other one was found incomplete.
template <class IsWhole>
[[nodiscard]] living_meta choose_meta(const std::array<meta_slot, 2>& slots, const expected_format& expected,
                                      std::string_view path, const IsWhole& is_whole) {
  const bool is_newer_format =
      slots[0].finding == meta_finding::unsupported_version || slots[1].finding == meta_finding::unsupported_version;
  if (is_newer_format || (!slots[0].valid() && !slots[1].valid())) throw_no_meta(slots[0], slots[1], path);
  const bool both = slots[0].valid() && slots[1].valid();
  if (both && (slots[0].meta.d == slots[1].meta.d || slots[0].meta.uuid != slots[1].meta.uuid)) {
    throw error(errc::corrupt, "'" + std::string(path) + "' has two meta pages that contradict each other");
  }
  const unsigned high = both ? (slots[1].meta.d > slots[0].meta.d ? 1U : 0U) : (slots[1].valid() ? 1U : 0U);
  require_format(slots[high].meta, expected, path);
  if (is_whole(slots[high].meta)) return {slots[high].meta, high};
  const meta_slot& low = slots[1 - high];
  if (!low.valid() || low.meta.d != slots[high].meta.base || !is_whole(low.meta)) {
    throw error(errc::corrupt,
                "'" + std::string(path) +
                    "' has neither its last commit nor the one before it whole: restore it from a backup");
  }
  require_format(low.meta, expected, path);
  return {low.meta, 1 - high};
}

/// The same of a file whose commits have to be proven by what the device holds.
template <file File>
[[nodiscard]] living_meta choose_meta(const File& file, const std::array<meta_slot, 2>& slots,
                                      const expected_format& expected, std::string_view path) {
  return choose_meta(slots, expected, path,
                     [&](const meta_page& meta) { return is_complete(file, meta, expected.first_page); });
}

/// The meta that lives in a sealed file; nothing where the device has to be asked. Errors: those of the format,
/// `corrupt`, `io`.
template <file File>
[[nodiscard]] std::optional<living_meta> choose_sealed_meta(const File& file, const expected_format& expected,
                                                            std::string_view path) {
  const auto slots = read_sealed_metas(file, file.size());
  if (!slots) return std::nullopt;
  const living_meta living = choose_meta(*slots, expected, path, [](const meta_page&) { return true; });
  if (could_become_newer((*slots)[living.other_slot()], living.meta)) return std::nullopt;  // nobody seals that
  require_root(living.meta, expected);
  return living;
}

/// The meta that lives in a file locked for writing. Errors: those of the format, `corrupt`, `io`.
template <file File>
[[nodiscard]] living_meta recover_for_writing(File& file, const expected_format& expected, std::string_view path) {
  if (const std::optional<living_meta> living = choose_sealed_meta(file, expected, path)) return *living;
  file.sync(sync_scope::data_and_size);
  const std::array<meta_slot, 2> slots = read_metas(file, file.size());
  living_meta living = choose_meta(file, slots, expected, path);
  const meta_slot& other = slots[living.other_slot()];
  if (could_become_newer(other, living.meta)) {
    const bool is_whole = other.finding == meta_finding::good;
    living.meta.rejected_d = is_whole ? other.meta.d : living.meta.d + 1;
    living.meta.rejected_root = is_whole ? other.meta.catalog.ref : page_ref{};
    living.meta.base = living.meta.d;
    living.meta.d = living.meta.rejected_d + 1;
    living.meta.two_phase = true;
    living.meta.run_count = 0;
    living.meta.digest = 0;
    living.slot = living.other_slot();
    write_meta(file, living.meta, living.slot);
    file.sync(sync_scope::data);
  }
  require_root(living.meta, expected);
  return living;
}

/// The meta that lives in a file locked for reading. Nothing is written. Errors: as above.
template <file File>
[[nodiscard]] living_meta recover_for_reading(File& file, const expected_format& expected, std::string_view path) {
  if (const std::optional<living_meta> living = choose_sealed_meta(file, expected, path)) return *living;
  try {
    file.sync(sync_scope::data_and_size);  // what is shown must not vanish
  } catch (const error& failure) {
    if (failure.kind() != errc::read_only) throw;  // a medium that cannot be written needs no sync
  }
  const living_meta living = choose_meta(file, read_metas(file, file.size()), expected, path);
  require_root(living.meta, expected);
  return living;
}

}  // namespace macaw::inline MACAW_ABI::detail
