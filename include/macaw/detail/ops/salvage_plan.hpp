// SPDX-License-Identifier: MIT
//
// Which leaves of a damaged file are whose, and which of them live. Layer 7 (tools).
//
// First the newest good root is walked around the damage: what it reaches is certain. Only where that leaves gaps,
// other leaves are asked for:
//  1. Where the space map of the same commit reads, a leaf that is not reached lives exactly if the map says that it is
//     used. Where it does not read, every whole leaf may live, and of two that hold the same keys the younger one
//     counts.
//  2. A leaf belongs to the table whose pages are in its group (page_scan.hpp), or which a leaf of the catalog of any
//  age
//     names; else to the only table of its widths that misses keys where the leaf has them. Otherwise it goes with its
//     group to a table of its own.
//  3. Of a leaf of a known table only those rows count that are missing there.
//  4. Where a leaf itself is damaged, older versions of it are used only if the caller asks for them.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/base/algorithms.hpp>
#include <macaw/detail/format/catalog_record.hpp>
#include <macaw/detail/format/geometry.hpp>
#include <macaw/detail/format/layout.hpp>
#include <macaw/detail/format/page_header.hpp>
#include <macaw/detail/format/tree_root.hpp>
#include <macaw/detail/ops/key_intervals.hpp>
#include <macaw/detail/ops/page_scan.hpp>
#include <macaw/detail/ops/raw_pages.hpp>
#include <macaw/detail/ops/salvage_walk.hpp>
#include <macaw/detail/txn/catalog.hpp>
#include <macaw/detail/txn/table_state.hpp>
#include <macaw/error.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>
#include <macaw/table.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace macaw::inline MACAW_ABI::detail {

/// A leaf that no walk has reached.
struct stray_leaf {
  page_ref ref;
  std::uint64_t birth = 0;
  bool stale = false;  ///< the space map says that it is not used
};

/// A table to be filled.
struct salvage_table {
  std::string name;
  bool named = false;      ///< whether the file gives it this name
  bool cataloged = false;  ///< whether the newest state has it, so that only `lost` is missing
  owned_record record;     ///< its types; its root, where it is cataloged
  std::vector<page_ref> leaves;
  std::vector<lost_keys> lost;  ///< in order of keys
  std::vector<stray_leaf> strays;

  [[nodiscard]] bool has_widths(page_shape shape) const noexcept {
    return record.key_width == shape.key_width() && record.value_width == shape.value_width();
  }
  /// Whether it misses a key, and what is damaged is not its own leaf, unless `stale` versions of it are good enough.
  [[nodiscard]] bool misses(bytes_view key, bool stale) const noexcept {
    if (!cataloged) return true;
    const auto after = algorithms::upper_bound(lost.begin(), lost.end(), key, [](bytes_view k, const lost_keys& range) {
      return compare_bytes(k, range.from) < 0;
    });
    return after != lost.begin() && (stale || (after - 1)->level > 0) && (after - 1)->contains(key);
  }
};

template <class Config>
class salvage_plan {
 public:
  static constexpr std::size_t page_size = Config::page_size;

  /// `map_known`: whether the scan's pages say which of them are free.
  salvage_plan(const raw_pages<Config>& pages, page_scan<Config>& scan, bool map_known, bool stale)
      : pages_(pages), scan_(scan), map_known_(map_known), stale_(stale), owners_(scan.end(), nobody) {}

  /// Finds the tables and their leaves, beginning at the root of a catalog. Errors: std::bad_alloc.
  /// Complexity: reads what the root reaches; and all other leaves, where something is missing.
  void run(const tree_root& catalog, bool catalog_known) {
    catalog_whole_ = catalog_known;
    walk_catalog(catalog);
    for (std::size_t i = 0; i < tables_.size(); ++i) walk_table(i);
    find_strays();
    for (salvage_table& table : tables_) {
      if (table_name_fault(table.name) == nullptr) continue;
      table.name = free_name();  // bytes that no program could ask for
      table.named = false;
    }
  }

  /// Whether all tables are known.
  [[nodiscard]] bool catalog_whole() const noexcept { return catalog_whole_; }
  [[nodiscard]] std::vector<salvage_table>& tables() noexcept { return tables_; }

 private:
  static constexpr std::uint32_t nobody = ~std::uint32_t{0};

  /// Looks for leaves that no walk has reached, if something is missing.
  void find_strays() {
    bool missing = !catalog_whole_;
    for (const salvage_table& table : tables_) missing = missing || !table.lost.empty();
    if (!missing) return;
    claim_groups();
    for (std::uint32_t id = 0; id < scan_.end(); ++id) {
      if (may_live(scan_.at(id))) place(id);
    }
    for (salvage_table& table : tables_) {
      algorithms::sort(table.strays.begin(), table.strays.end(), [](const stray_leaf& a, const stray_leaf& b) {
        if (a.stale != b.stale) return b.stale;
        return a.birth != b.birth ? a.birth > b.birth : a.ref.id < b.ref.id;
      });
    }
  }

