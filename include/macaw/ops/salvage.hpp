// SPDX-License-Identifier: MIT
//
// Rescuing the rows of a damaged file into a new database. Layer 7 (tools).
//
// All pages of the file are read, whatever leads to them, and every whole leaf is used that can be argued to live; how
// it is argued stands in detail/ops/salvage_plan.hpp. The report says what was lost, as far as the file tells.

#pragma once

#include <macaw/detail/base/algorithms.hpp>
#include <macaw/detail/format/geometry.hpp>
#include <macaw/detail/format/layout.hpp>
#include <macaw/detail/format/meta_page.hpp>
#include <macaw/detail/format/page_header.hpp>
#include <macaw/detail/format/tree_root.hpp>
#include <macaw/detail/ops/inspect_meta.hpp>
#include <macaw/detail/ops/inspect_space.hpp>
#include <macaw/detail/ops/new_database.hpp>
#include <macaw/detail/ops/page_scan.hpp>
#include <macaw/detail/ops/raw_pages.hpp>
#include <macaw/detail/ops/salvage_plan.hpp>
#include <macaw/detail/ops/salvage_writer.hpp>
#include <macaw/detail/txn/creation.hpp>
#include <macaw/detail/txn/store.hpp>
#include <macaw/error.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>
#include <macaw/ops/progress.hpp>
#include <macaw/storage/file_system.hpp>
#include <macaw/storage/posix_files.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace macaw::inline MACAW_ABI {

/// How a file is salvaged.
struct salvage_options {
  /// The file's UUID, where it is known from elsewhere: a backup has the same. Without one, and without a meta page
  /// that tells it, no checksum can be compared.
  std::optional<std::array<std::byte, 16>> uuid = {};
  /// Go by the youngest catalog in the file, though its commit is not proven to be whole. Otherwise the state is
  /// rescued that opening would show; where it would show none, the newest that a meta page names.
  bool unproven = false;
  /// Fill keys whose newest leaf is lost from older versions of it. Such rows may have been changed or erased since.
  bool stale = false;
};

/// Keys that a table has lost with a page: those from `from` up to, not including, `to`. Some may have been found
/// again.
struct lost_range {
  page_id page{};
  std::vector<std::byte> from;               ///< empty: from the beginning
  std::optional<std::vector<std::byte>> to;  ///< nothing: to the end
  std::optional<std::uint64_t> rows;         ///< how many there were, where a page above notes it
};

/// What became of one table.
struct salvaged_table {
  std::string name;       ///< in the new database; `salvaged_1` and so on where the file does not tell
  bool named = false;     ///< whether the file tells it
  std::string key_codec;  ///< `bytes` where the file does not tell
  std::string value_codec;
  std::uint64_t rows = 0;                  ///< rows rescued
  std::uint64_t stray_rows = 0;            ///< of these, from leaves that nothing whole leads to
  std::uint64_t leaves = 0;                ///< leaves that gave a row
  std::uint64_t large_lost = 0;            ///< rows lost because their large value is not whole
  std::optional<std::uint64_t> rows_lost;  ///< rows that are missing, where the file tells how many there were
  std::vector<lost_range> lost;            ///< what damaged pages covered, in order of keys
};

/// What was found in a file, and what was made of it.
struct salvage_report {
  std::uint64_t pages_read = 0;
  std::uint64_t damaged_pages = 0;  ///< neither whole nor blank; some are what free space has left of old pages
  std::uint64_t leaves_used = 0;
  std::uint64_t rows = 0;
  std::uint64_t size_after = 0;  ///< bytes of the new file
  bool verified = false;         ///< whether checksums could be compared
  bool catalog_whole = false;    ///< whether all tables of the newest state are known
  bool space_known = false;      ///< whether the space map reads: if not, rows may be older than they seem
  std::uint64_t durable = 0;     ///< the commit gone by, where a meta page names it; else 0
  std::uint64_t unproven = 0;    ///< a later commit that a meta page names and that was not gone by, or 0
  unsigned damaged_metas = 0;    ///< meta pages that hold something, but no meta: a commit may be lost with one
  std::vector<salvaged_table> tables;

  /// Whether nothing is known to be lost.
  [[nodiscard]] bool complete() const noexcept {
    bool whole = verified && catalog_whole && unproven == 0 && damaged_metas == 0;
    for (const salvaged_table& table : tables) {
      whole = whole && table.large_lost == 0 && (table.rows_lost ? *table.rows_lost == 0 : table.lost.empty());
    }
    return whole;
  }
};

namespace detail {

/// Rescues what is in one file.
template <class Config>
class salvager {
 public:
  using file_type = typename Config::file_system::file_type;

  salvager(const file_type& file, std::string_view path, const salvage_options& options)
      : options_(options),
        metas_(find_metas<Config>(file, path)),
        slot_(options.unproven ? metas_.youngest() : metas_.newest()),
        pages_(&file, nullptr, origin(file)),
        scan_(pages_),
        map_known_(false) {}

