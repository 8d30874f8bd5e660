// SPDX-License-Identifier: MIT
//
// Writing the rows of leaves that were found into a new database. Layer 7 (tools).
//
// Invariants:
//  1. Certain leaves come first, then the others, what lives before what is stale, the younger before the older. The
//     first row of a key stays.
//  2. Between the least and the greatest key of a leaf that is not certain no older leaf adds a row: what it has there
//     was erased or changed since.
//  3. A large value is written whole or not at all, and its pages serve one row only.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/format/geometry.hpp>
#include <macaw/detail/format/large_value.hpp>
#include <macaw/detail/format/layout.hpp>
#include <macaw/detail/format/page_header.hpp>
#include <macaw/detail/ops/key_intervals.hpp>
#include <macaw/detail/ops/page_scan.hpp>
#include <macaw/detail/ops/raw_pages.hpp>
#include <macaw/detail/ops/salvage_plan.hpp>
#include <macaw/detail/tree/large_value.hpp>
#include <macaw/detail/tree/slot.hpp>
#include <macaw/detail/txn/table_state.hpp>
#include <macaw/detail/txn/write_set.hpp>
#include <macaw/error.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>
#include <macaw/ops/progress.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

namespace macaw::inline MACAW_ABI::detail {

/// What became of the rows of one table.
struct salvage_counts {
  std::uint64_t rows = 0;        ///< written
  std::uint64_t stray_rows = 0;  ///< of these, from leaves that no walk reached
  std::uint64_t leaves = 0;      ///< that gave a row
  std::uint64_t large_lost = 0;  ///< rows not written, because their large value is not whole
};

/// Fills one table.
template <class Config, class Layout>
class salvage_writer {
 public:
  static constexpr std::size_t page_size = Config::page_size;

  salvage_writer(const raw_pages<Config>& pages, page_scan<Config>& scan, write_set<Config>& to, table_state& table,
                 const Layout& layout)
      : pages_(pages), scan_(scan), to_(to), table_(table), layout_(layout) {}

  /// Errors: `cancelled`, those of writing, std::bad_alloc.
  salvage_counts run(const salvage_table& from, bool stale, progress_meter& meter) {
    for (const page_ref leaf : from.leaves) {
      copy_leaf(leaf, [](bytes_view) { return true; });
      meter.advance();
    }
    const std::uint64_t certain = counts_.rows;
    key_intervals settled;
    for (const stray_leaf& leaf : from.strays) {
      std::vector<std::byte> first;
      std::vector<std::byte> last;
      copy_leaf(leaf.ref, [&](bytes_view key) {
        if (last.empty()) first.assign(key.begin(), key.end());
        last.assign(key.begin(), key.end());
        return from.misses(key, stale) && !settled.contains(key);
      });
      if (!last.empty()) settled.add(std::move(first), std::move(last));
      meter.advance();
    }
    counts_.stray_rows = counts_.rows - certain;
    return counts_;
  }

 private:
  using target = write_set<Config>;

  /// Writes the rows of a leaf whose keys are wanted. A leaf that cannot be read any more has none.
  template <class Wanted>
  void copy_leaf(page_ref leaf, const Wanted& wanted) {
    const std::byte* page = nullptr;
    try {
      page = pages_.page(leaf, layout_.leaf.shape(), {});
    } catch (const error&) {
      return;
    }
    const std::uint64_t before = counts_.rows;
    std::byte key[geometry<page_size>::key_size_max];
    for (std::uint32_t i = 0; i < layout_.leaf.count(page); ++i) {
      const bytes_view encoded(key, layout_.leaf.copy_key(page, i, key));
      if (wanted(encoded)) copy_row(encoded, layout_.leaf.value(page, i));
    }
    counts_.leaves += counts_.rows > before ? 1U : 0U;
  }

  void copy_row(bytes_view key, const cell_value& value) {
    to_.before_change();
    const auto operation = to_.enter();
    tree_slot<Layout, target> slot(to_, table_.record.root, layout_, key);
    if (slot.found()) return;
    if (value.tag == value_tag::inlined) {
      slot.prepare_put();
      std::byte* const to = slot.put(value.bytes.size());
      if (!value.bytes.empty()) std::memcpy(to, value.bytes.data(), value.bytes.size());
    } else if (value.tag != value_tag::large || !copy_large(slot, load_large_record(value.bytes))) {
      ++counts_.large_lost;
      return;
    }
    table_.mark_dirty();
    ++counts_.rows;
  }

  /// Returns: whether the value is whole.
  bool copy_large(tree_slot<Layout, target>& slot, const large_record& record) {
    if (!take_pages(record)) return false;
    large_builder<target> builder(to_);
    large_reader<raw_pages<Config>> reader(values_, record);
    for (std::uint64_t offset = 0; offset < record.size;) {
      bytes_view piece;
      try {
        piece = reader.chunk(offset);
      } catch (const error&) {
        return false;
      }
      builder.append(piece);
      offset += piece.size();
    }
    const large_record made = builder.finish();
    slot.prepare_put();
    builder.release();
    slot.put_large(made);
    return true;
  }

  /// Takes the pages of a value for one row. Returns: whether all are there and no other row has them.
  bool take_pages(const large_record& record) {
    if (record.size / page_size > scan_.end()) return false;
    std::vector<std::uint32_t> taken;
    bool all = true;
    try {
      walk_large(values_, record, [&](page_ref ref, std::uint8_t level, std::uint32_t, std::size_t) {
        const std::uint32_t id = to_number(ref.id);
        const auto expected = level == 0 ? scanned_page::state::piece : scanned_page::state::large_index;
        all = all && id < scan_.end() && scan_.at(id).found == expected && !scan_.at(id).reached;
        taken.push_back(id);
      });
    } catch (const error&) {
      return false;
    }
    if (all) {
      for (const std::uint32_t id : taken) scan_.at(id).reached = true;
    }
    return all;
  }

  const raw_pages<Config>& pages_;
  raw_pages<Config> values_ = pages_.again();
  page_scan<Config>& scan_;
  target& to_;
  table_state& table_;
  const Layout& layout_;
  salvage_counts counts_;
};

}  // namespace macaw::inline MACAW_ABI::detail
