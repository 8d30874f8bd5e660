// SPDX-License-Identifier: MIT
//
// A compacting copy: a snapshot of a database written to a new file without holes. Layer 7 (tools).
//
// Rows are loaded in order of their keys, so pages are full, and values in pieces stand behind one another. The copy
// is one transaction over a file of a name of its own, which is renamed when it is durable (new_database.hpp).

#pragma once

#include <macaw/database.hpp>
#include <macaw/detail/api/page_access.hpp>
#include <macaw/detail/format/layout.hpp>
#include <macaw/detail/ops/new_database.hpp>
#include <macaw/detail/tree/cursor.hpp>
#include <macaw/detail/tree/large_value.hpp>
#include <macaw/detail/tree/load.hpp>
#include <macaw/detail/txn/engine.hpp>
#include <macaw/detail/txn/snapshot.hpp>
#include <macaw/detail/txn/write_set.hpp>
#include <macaw/error.hpp>
#include <macaw/macros.hpp>
#include <macaw/ops/progress.hpp>
#include <macaw/storage/file_system.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace macaw::inline MACAW_ABI {

/// What a compacting copy has done.
struct compact_report {
  std::uint64_t size_before = 0;  ///< bytes of the database's file; 0 where it is in memory
  std::uint64_t size_after = 0;   ///< bytes of the new file
  std::uint64_t tables = 0;       ///< tables copied, empty ones too
  std::uint64_t rows = 0;         ///< rows copied
};

namespace detail {

/// Copies the rows of one table behind the last one of another tree, which is empty at first.
template <class Config, class Layout>
class table_copy {
 public:
  table_copy(const page_access<Config>& from, const tree_root& root, write_set<Config>& to, table_state& table,
             const Layout& layout)
      : from_(from), to_(to), table_(table), layout_(layout), cursor_(from, root, layout) {}

  /// Errors: those of reading and writing; `corrupt` where keys do not ascend; `cancelled`.
  void run(progress_meter& meter) {
    {
      const auto operation = from_.enter();
      cursor_.seek_first();
    }
    for (std::uint64_t rows = 0; cursor_.valid(); ++rows) {
      if (rows % rows_between_checks == 0) to_.before_append();
      const auto operation = from_.enter();
      cursor_.refetch();
      copy_row();
      cursor_.next();
      meter.advance();
    }
  }

 private:
  using target = write_set<Config>;
  using reader_type = large_reader<page_access<Config>>;
  static constexpr std::uint64_t rows_between_checks = 64;  // large values may take much memory

  void copy_row() {
    std::byte key[geometry<Config::page_size>::key_size_max];
    const std::byte* const end = layout_.leaf.copy_key(cursor_.page(), cursor_.index(), key);
    const bytes_view encoded(key, end);
    const cell_value value = layout_.leaf.value(cursor_.page(), cursor_.index());
    bulk_loader<Layout, target> loader(to_, table_.record.root, layout_, to_.edge_of(table_));
    const auto operation = to_.enter();
    if (!loader.follows(encoded)) throw_corrupt(cursor_.leaf_ref().id, "keys do not ascend");
    if (value.tag == value_tag::inlined) {
      loader.prepare();
      std::byte* const to = loader.add(encoded, value.bytes.size());
      if (!value.bytes.empty()) std::memcpy(to, value.bytes.data(), value.bytes.size());
    } else if (value.tag == value_tag::large) {
      copy_large(loader, encoded, load_large_record(value.bytes));
    } else {
      throw_corrupt(cursor_.leaf_ref().id, "a row of a table is a catalog record");
    }
  }

  void copy_large(bulk_loader<Layout, target>& loader, bytes_view key, const large_record& from) {
    reader_type reader(from_, from);
    large_builder<target> builder(to_);
    for (std::uint64_t offset = 0; offset < reader.size();) {
      const bytes_view piece = reader.chunk(offset);
      builder.append(piece);
      offset += piece.size();
    }
    const large_record record = builder.finish();
    loader.prepare();
    loader.add_large(key, record);
    builder.release();
  }

  page_access<Config> from_;
  target& to_;
  table_state& table_;
  Layout layout_;
  tree_cursor<Layout, page_access<Config>> cursor_;
};

/// Copies all tables of a snapshot into a database without any, as one durable commit.
/// Errors: those of `table_copy`, and of commits.
template <class Config>
void copy_tables(const snapshot<Config>& from, engine<Config>& to, compact_report& report, progress_callback callback) {
  std::vector<std::pair<std::string, owned_record>> tables;
  {
    const auto operation = from.enter();
    from.for_each_table(
        [&](std::string_view name, const catalog_record& record) { tables.emplace_back(name, owned_record(record)); });
  }
  report.tables = tables.size();
  for (const auto& [name, record] : tables) report.rows += record.root.entries;
  progress_meter meter(callback, report.rows);
  const page_access<Config> pages(from.resolver(), from.pins());
  const std::unique_ptr<write_set<Config>> writer = to.begin_write();
  for (const auto& [name, record] : tables) {
    writer->before_change();
    table_state& table = writer->open_table(name);
    const tree_root& root = record.root;
    table.record = record;
    table.record.root = {};
    table.exists = true;
    table.mark_dirty();
    with_layout<Config::page_size>(record.key_width, record.value_width, [&](const auto& layout) {
      table_copy<Config, std::remove_cvref_t<decltype(layout)>>(pages, root, *writer, table, layout).run(meter);
    });
  }
  static_cast<void>(writer->commit({}));
  meter.finish();
}

}  // namespace detail

template <class Config>
struct database_compact<basic_database<Config>> {
  using files_type = typename Config::file_system;

  [[nodiscard]] static compact_report run(const basic_database<Config>& db, std::string_view path,
                                          progress_callback callback, files_type files) {
    detail::engine<Config>& from = db.engine();
    const detail::snapshot<Config> snapshot = from.begin_read();
    compact_report report;
    report.size_before = from.stats().file_size;
    detail::new_database<Config> to(std::move(files), path);
    detail::copy_tables(snapshot, to.database(), report, callback);
    report.size_after = to.publish();
    return report;
  }
};

/// Copies a snapshot of a database into a new file, without holes and with full pages.
///
/// Effects: `path` names the copy when all of it is durable; the database goes on, and what is committed meanwhile is
/// not in the copy. The copy is a database of its own, with the same tables, rows and types.
/// Returns: sizes before and after, and what was copied.
/// Errors: `io`, with the code of a file that exists, where `path` does; `locked` or `already_open` where another
/// copy to `path` is being made; `cancelled`; those of reading and of commits. Nothing is at `path` then, but a whole
/// copy where the very last step failed, that of making its name durable.
/// Complexity: reads and writes every page once; memory for changed pages of at most about 64 MiB.
template <class Config>
  requires(detail::store<Config>::has_files)
compact_report compact(const basic_database<Config>& db, std::string_view path, progress_callback callback = {},
                       typename Config::file_system files = {}) {
  return database_compact<basic_database<Config>>::run(db, path, callback, std::move(files));
}

}  // namespace macaw::inline MACAW_ABI
