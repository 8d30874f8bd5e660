// SPDX-License-Identifier: MIT

#include "store/file_tools.hpp"
#include "store/store.hpp"

#include <macaw/checksum/crc32c.hpp>
#include <macaw/checksum/xxh3.hpp>
#include <macaw/error.hpp>
#include <macaw/ops/probe.hpp>
#include <macaw/storage/posix_files.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace macaw_shell {

namespace {

using macaw::errc;
using macaw::error;

template <std::size_t... Sizes>
const file_tools* find_tools(std::size_t page_size, std::uint32_t checksum_id, std::index_sequence<Sizes...>) {
  const file_tools* found = nullptr;
  ((found = page_size == Sizes ? &sized_tools<Sizes>(checksum_id) : found), ...);
  return found;
}

/// Page size and checksum of a file that exists, or of the one to be made.
std::pair<std::size_t, std::uint32_t> format_of(const std::string& path, const store_options& options) {
  const std::pair<std::size_t, std::uint32_t> fresh{options.page_size, macaw::xxh3::id};
  if (options.create && !macaw::posix_files().exists(path)) return fresh;
  try {
    const macaw::probe_result probed = macaw::probe(path);
    return {probed.page_size, probed.checksum_id};
  } catch (const error& failure) {
    // An empty file is one that is still to be made.
    if (failure.kind() != errc::not_macaw || !options.create) throw;
    if (macaw::posix_files().open(path, macaw::open_mode::read_only).size() != 0) throw;
    return fresh;
  }
}

}  // namespace

[[noreturn]] void throw_snapshot_changed() { throw error(errc::read_only, "a snapshot cannot be changed"); }

[[noreturn]] void throw_no_mapped_pager() {
#ifdef MACAW_SHELL_HAVE_MMAP
  throw error(errc::unsupported_feature, "files guarded by CRC-32C are opened with --pager file only");
#else
  throw error(errc::unsupported_feature, "this program was built without Boost.Interprocess: use --pager file");
#endif
}

const file_tools& tools_for(std::size_t page_size, std::uint32_t checksum_id) {
  if (checksum_id != macaw::xxh3::id && checksum_id != macaw::crc32c::id) {
    throw error(errc::unsupported_feature,
                "the file's pages are guarded by a checksum that is not one of macaw's (id " +
                    std::to_string(checksum_id) + ")");
  }
  const file_tools* const found = find_tools(page_size, checksum_id, std::index_sequence<MACAW_SHELL_PAGE_SIZES>{});
  if (found == nullptr) {
    throw error(errc::unsupported_feature,
                "this program was built without support for pages of " + std::to_string(page_size) + " bytes");
  }
  return *found;
}

const file_tools& tools_for_file(const std::string& path) {
  try {
    const macaw::probe_result probed = macaw::probe(path);
    return tools_for(probed.page_size, probed.checksum_id);
  } catch (const error& failure) {
    if (failure.kind() != errc::not_macaw && failure.kind() != errc::corrupt) throw;
    const std::optional<std::size_t> page_size = macaw::guess_page_size(path);
    if (!page_size) throw;
    return tools_for(*page_size, macaw::xxh3::id);
  }
}

std::unique_ptr<store> open_store(const std::string& path, const store_options& options) {
  const auto [page_size, checksum_id] = format_of(path, options);
  macaw::open_options how;
  how.read_only = options.read_only;
  how.create = options.create;
  return tools_for(page_size, checksum_id).open(path, options.pager, how);
}

}  // namespace macaw_shell
