// SPDX-License-Identifier: MIT
//
// A walk over all pages that a state reaches, for those who want to see them. Layer 7 (tools).
//
// Invariants:
//  1. Those of check_tree.hpp, which does the walking.
//  2. Trees of a damaged file may share pages. No more pages are visited than the file has; then the walk ends.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/format/catalog_record.hpp>
#include <macaw/detail/format/geometry.hpp>
#include <macaw/detail/format/large_value.hpp>
#include <macaw/detail/format/layout.hpp>
#include <macaw/detail/format/page_header.hpp>
#include <macaw/detail/format/tree_root.hpp>
#include <macaw/detail/ops/raw_pages.hpp>
#include <macaw/detail/tree/check_tree.hpp>
#include <macaw/detail/tree/walk.hpp>
#include <macaw/detail/txn/catalog.hpp>
#include <macaw/detail/txn/table_state.hpp>
#include <macaw/error.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>
#include <macaw/ops/page_info.hpp>
#include <macaw/ops/progress.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace macaw::inline MACAW_ABI::detail {

/// The public name of a kind.
[[nodiscard]] constexpr page_role role_of(page_kind kind) noexcept {
  switch (kind) {
    case page_kind::none: return page_role::unknown;
    case page_kind::branch: return page_role::branch;
    case page_kind::leaf: return page_role::leaf;
    case page_kind::large_index: return page_role::large_index;
    case page_kind::piece: return page_role::large_piece;
    case page_kind::space: return page_role::space_log;
  }
  return page_role::unknown;
}

/// Bytes of a sound page that are in use. Of a piece, see its payload.
template <std::size_t PageSize>
[[nodiscard]] std::uint64_t used_bytes(const std::byte* page) {
  const page_shape shape = load_shape(page);
  if (shape.kind() == page_kind::large_index) return page_header_size + page_ref_size * load_count(page);
  return with_layout<PageSize>(shape.key_width(), shape.value_width(), [&](const auto& layout) -> std::uint64_t {
    return shape.kind() == page_kind::leaf ? layout.leaf.used(page) : layout.branch.used(page);
  });
}

/// A table as the catalog names it.
struct named_root {
  std::string name;
  tree_root root;
  std::size_t key_width = 0;
  std::size_t value_width = 0;
};

/// Shows the pages of one tree after another.
template <class Config, class Visit>
class page_walk {
 public:
  page_walk(const raw_pages<Config>& pages, Visit& visit, walk_report& report, progress_callback callback)
      : pages_(pages), visit_(visit), report_(report), meter_(callback) {}

  /// Errors: `cancelled`, what the visitor raises, std::bad_alloc.
  void run(const tree_root& catalog) {
    try {
      walk_all(catalog);
    } catch (const stopped& visitor) {
      std::rethrow_exception(visitor.reason);
    } catch (const overrun&) {
      report_.findings.push_back({page_id{}, "the trees have more pages than the file: they share some", {}});
    }
    meter_.finish();
  }

  /// A page that the walk is about to read.
  void operator()(const walked_page& page) {
    current_ = page.ref.id;
    damage_.clear();
    ++report_.pages;
    if (!is_frame(page.ref.id) && ++of_file_ > pages_.origin().page_end) throw overrun{};
    meter_.advance(page.pages);
  }

  /// A page that was read.
  void read(const walked_page& page, std::size_t payload, std::span<const page_ref> path) {
    const visited_page shown = describe(page, payload, path);
    try {
      visit_(shown);
    } catch (const error&) {
      throw stopped{std::current_exception()};
    }
    if (in_catalog_ && page.kind == page_kind::leaf && page.bytes != nullptr) note_tables(page);
  }

 private:
  /// An error of the visitor's: the walk must not take it for one of reading.
  struct stopped {
    std::exception_ptr reason;
  };
  struct overrun {};

