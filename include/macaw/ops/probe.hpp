// SPDX-License-Identifier: MIT
//
// Looking at a file without opening it as a database. Layer 7 (tools).

#pragma once

#include <macaw/detail/format/meta_page.hpp>
#include <macaw/detail/txn/meta_store.hpp>
#include <macaw/error.hpp>
#include <macaw/macros.hpp>
#include <macaw/storage/file_system.hpp>
#include <macaw/storage/posix_files.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace macaw::inline MACAW_ABI {

/// What a database file says of itself.
struct probe_result {
  std::size_t page_size = 0;         ///< bytes
  std::uint32_t version = 0;         ///< of the format
  std::uint32_t checksum_id = 0;     ///< names the checksum of its pages
  std::array<std::byte, 16> uuid{};  ///< identifies the file
  std::uint64_t durable = 0;         ///< the newest durable commit that one of its metas names
  std::uint64_t file_size = 0;       ///< bytes
  bool in_use = false;               ///< whether somebody has it open for writing

  /// The UUID as it is usually written.
  [[nodiscard]] std::string uuid_text() const;
};

inline std::string probe_result::uuid_text() const {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < uuid.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += digits[std::to_integer<std::size_t>(uuid[i] >> 4U)];
    text += digits[std::to_integer<std::size_t>(uuid[i] & std::byte{15})];
  }
  return text;
}

/// Reads what a file's meta pages say, whatever its page size. Proves nothing: that is what opening does.
///
/// Errors: `io`, also where there is no such file; `not_macaw`; `corrupt` where both metas are damaged;
/// `unsupported_version`.
/// Complexity: reads 8 KiB. Takes a shared lock for a moment.
template <file_system Files = posix_files>
[[nodiscard]] probe_result probe(std::string_view path, Files files = {}) {
  auto file = files.open(path, open_mode::read_only);
  probe_result result;
  result.file_size = file.size();
  result.in_use = !file.try_lock(lock_mode::shared);
  bool damaged = false;
  bool newer = false;
  for (const unsigned slot : {0U, 1U}) {
    const detail::meta_slot found = detail::read_meta(file, slot, result.file_size);
    damaged = damaged || found.finding == detail::meta_finding::damaged;
    newer = newer || found.finding == detail::meta_finding::unsupported_version;
    if (found.finding != detail::meta_finding::good || found.meta.d <= result.durable) continue;
    result.page_size = found.meta.page_size;
    result.version = found.meta.version;
    result.checksum_id = found.meta.checksum_id;
    result.uuid = found.meta.uuid;
    result.durable = found.meta.d;
  }
  if (result.durable != 0) return result;
  const std::string name = "'" + std::string(path) + "' ";
  if (newer) throw error(errc::unsupported_version, name + "is of a newer format: use a newer version of macaw");
  if (damaged) throw error(errc::corrupt, name + "has no meta page that is whole");
  throw error(errc::not_macaw, name + "is not a macaw database");
}

}  // namespace macaw::inline MACAW_ABI
