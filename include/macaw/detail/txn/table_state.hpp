// SPDX-License-Identifier: MIT
//
// A table as write transactions know it. Layer 5 (txn).

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/format/catalog_record.hpp>
#include <macaw/detail/format/tree_root.hpp>
#include <macaw/detail/tree/load.hpp>
#include <macaw/error.hpp>
#include <macaw/macros.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace macaw::inline MACAW_ABI::detail {

/// What the catalog says of a table, owned.
struct owned_record {
  tree_root root;
  std::uint8_t flags = 0;
  std::uint16_t key_width = 0;
  std::uint16_t value_width = 0;
  std::uint32_t features_ignore = 0;
  std::uint32_t features_read_only = 0;
  std::uint32_t features_refuse = 0;
  std::string key_codec;
  std::string value_codec;
  std::string further;

  owned_record() = default;
  explicit owned_record(const catalog_record& from)
      : root(from.root),
        flags(from.flags),
        key_width(from.key_width),
        value_width(from.value_width),
        features_ignore(from.features_ignore),
        features_read_only(from.features_read_only),
        features_refuse(from.features_refuse),
        key_codec(as_text(from.key_codec)),
        value_codec(as_text(from.value_codec)),
        further(as_text(from.further)) {}

  [[nodiscard]] catalog_record borrowed() const noexcept {
    return {root,
            flags,
            key_width,
            value_width,
            features_ignore,
            features_read_only,
            features_refuse,
            as_bytes(key_codec),
            as_bytes(value_codec),
            as_bytes(further)};
  }
};

/// A table as a write transaction knows it.
struct table_state {
  std::string name;
  owned_record record;
  bool exists = false;
  bool dirty = false;                ///< differs from the catalog
  bool loaded = false;               ///< what the catalog says, but for what is dirty; not after a rollback
  std::unique_ptr<right_edge> edge;  ///< where rows are appended; made by the first append
  std::uint64_t edge_found = 0;      ///< the changes that the edge knows of
  std::uint64_t generation = 0;      ///< rises when bindings have to look again, by `open_table`

  void mark_dirty() noexcept { dirty = true; }

  /// A transaction begins, at the publication that left this state, or, if not `good`, at another one.
  void begin_txn(bool good) noexcept {
    loaded = loaded && good;
    edge_found = 0;
    ++generation;
  }
};

/// Raises where the table uses a feature that this version does not know, and that forbids changing it.
inline void require_changeable(const table_state& table) {
  if ((table.record.features_read_only | table.record.features_refuse) == 0) return;
  throw error(errc::unsupported_feature,
              "table '" + table.name + "' uses a feature without which it must not be changed: update macaw");
}

}  // namespace macaw::inline MACAW_ABI::detail
