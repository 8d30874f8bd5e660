// SPDX-License-Identifier: MIT
//
// The value of a catalog row: what the file knows of one table. Layer 1 (format): pure over bytes.
//
// The catalog is a slotted tree of variable values, keyed by table name; its cells carry the tag `tree`.
//
//     OFFSET  SIZE  MEANING
//          0     8  reference to the table's root (zeros while it is empty)
//          8     1  height: levels of pages, 0 while it is empty
//          9     1  flags, today 0
//         10     2  key width: bytes of every key, 0 where they vary
//         12     2  value width, likewise
//         14     2  zeros
//         16    32  entries, branch pages, leaf pages, pages of large values
//         48    12  feature words: unknown bits may be ignored, forbid writing, forbid opening
//         60     2  bytes of the key codec's name
//         62     2  bytes of the value codec's name
//         64        the two names, then bytes of later versions, kept as they are

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/base/endian.hpp>
#include <macaw/detail/format/page_header.hpp>
#include <macaw/detail/format/tree_root.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace macaw::inline MACAW_ABI::detail {

/// One table. The names and the further bytes are borrowed from where the record was decoded.
struct catalog_record {
  tree_root root;
  std::uint8_t flags = 0;
  std::uint16_t key_width = 0;
  std::uint16_t value_width = 0;
  std::uint32_t features_ignore = 0;
  std::uint32_t features_read_only = 0;
  std::uint32_t features_refuse = 0;
  bytes_view key_codec;
  bytes_view value_codec;
  bytes_view further;

  [[nodiscard]] std::size_t encoded_size() const noexcept;
  /// Effects: writes `encoded_size()` bytes. `to` may not overlap what the record borrows.
  void encode(std::byte* to) const noexcept;
  /// Returns: nullptr, or what is wrong with the bytes; then `record` is unspecified.
  [[nodiscard]] static const char* decode(bytes_view from, catalog_record& record) noexcept;
};

namespace catalog_field {
// FROZEN: on disk
inline constexpr std::size_t root = 0, height = 8, flags = 9, key_width = 10, value_width = 12, zero = 14, entries = 16,
                             branch_pages = 24, leaf_pages = 32, large_pages = 40, features = 48, key_codec_size = 60,
                             value_codec_size = 62, names = 64;
}  // namespace catalog_field

inline std::size_t catalog_record::encoded_size() const noexcept {
  return catalog_field::names + key_codec.size() + value_codec.size() + further.size();
}

inline void catalog_record::encode(std::byte* to) const noexcept {
  namespace field = catalog_field;
  store_ref(to + field::root, root.ref);
  to[field::height] = std::byte{root.height};
  to[field::flags] = std::byte{flags};
  store_le(to + field::key_width, key_width);
  store_le(to + field::value_width, value_width);
  store_le(to + field::zero, std::uint16_t{0});
  store_le(to + field::entries, root.entries);
  store_le(to + field::branch_pages, root.branch_pages);
  store_le(to + field::leaf_pages, root.leaf_pages);
  store_le(to + field::large_pages, root.large_pages);
  store_le(to + field::features, features_ignore);
  store_le(to + field::features + 4, features_read_only);
  store_le(to + field::features + 8, features_refuse);
  store_le(to + field::key_codec_size, static_cast<std::uint16_t>(key_codec.size()));
  store_le(to + field::value_codec_size, static_cast<std::uint16_t>(value_codec.size()));
  to += field::names;
  for (const bytes_view part : {key_codec, value_codec, further}) {
    if (!part.empty()) std::memcpy(to, part.data(), part.size());
    to += part.size();
  }
}

inline const char* catalog_record::decode(bytes_view from, catalog_record& record) noexcept {
  namespace field = catalog_field;
  if (from.size() < field::names) return "catalog record is too short";
  const std::byte* const in = from.data();
  record.root.ref = load_ref(in + field::root);
  record.root.height = std::to_integer<std::uint8_t>(in[field::height]);
  record.flags = std::to_integer<std::uint8_t>(in[field::flags]);
  record.key_width = load_le<std::uint16_t>(in + field::key_width);
  record.value_width = load_le<std::uint16_t>(in + field::value_width);
  record.root.entries = load_le<std::uint64_t>(in + field::entries);
  record.root.branch_pages = load_le<std::uint64_t>(in + field::branch_pages);
  record.root.leaf_pages = load_le<std::uint64_t>(in + field::leaf_pages);
  record.root.large_pages = load_le<std::uint64_t>(in + field::large_pages);
  record.features_ignore = load_le<std::uint32_t>(in + field::features);
  record.features_read_only = load_le<std::uint32_t>(in + field::features + 4);
  record.features_refuse = load_le<std::uint32_t>(in + field::features + 8);
  const std::size_t key_size = load_le<std::uint16_t>(in + field::key_codec_size);
  const std::size_t value_size = load_le<std::uint16_t>(in + field::value_codec_size);
  if (field::names + key_size + value_size > from.size()) return "codec names exceed the catalog record";
  if (load_le<std::uint16_t>(in + field::zero) != 0) return "catalog record has bytes that should be zero";
  record.key_codec = from.subspan(field::names, key_size);
  record.value_codec = from.subspan(field::names + key_size, value_size);
  record.further = from.subspan(field::names + key_size + value_size);
  const tree_root& root = record.root;
  if (root.height == 0 && (root.ref != page_ref{} || root.entries != 0)) return "empty table has a root";
  return nullptr;
}

}  // namespace macaw::inline MACAW_ABI::detail
