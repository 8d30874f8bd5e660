// SPDX-License-Identifier: MIT
//
// Hot backup: the file image of a snapshot, written while the database goes on; checking and restoring one.
// Layer 7 (tools).
//
// A backup is a database file: of the same page size, with the same UUID, tables, rows and page ids, and zeros where
// the snapshot has nothing. It may be opened as it is. Every page is proven while it is copied, so a damaged database
// never has a backup that only seems whole. `compact` makes a smaller file, and a new one.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/database.hpp>
#include <macaw/detail/format/meta_page.hpp>
#include <macaw/detail/ops/database_engine.hpp>
#include <macaw/detail/ops/image_check.hpp>
#include <macaw/detail/ops/image_file.hpp>
#include <macaw/detail/ops/image_plan.hpp>
#include <macaw/detail/ops/image_writer.hpp>
#include <macaw/detail/ops/inspect_meta.hpp>
#include <macaw/detail/ops/raw_pages.hpp>
#include <macaw/detail/txn/creation.hpp>
#include <macaw/detail/txn/snapshot.hpp>
#include <macaw/error.hpp>
#include <macaw/macros.hpp>
#include <macaw/ops/check.hpp>
#include <macaw/ops/progress.hpp>
#include <macaw/storage/file_system.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace macaw::inline MACAW_ABI {

/// Takes bytes one after another: `sink(bytes_view)`. It stops whoever gives them by throwing.
template <class S>
concept byte_sink = std::invocable<S&, bytes_view>;

/// Gives bytes one after another: `source(std::span<std::byte>)` fills the span from its beginning and returns how many
/// bytes it has put there; 0 only at the end.
template <class S>
concept byte_source = requires(S& source, std::span<std::byte> into) {
  { source(into) } -> std::convertible_to<std::size_t>;
};

/// What a backup has written.
struct backup_report {
  std::uint64_t bytes = 0;    ///< size of the image
  std::uint64_t pages = 0;    ///< pages in it that hold something
  std::uint64_t tables = 0;   ///< tables, empty ones too
  std::uint64_t durable = 0;  ///< the number of the commit that the image shows
};

/// How an image is restored.
struct restore_options {
  /// Put the new file in the place of one that is there.
  bool replace = false;
};

/// What was restored.
struct restore_report {
  std::uint64_t bytes = 0;    ///< size of the file
  std::uint64_t durable = 0;  ///< the number of the commit that it shows
};

namespace detail {

/// What the image of a state of this database says of itself, but for what it consists of.
/// Errors: `corrupt` where neither meta page of the open file is whole.
template <class Config>
[[nodiscard]] meta_page image_meta(const store<Config>& home, std::uint64_t durable) {
  meta_page meta = first_meta(reading_format<Config>());
  if constexpr (store<Config>::has_files) {
    if (!home.in_memory()) {
      // Not from the open database, whose copy is the writer's. A commit under way may have one slot half written.
      const auto& file = std::as_const(*home.pager).file();
      bool found = false;
      for (const unsigned slot : {0U, 1U}) {
        const meta_slot read = read_meta(file, slot, file.size());
        if (read.finding != meta_finding::good || uuid_seed(read.meta.uuid) != home.reading.seed()) continue;
        meta.uuid = read.meta.uuid;
        meta.features_ignore = read.meta.features_ignore;
        meta.features_read_only = read.meta.features_read_only;
        found = true;
      }
      if (!found) throw_error(errc::corrupt, "neither meta page of the file is whole any more");
    }
  }
  meta.d = durable + 1;
  meta.base = durable;
  return meta;
}

/// Writes the image of the newest state. Errors: as `backup`.
template <class Config, class Sink>
backup_report write_image(engine<Config>& from, Sink& sink, progress_meter& meter) {
  const snapshot<Config> state = from.begin_read();
  store<Config>& home = from.home();
  const raw_pages<Config> pages = raw_pages_of(home);
  const image_plan<Config> plan(pages, state.state().catalog, image_meta(home, state.state().d), meter);
  image_writer<Config, Sink> writer(pages, home.arena, plan, sink, meter);
  backup_report report;
  report.bytes = writer.run();
  report.pages = writer.pages();
  report.tables = plan.tables();
  report.durable = plan.meta().d;
  return report;
}

/// Pages to copy, as far as that is known before.
template <class Config>
[[nodiscard]] std::uint64_t pages_to_copy(const engine<Config>& from) {
  const database_stats figures = from.stats();
  return figures.pages + figures.frames;
}

}  // namespace detail