  /// Errors: `cancelled`, those of writing, std::bad_alloc.
  salvage_report run(engine<Config>& to, progress_callback callback) {
    progress_meter meter(callback, 2 * std::uint64_t{pages_.origin().page_end});
    scan_.run(meter);
    const auto root = find_root();
    if (slot_ && root->ref == meta().catalog.ref) read_map();
    salvage_plan<Config> plan(pages_, scan_, map_known_, options_.stale);
    plan.run(root.value_or(tree_root{}), root.has_value());
    salvage_report report;
    report.pages_read = pages_.origin().page_end;
    report.damaged_pages = scan_.damaged();
    report.verified = pages_.origin().identified;
    report.catalog_whole = plan.catalog_whole();
    report.space_known = map_known_;
    describe_metas(report);
    if (!slot_ && root) report.unproven = later_than(root->ref);
    const std::unique_ptr<write_set<Config>> writer = to.begin_write();
    for (const salvage_table& table : plan.tables()) report.tables.push_back(fill(*writer, table, meter));
    for (const salvaged_table& table : report.tables) {
      report.rows += table.rows;
      report.leaves_used += table.leaves;
    }
    static_cast<void>(writer->commit({}));
    meter.finish();
    return report;
  }

 private:
  [[nodiscard]] const meta_page& meta() const noexcept { return metas_.slots[*slot_].meta; }

  [[nodiscard]] raw_origin origin(const file_type& file) const {
    raw_origin known = origin_of<Config>(file, metas_);
    if (options_.unproven) known.identity.birth_max = ~std::uint64_t{0};
    if (!options_.uuid || slot_) return known;
    known.identity.seed = uuid_seed(*options_.uuid);
    known.identified = true;
    return known;
  }

  void describe_metas(salvage_report& report) const {
    if (slot_) report.durable = meta().d;
    for (const meta_slot& slot : metas_.slots) {
      const bool good = slot.finding == meta_finding::good;
      if (good && slot.meta.d > report.durable) report.unproven = slot.meta.d;
      if (!good && (!slot.blank || !slot_)) ++report.damaged_metas;
    }
  }

  /// The youngest commit that pages of trees are of, if it is later than the one that wrote the catalog's root.
  [[nodiscard]] std::uint64_t later_than(page_ref root) const noexcept {
    std::uint64_t youngest = 0;
    for (std::uint32_t id = 0; id < scan_.end(); ++id) {
      if (scan_.at(id).found == scanned_page::state::tree) youngest = algorithms::max(youngest, scan_.at(id).birth);
    }
    return youngest > scan_.at(to_number(root.id)).birth ? youngest : 0;
  }

  /// Notes which pages the newest state does not use, if its map reads.
  void read_map() {
    space_map map(geometry<Config::page_size>::first_page, space_room_of(Config::page_size));
    try {
      read_space_map(pages_, meta(), map);
    } catch (const error&) {
      return;
    }
    for (std::uint32_t id = map.mark(); id < scan_.end(); ++id) scan_.at(id).free = true;
    map.free().for_each([&](page_run run) {
      for (std::uint32_t i = 0; i < run.pages && run.first + i < scan_.end(); ++i) scan_.at(run.first + i).free = true;
    });
    map_known_ = true;
  }

  /// The catalog's root in the state to be rescued; nothing where there is no page of a catalog at all.
  [[nodiscard]] std::optional<tree_root> find_root() const {
    if (slot_ && !options_.unproven) return meta().catalog;
    const std::optional<std::uint32_t> found = youngest_catalog_page();
    if (slot_ && (!found || scan_.at(*found).birth <= meta().d)) return meta().catalog;
    if (!found) return std::nullopt;
    tree_root root;
    root.ref = {page_id{*found}, static_cast<std::uint32_t>(scan_.at(*found).birth)};
    root.height = static_cast<std::uint8_t>(scan_.at(*found).shape.level() + 1);
    return root;
  }

  [[nodiscard]] std::optional<std::uint32_t> youngest_catalog_page() const {
    std::vector<bool> of_catalog(scan_.end());
    for (std::uint32_t id = 0; id < scan_.end(); ++id) {
      if (scan_.at(id).catalog) of_catalog[scan_.group_of(id)] = true;
    }
    std::optional<std::uint32_t> best;
    for (std::uint32_t id = 0; id < scan_.end(); ++id) {
      if (scan_.at(id).found != scanned_page::state::tree || !of_catalog[scan_.group_of(id)]) continue;
      if (!best || is_younger(scan_.at(id), scan_.at(*best))) best = id;
    }
    return best;
  }

  [[nodiscard]] static bool is_younger(const scanned_page& a, const scanned_page& b) noexcept {
    return a.birth != b.birth ? a.birth > b.birth : a.shape.level() > b.shape.level();
  }

