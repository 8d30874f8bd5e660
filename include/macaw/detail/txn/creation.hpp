// SPDX-License-Identifier: MIT
//
// Making a new database file, and locking an old one. Layer 5 (txn). PROTOCOL R13.
//
// A file is made under the name `<name>.new`, given its first meta, synced, and renamed without replacing. So a
// file under its own name always had a durable meta, and a file without a valid one is refused rather than
// initialised; only an empty file (made by `mkstemp` or `touch`) is initialised where it stands, and one that was
// left half initialised, which holds nothing else.
//
// Invariants:
//  1. Nobody commits to a file whose name may vanish: as long as it has no commit, every opening for writing syncs the
//     directory, since whoever made the file may have died before.
//  2. `<name>.new` is only renamed or removed by who has locked the file that it names. Who locks a file looks whether
//     its name still names it: another opening may have taken it for the remains of a crash before it was locked.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/base/algorithms.hpp>
#include <macaw/detail/base/random_bytes.hpp>
#include <macaw/detail/format/meta_page.hpp>
#include <macaw/detail/txn/meta_store.hpp>
#include <macaw/detail/txn/recovery.hpp>
#include <macaw/error.hpp>
#include <macaw/macros.hpp>
#include <macaw/options.hpp>
#include <macaw/storage/file_system.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace macaw::inline MACAW_ABI::detail {

/// The D of a file that has no commit yet.
inline constexpr std::uint64_t first_durable = 1;

/// The meta of an empty database.
[[nodiscard]] inline meta_page first_meta(const expected_format& expected) {
  meta_page meta;
  meta.page_size = expected.page_size;
  meta.checksum_id = expected.checksum_id;
  fill_random(meta.uuid);
  meta.d = first_durable;
  meta.two_phase = true;
  meta.mark = expected.first_page;
  meta.sweep_address = expected.first_page;
  return meta;
}

/// Writes the first meta of an empty file and makes it durable.
template <file File>
void initialise_file(File& file, const expected_format& expected) {
  const std::uint64_t size = std::uint64_t{expected.first_page} * expected.page_size;
  file.allocate(0, size);
  write_meta(file, first_meta(expected), 0);
  file.sync(sync_scope::data_and_size);
}

/// As `initialise_file`, for a file that has its name already. In three steps: whatever a crash leaves, `is_blank`
/// knows it again.
template <file File>
void initialise_named(File& file, const expected_format& expected) {
  file.allocate(0, std::uint64_t{expected.first_page} * expected.page_size);
  file.sync(sync_scope::data_and_size);
  std::array<std::byte, meta_size> bytes;
  encode_meta(first_meta(expected), bytes);
  const bytes_view steps[] = {bytes_view(bytes).subspan(meta_field::magic), bytes_view(bytes).first(meta_field::magic)};
  file.write(meta_offset[0] + meta_field::magic, {&steps[0], 1});
  file.sync(sync_scope::data);
  file.write(meta_offset[0], {&steps[1], 1});
  file.sync(sync_scope::data);
}

/// Whether an initialisation that was cut off has left the file so: no longer than one that has no commit, and of all
/// its bytes those are zeros that the first meta page does not explain, its magic being there at least in part.
template <file File>
[[nodiscard]] bool is_blank(const File& file, const expected_format& expected) {
  const std::uint64_t whole = std::uint64_t{expected.first_page} * expected.page_size;
  const std::uint64_t size = file.size();
  if (size > whole) return false;
  std::vector<std::byte> found(static_cast<std::size_t>(whole));
  static_cast<void>(file.read(0, found));
  if (algorithms::none_of(found.begin(), found.end(), [](std::byte byte) { return byte != std::byte{0}; })) return true;
  std::array<std::byte, meta_size> first;
  encode_meta(first_meta(expected), first);
  bool magic = false;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (found[i] == std::byte{0}) continue;
    const bool is_random = i < meta_field::magic || (i >= meta_field::uuid && i < meta_field::d);
    if (!is_random && (i >= first.size() || found[i] != first[i])) return false;
    magic = magic || (i >= meta_field::magic && i < meta_field::version);
  }
  return magic && size == whole && read_meta(file, 0, size).finding != meta_finding::good;
}

/// Raises for a file that somebody else has open.
template <file File>
[[noreturn]] MACAW_NOINLINE void throw_locked(const File& file, std::string_view path) {
  if constexpr (requires { file.open_elsewhere_in_process(); }) {
    if (file.open_elsewhere_in_process()) {
      throw error(errc::already_open,
                  "'" + std::string(path) + "' is open in this process: use that handle, or close it");
    }
  }
  throw error(errc::locked,
              "'" + std::string(path) + "' is open in another process: close it there, or open it read-only in both");
}

/// Whether a name names this open file, and not another one or none.
template <file_system FileSystem>
[[nodiscard]] bool is_named(FileSystem& files, std::string_view path, const typename FileSystem::file_type& file) {
  try {
    return files.open(path, open_mode::read_only).identity() == file.identity();
  } catch (const error& failure) {
    if (failure.os_code() == std::errc::no_such_file_or_directory) return false;
    throw;
  }
}

/// Removes what a crash left of a file in the making. Errors: `locked`, where its maker still holds it.
template <file_system FileSystem>
void remove_remains(FileSystem& files, std::string_view path) {
  if (!files.exists(path)) return;
  auto left = files.open(path, open_mode::read_write);
  if (!left.try_lock(lock_mode::exclusive)) throw_locked(left, path);
  if (is_named(files, path, left)) static_cast<void>(files.remove(path));
}

/// Makes `<path>` by way of `<path>.new`. Returns nothing where somebody else made it first.
template <file_system FileSystem>
[[nodiscard]] std::optional<typename FileSystem::file_type> create_file(FileSystem& files, std::string_view path,
                                                                        const expected_format& expected) {
  const std::string temporary = std::string(path) + ".new";
  remove_remains(files, temporary);
  auto made = files.open(temporary, open_mode::create_new);
  if (!made.try_lock(lock_mode::exclusive) || !is_named(files, temporary, made)) throw_locked(made, temporary);
  initialise_file(made, expected);
  if (!files.rename_new(temporary, path)) {
    static_cast<void>(files.remove(temporary));
    return std::nullopt;
  }
  return made;
}

/// Opens and locks `path`, making it where it is missing and the options say so.
template <file_system FileSystem>
[[nodiscard]] typename FileSystem::file_type open_locked(FileSystem& files, std::string_view path,
                                                         const open_options& options, const expected_format& expected) {
  if (!options.read_only && options.create && !files.exists(path)) {
    if (auto made = create_file(files, path, expected)) return std::move(*made);
  }
  auto opened = files.open(path, options.read_only ? open_mode::read_only : open_mode::read_write);
  if (!opened.try_lock(options.read_only ? lock_mode::shared : lock_mode::exclusive)) throw_locked(opened, path);
  if (!options.read_only && is_blank(opened, expected)) initialise_named(opened, expected);
  return opened;
}

/// Makes the name of a file durable that has no commit yet. Requires: a file opened for writing, and its living meta.
template <file_system FileSystem>
void make_name_durable(FileSystem& files, std::string_view path, const meta_page& living) {
  if (living.d == first_durable) files.sync_directory(path);
}

}  // namespace macaw::inline MACAW_ABI::detail