  void walk_all(const tree_root& catalog) {
    walk("the catalog", true, catalog, catalog_layout<Config::page_size>{});
    report_.tables = tables_.size();
    for (const named_root& table : tables_) {
      with_layout<Config::page_size>(table.key_width, table.value_width,
                                     [&](const auto& layout) { walk(table.name, false, table.root, layout); });
    }
  }

  template <class Layout>
  void walk(std::string_view name, bool catalog, const tree_root& root, const Layout& layout) {
    name_ = name;
    in_catalog_ = catalog;
    const auto note = [this](const tree_finding& finding) {
      if (finding.page.id == current_) {
        if (!damage_.empty()) damage_ += "; ";
        damage_ += finding.what;
      }
      check_finding found{finding.page.id, "table '" + std::string(name_) + "': " + std::string(finding.what), {}};
      for (const page_ref& above : finding.path) found.path.push_back(above.id);
      report_.findings.push_back(std::move(found));
    };
    check_tree(pages_, root, layout, note, *this);
  }

  [[nodiscard]] visited_page describe(const walked_page& page, std::size_t payload,
                                      std::span<const page_ref> path) const {
    visited_page shown;
    shown.page = page.ref.id;
    shown.pages = page.pages;
    shown.role = role_of(page.kind);
    shown.catalog = in_catalog_;
    shown.table = in_catalog_ ? std::string_view() : name_;
    if (!path.empty()) shown.parent = path.back().id;
    shown.depth = static_cast<std::uint32_t>(path.size());
    shown.level = page.level;
    shown.birth = page.ref.birth;
    shown.bytes = std::uint64_t{page.pages} * Config::page_size;
    shown.damage = damage_;
    if (!damage_.empty()) return shown;
    if (page.kind == page_kind::piece) {
      shown.bytes_used = page_header_size + payload;
      return shown;
    }
    const std::byte* bytes = page.bytes;
    // The walk has read it a moment ago; this gives the same bytes again, in the same place.
    if (bytes == nullptr) bytes = pages_.page(page.ref, large_index_shape(page.level), {});
    if (!is_frame(page.ref.id)) shown.birth = load_birth(bytes);
    shown.entries = load_count(bytes);
    shown.bytes_used = used_bytes<Config::page_size>(bytes);
    return shown;
  }

  /// Lists the tables of a sound leaf of the catalog.
  void note_tables(const walked_page& leaf) {
    const std::byte* const page = leaf.bytes;
    const catalog_layout<Config::page_size> layout{};
    std::byte name[geometry<Config::page_size>::key_size_max];
    for (std::uint32_t i = 0; i < layout.leaf.count(page); ++i) {
      const cell_value cell = layout.leaf.value(page, i);
      catalog_record record;
      if (cell.tag != value_tag::tree || catalog_record::decode(cell.bytes, record) != nullptr) {
        report_.findings.push_back({leaf.ref.id, "a row of the catalog is no catalog record", {}});
        continue;
      }
      const std::byte* const end = layout.leaf.copy_key(page, i, name);
      tables_.push_back({std::string(as_text({name, end})), record.root, record.key_width, record.value_width});
    }
  }

  const raw_pages<Config>& pages_;
  Visit& visit_;
  walk_report& report_;
  progress_meter meter_;
  std::vector<named_root> tables_;
  std::string_view name_;
  bool in_catalog_ = false;
  page_id current_{};
  std::string damage_;
  std::uint64_t of_file_ = 0;  // pages visited that are not in memory only
};

/// Walks over everything that a catalog reaches. Errors: `cancelled`, what `visit` raises, std::bad_alloc.
template <class Config, class Visit>
[[nodiscard]] walk_report walk_pages(const raw_pages<Config>& pages, const tree_root& catalog, Visit& visit,
                                     progress_callback callback) {
  walk_report report;
  page_walk<Config, Visit>(pages, visit, report, callback).run(catalog);
  return report;
}

}  // namespace macaw::inline MACAW_ABI::detail