  struct catalog_visitor {
    salvage_plan& self;

    void branch(page_ref) const noexcept {}
    void leaf(page_ref, const std::byte* page) const { self.note_tables(page); }
    void lost(lost_keys&&) const noexcept { self.catalog_whole_ = false; }
  };

  struct table_visitor {
    salvage_plan& self;
    std::uint32_t index;

    void branch(page_ref ref) const noexcept { self.own(ref, index); }
    void leaf(page_ref ref, const std::byte*) const {
      self.own(ref, index);
      self.tables_[index].leaves.push_back(ref);
    }
    void lost(lost_keys&& keys) const { self.tables_[index].lost.push_back(std::move(keys)); }
  };

  void walk_catalog(const tree_root& catalog) {
    const catalog_layout<page_size> layout{};
    catalog_visitor visitor{*this};
    salvage_walk<Config, catalog_layout<page_size>, catalog_visitor>(pages_, scan_, layout, visitor).run(catalog);
  }

  void note_tables(const std::byte* page) {
    const catalog_layout<page_size> layout{};
    std::byte name[geometry<page_size>::key_size_max];
    for (std::uint32_t i = 0; i < layout.leaf.count(page); ++i) {
      const cell_value cell = layout.leaf.value(page, i);
      catalog_record record;
      if (cell.tag != value_tag::tree || catalog_record::decode(cell.bytes, record) != nullptr) {
        catalog_whole_ = false;
        continue;
      }
      const std::byte* const end = layout.leaf.copy_key(page, i, name);
      salvage_table& table = tables_.emplace_back();
      table.name = as_text({name, end});
      table.named = table.cataloged = true;
      table.record = owned_record(record);
    }
  }

  void walk_table(std::size_t index) {
    const owned_record record = tables_[index].record;
    with_layout<page_size>(record.key_width, record.value_width, [&](const auto& layout) {
      table_visitor visitor{*this, static_cast<std::uint32_t>(index)};
      using layout_type = std::remove_cvref_t<decltype(layout)>;
      salvage_walk<Config, layout_type, table_visitor>(pages_, scan_, layout, visitor).run(record.root);
    });
  }

  void own(page_ref ref, std::uint32_t table) noexcept { owners_[scan_.group_of(to_number(ref.id))] = table; }

  /// Gives the groups that nobody owns to the tables that leaves of the catalog name, the youngest leaf first.
  void claim_groups() {
    std::vector<const found_record*> records;
    for (const found_record& found : scan_.records()) records.push_back(&found);
    algorithms::sort(records.begin(), records.end(),
                     [](const found_record* a, const found_record* b) { return a->birth > b->birth; });
    for (const found_record* const found : records) {
      const tree_root& root = found->record.root;
      if (root.height == 0 || root.height > height_max) continue;
      const page_shape leaf = make_shape(page_kind::leaf, 0, found->record.key_width, found->record.value_width);
      if (!scan_.has(root.ref, with_level(leaf, static_cast<std::uint8_t>(root.height - 1)))) continue;
      std::uint32_t& owner = owners_[scan_.group_of(to_number(root.ref.id))];
      if (owner == nobody) owner = table_of(*found);
    }
  }

  /// The table that a record speaks of, made if it is not in the newest state; nobody where that has one of this name
  /// that is whole, or of other types.
  [[nodiscard]] std::uint32_t table_of(const found_record& found) {
    for (std::size_t i = 0; i < tables_.size(); ++i) {
      const salvage_table& table = tables_[i];
      if (table.name != found.name) continue;
      const bool same =
          table.record.key_width == found.record.key_width && table.record.value_width == found.record.value_width;
      return same ? static_cast<std::uint32_t>(i) : nobody;
    }
    if (catalog_whole_) return nobody;  // the table is no more
    salvage_table& table = tables_.emplace_back();
    table.name = found.name;
    table.named = true;
    table.record = found.record;
    table.record.root = {};
    return static_cast<std::uint32_t>(tables_.size() - 1);
  }

  [[nodiscard]] bool may_live(const scanned_page& page) const noexcept {
    if (!page.is_leaf() || page.catalog || page.reached) return false;
    return !map_known_ || !page.free || stale_;
  }