/// Writes the newest state of a database to a sink, as the bytes of a database file in order.
///
/// Effects: the database goes on, and what is committed meanwhile is not in the backup. States that are not durable yet
/// are. The bytes come in portions of at most 1 MiB; so they may go to a pipe. Making them durable is up to the sink.
/// Returns: what was written.
/// Errors: `corrupt` where a page is damaged, `io`, `cancelled`, bad_alloc, and what the sink raises. The bytes written
/// before are then no database: every opening refuses them.
/// Complexity: reads branches twice and all else once; memory of eight bytes for each page of the file.
/// Thread safety: from any thread, beside all others.
template <class Config, byte_sink Sink>
backup_report backup(const basic_database<Config>& db, Sink&& sink, progress_callback callback = {}) {
  detail::engine<Config>& from = detail::engine_of(db);
  detail::progress_meter meter(callback, detail::pages_to_copy(from));
  const backup_report report = detail::write_image(from, sink, meter);
  meter.finish();
  return report;
}

/// Writes the newest state of a database to a new file.
///
/// Effects: as above; `path` names the copy when it is whole, checked and durable.
/// Errors: as above, and `io`, with the code of a file that exists, where `path` does; `locked` or `already_open`
/// where another copy to `path` is being made. Nothing is at `path` then, but a whole copy where the very last step
/// failed, that of making its name durable.
/// Complexity: as above, and reads the copy once.
template <class Config>
  requires(detail::store<Config>::has_files)
backup_report backup(const basic_database<Config>& db, std::string_view path, progress_callback callback = {},
                     typename Config::file_system files = {}) {
  detail::engine<Config>& from = detail::engine_of(db);
  detail::progress_meter meter(callback, 2 * detail::pages_to_copy(from));
  detail::image_file<Config> file(std::move(files), path, false);
  const backup_report report = detail::write_image(from, file, meter);
  file.publish(meter);
  return report;
}

/// Makes a database file of an image, or of any database file, that a source gives: all of it or nothing.
///
/// Effects: `path` names the new file when it is whole, checked and durable; until then what was there stays.
/// Errors: `corrupt`, `not_macaw`, `wrong_page_size`, `unsupported_version`, `unsupported_feature` where the bytes are
/// not those of a whole database of this configuration; `io`, with the code of a file that exists, where `path` does
/// and the options do not say to replace it; `locked` or `already_open` where it is open; `no_space`, `cancelled`, and
/// what the source raises. Complexity: writes the file, and reads it once.
template <class Config, byte_source Source>
  requires(detail::store<Config>::has_files)
restore_report restore(Source&& source, std::string_view path, const restore_options& options = {},
                       progress_callback callback = {}, typename Config::file_system files = {}) {
  detail::progress_meter meter(callback);
  detail::image_file<Config> file(std::move(files), path, options.replace);
  constexpr std::size_t portion = std::size_t{1} << 20;
  const std::unique_ptr<std::byte[]> buffer(new std::byte[portion]);
  restore_report report;
  while (const std::size_t size = source(std::span<std::byte>(buffer.get(), portion))) {
    file(bytes_view(buffer.get(), size));
    report.bytes += size;
    meter.advance(size / Config::page_size);
  }
  report.durable = file.publish(meter);
  return report;
}

/// As above, from a file: a backup, or a database that nobody has open for writing.
template <class Config>
  requires(detail::store<Config>::has_files)
restore_report restore(std::string_view from, std::string_view path, const restore_options& options = {},
                       progress_callback callback = {}, typename Config::file_system files = {}) {
  auto file = files.open(from, open_mode::read_only);
  if (!file.try_lock(lock_mode::shared)) detail::throw_locked(file, from);
  std::uint64_t offset = 0;
  const auto source = [&](std::span<std::byte> into) {
    const std::size_t size = file.read(offset, into);
    offset += size;
    return size;
  };
  return restore<Config>(source, path, options, callback, files);
}

/// Checks a backup that comes as a stream, without keeping it: every page by itself, and what pages say of each other.
///
/// Returns: everything that is wrong. The order of keys from page to page is not compared, nor are counts: `restore`
/// checks these too.
/// Errors: `not_macaw`, `corrupt`, `wrong_page_size`, `unsupported_version`, `unsupported_feature` where the stream
/// does not begin with a meta page of this configuration; `cancelled`; what the source raises. Complexity: memory of 32
/// bytes for each page of the image.
template <class Config, byte_source Source>
[[nodiscard]] check_report verify_backup(Source&& source, progress_callback callback = {}) {
  detail::progress_meter meter(callback);
  check_report report = detail::image_check<Config, std::remove_reference_t<Source>>(source, meter).run();
  meter.finish();
  return report;
}

/// Checks a backup in a file as `check` does a database.
///
/// Returns: everything that is wrong with it.
/// Errors: those of opening a file for reading, where it is no database at all; `cancelled`; `io`.
/// Complexity: reads every page once; memory of a byte for each page of the file.
template <class Config>
  requires(detail::store<Config>::has_files)
[[nodiscard]] check_report verify_backup(std::string_view path, progress_callback callback = {},
                                         typename Config::file_system files = {}) {
  const auto opened = detail::open_to_check<Config>(path, files);
  detail::progress_meter meter(callback, opened->home().living.meta.mark);
  check_report report = detail::check_store_of(opened->home(), meter);
  meter.finish();
  return report;
}

}  // namespace macaw::inline MACAW_ABI