  [[nodiscard]] salvaged_table fill(write_set<Config>& writer, const salvage_table& from, progress_meter& meter) {
    writer.before_change();
    table_state& table = writer.open_table(from.name);
    // Its types only: what a feature of a later version promises of the old table nobody has kept for the new one.
    table.record = {};
    table.record.key_width = from.record.key_width;
    table.record.value_width = from.record.value_width;
    table.record.key_codec = from.record.key_codec;
    table.record.value_codec = from.record.value_codec;
    table.exists = true;
    table.mark_dirty();
    const salvage_counts counts =
        with_layout<Config::page_size>(from.record.key_width, from.record.value_width, [&](const auto& layout) {
          using layout_type = std::remove_cvref_t<decltype(layout)>;
          return salvage_writer<Config, layout_type>(pages_, scan_, writer, table, layout)
              .run(from, options_.stale, meter);
        });
    salvaged_table made;
    made.name = from.name;
    made.named = from.named;
    made.key_codec = from.record.key_codec;
    made.value_codec = from.record.value_codec;
    made.rows = counts.rows;
    made.stray_rows = counts.stray_rows;
    made.leaves = counts.leaves;
    made.large_lost = counts.large_lost;
    const std::uint64_t had = from.record.root.entries;
    if (from.cataloged) made.rows_lost = had > counts.rows ? had - counts.rows : 0;
    for (const lost_keys& keys : from.lost) made.lost.push_back({keys.page.id, keys.from, keys.to, keys.rows});
    return made;
  }

  const salvage_options& options_;
  found_metas metas_;
  std::optional<unsigned> slot_;  ///< of the meta page to go by
  raw_pages<Config> pages_;
  page_scan<Config> scan_;
  bool map_known_;
};

/// How many of a file's first pages, were they of this size, say that they are where they are.
template <file File>
[[nodiscard]] std::uint32_t pages_in_place(const File& file, std::size_t page_size) {
  constexpr std::uint32_t looked_at = 4096;
  const std::uint32_t first = page_size >= first_page_offset ? 1U : static_cast<std::uint32_t>(8192 / page_size);
  const auto end = algorithms::min<std::uint64_t>(file.size() / page_size, first + looked_at);
  std::uint32_t count = 0;
  for (std::uint32_t id = first; id < end; ++id) {
    std::array<std::byte, page_header_size> header{};
    if (file.read(std::uint64_t{id} * page_size, header) != header.size()) break;
    const page_kind kind = load_shape(header.data()).kind();
    const bool known = kind > page_kind::none && kind <= page_kind::space;
    count += known && load_page_id(header.data()) == page_id{id} ? 1U : 0U;
  }
  return count;
}

}  // namespace detail

/// The page size of a file, also where both its meta pages are lost: then the one that most of its pages agree with.
///
/// Returns: nothing where no page size fits. Errors: `io`, also where there is no such file.
/// Complexity: reads 8 KiB, and headers of up to 4,096 pages for each page size.
template <file_system Files = posix_files>
[[nodiscard]] std::optional<std::size_t> guess_page_size(std::string_view path, Files files = {}) {
  const auto file = files.open(path, open_mode::read_only);
  for (const unsigned slot : {0U, 1U}) {
    const detail::meta_slot found = detail::read_meta(file, slot, file.size());
    if (found.finding == detail::meta_finding::good) return found.meta.page_size;
  }
  std::optional<std::size_t> best;
  std::uint32_t most = 0;
  for (std::size_t size = detail::page_size_min; size <= detail::page_size_max; size *= 2) {
    const std::uint32_t count = detail::pages_in_place(file, size);
    if (count > most) best = size;
    most = detail::algorithms::max(most, count);
  }
  return best;
}

/// Rescues the rows of a damaged file into a new database.
///
/// Effects: only reads `from`, under a shared lock. `to` names the new database when it is whole and durable. Every
/// table of the file is in it, as far as the file tells their names; what nothing tells the table of is in tables named
/// `salvaged_1` and so on, as bytes.
/// Returns: what was found, rescued and lost.
/// Errors: `locked`, `already_open` where the file is open for writing; `wrong_page_size`, `unsupported_version`,
/// `unsupported_feature` where it is of another configuration; `io`, with the code of a file that exists, where `to`
/// does; `no_space`, `cancelled`, those of commits. Damage is no error. Complexity: reads all pages once, and up to
/// three times those of the newest state; 24 bytes of memory a page, and about 64 MiB.
template <class Config>
  requires(detail::store<Config>::has_files)
salvage_report salvage(std::string_view from, std::string_view to, const salvage_options& options = {},
                       progress_callback callback = {}, typename Config::file_system files = {}) {
  auto file = files.open(from, open_mode::read_only);
  if (!file.try_lock(lock_mode::shared)) detail::throw_locked(file, from);
  detail::salvager<Config> salvager(file, from, options);
  detail::new_database<Config> made(files, to);
  salvage_report report = salvager.run(made.database(), callback);
  report.size_after = made.publish();
  return report;
}

}  // namespace macaw::inline MACAW_ABI