  /// Finds the table of a leaf that was not reached, and adds it there.
  void place(std::uint32_t id) {
    const scanned_page& slot = scan_.at(id);
    const bool stale = map_known_ && slot.free;
    const std::uint32_t group = scan_.group_of(id);
    std::uint32_t owner = owners_[group];
    const stray_leaf leaf{{page_id{id}, static_cast<std::uint32_t>(slot.birth)}, slot.birth, stale};
    if (owner == nobody && catalog_whole_) {
      owner = only_fit(leaf, slot.shape);
      if (owner == nobody && (stale || !fits_)) return;
    }
    if (owner == nobody) {
      if (stale) return;  // nothing says that it is missing anywhere
      owner = slot.alone ? loose_table(leaf, slot.shape) : owners_[group] = add_nameless(slot.shape);
    }
    if (!tables_[owner].has_widths(slot.shape)) return;
    if (!tables_[owner].cataloged || !tables_[owner].lost.empty()) tables_[owner].strays.push_back(leaf);
  }

  /// The only table that misses keys that this leaf has. Sets `fits_`: whether there is one at all.
  [[nodiscard]] std::uint32_t only_fit(const stray_leaf& leaf, page_shape shape) {
    fits_ = false;
    std::uint32_t fit = nobody;
    for (std::size_t i = 0; i < tables_.size(); ++i) {
      if (!tables_[i].cataloged || tables_[i].lost.empty() || !tables_[i].has_widths(shape)) continue;
      if (!has_missing_key(tables_[i], leaf, shape)) continue;
      if (fits_) return nobody;
      fits_ = true;
      fit = static_cast<std::uint32_t>(i);
    }
    return fit;
  }

  [[nodiscard]] bool has_missing_key(const salvage_table& table, const stray_leaf& leaf, page_shape shape) const {
    bool missing = false;
    for_each_key(leaf, shape, [&](bytes_view key) { missing = missing || table.misses(key, stale_); });
    return missing;
  }

  /// Calls `visit(bytes_view)` for the keys of a leaf, if it can be read.
  template <class Visit>
  void for_each_key(const stray_leaf& leaf, page_shape shape, const Visit& visit) const {
    with_layout<page_size>(shape.key_width(), shape.value_width(), [&](const auto& layout) {
      const std::byte* page = nullptr;
      try {
        page = pages_.page(leaf.ref, layout.leaf.shape(), {});
      } catch (const error&) {
        return;
      }
      std::byte key[geometry<page_size>::key_size_max];
      for (std::uint32_t i = 0; i < layout.leaf.count(page); ++i)
        visit(bytes_view(key, layout.leaf.copy_key(page, i, key)));
    });
  }

  /// A nameless table for a leaf of which nothing tells what it belongs to: the first of its widths in which no leaf
  /// has keys among its own. So a table falls into few parts, and no two rows of one key into one.
  [[nodiscard]] std::uint32_t loose_table(const stray_leaf& leaf, page_shape shape) {
    std::vector<std::byte> first;
    std::vector<std::byte> last;
    for_each_key(leaf, shape, [&](bytes_view key) {
      if (last.empty()) first.assign(key.begin(), key.end());
      last.assign(key.begin(), key.end());
    });
    for (loose_leaves& loose : loose_) {
      if (!tables_[loose.table].has_widths(shape) || (map_known_ && loose.keys.touches(first, last))) continue;
      loose.keys.add(std::move(first), std::move(last));
      return loose.table;
    }
    loose_.push_back({add_nameless(shape), {}});
    loose_.back().keys.add(std::move(first), std::move(last));
    return loose_.back().table;
  }

  [[nodiscard]] std::string free_name() {
    for (;;) {
      std::string name = "salvaged_" + std::to_string(++nameless_);
      bool taken = false;
      for (const salvage_table& table : tables_) taken = taken || table.name == name;
      if (!taken) return name;
    }
  }

  /// A table for a group of which nothing gives the name.
  [[nodiscard]] std::uint32_t add_nameless(page_shape shape) {
    std::string name = free_name();
    salvage_table& table = tables_.emplace_back();
    table.name = std::move(name);
    table.record.key_width = shape.key_width();
    table.record.value_width = shape.value_width();
    table.record.key_codec = table.record.value_codec = "bytes";
    return static_cast<std::uint32_t>(tables_.size() - 1);
  }

  /// A table of leaves that are alone, and the keys between those of each.
  struct loose_leaves {
    std::uint32_t table;
    key_intervals keys;
  };

  const raw_pages<Config>& pages_;
  page_scan<Config>& scan_;
  bool map_known_;
  bool stale_;
  bool catalog_whole_ = true;
  bool fits_ = false;
  std::vector<salvage_table> tables_;
  std::vector<std::uint32_t> owners_;  // of groups, by the page that stands for each
  std::vector<loose_leaves> loose_;
  std::uint32_t nameless_ = 0;
};

}  // namespace macaw::inline MACAW_ABI::detail
