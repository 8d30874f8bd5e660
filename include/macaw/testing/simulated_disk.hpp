// SPDX-License-Identifier: MIT
//
// What a simulated disk holds: files, and names in the cache and on the medium. Layer 7 (testing); part
// of simulated_files.hpp.
//
// Invariants: changes of names are in the order of their sequence numbers, which files and names share.
// Thread safety: none but what simulated_files.hpp makes of `mutex`.

#pragma once

#include <macaw/macros.hpp>
#include <macaw/storage/memory_files.hpp>
#include <macaw/testing/file_observer.hpp>
#include <macaw/testing/medium.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace macaw::inline MACAW_ABI::testing {

/// A sync that goes wrong.
struct sync_fault {
  std::uint64_t sync = 0;                     ///< how many syncs succeed before
  std::optional<std::uint64_t> reached = {};  ///< the seed that draws what has reached the medium; else nothing
};

/// How a part of a file has decayed.
enum class decay_kind : std::uint8_t {
  bit_flip,   ///< one bit is another
  older,      ///< the bytes are those that once stood there
  elsewhere,  ///< the bytes are those of another part of the file, as far away as a multiple of the size
};

/// A part of a file that reads otherwise than it was written.
struct decay {
  decay_kind kind{};
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
  std::uint64_t seed = 0;  ///< draws the bit, the version, the other part
};

namespace detail_simulated {

/// Bytes and their place in a file.
struct placed_bytes {
  std::uint64_t offset;
  std::vector<std::byte> bytes;

  [[nodiscard]] bool covers(std::uint64_t from, std::uint64_t size) const noexcept {
    return offset <= from && from + size <= offset + bytes.size();
  }
  /// Copies what lies in both.
  void show(std::uint64_t from, std::span<std::byte> into) const noexcept {
    const std::uint64_t begin = offset > from ? offset : from;
    const std::uint64_t end = lesser(offset + bytes.size(), from + into.size());
    if (begin >= end) return;
    std::memcpy(into.data() + (begin - from), bytes.data() + (begin - offset), static_cast<std::size_t>(end - begin));
  }

 private:
  static std::uint64_t lesser(std::uint64_t a, std::uint64_t b) noexcept { return a < b ? a : b; }
};

struct node {
  explicit node(std::uint64_t file_number) : number(file_number), cache(std::make_shared<detail::memory_node>()) {}

  std::uint64_t number;
  std::shared_ptr<detail::memory_node> cache;
  medium durable;
  detail::lock_table locks;
  std::optional<std::uint64_t> seal;      // until the file changes or the power goes
  std::vector<placed_bytes> overwritten;  // what was there before each write, the oldest first, if it is kept
  std::vector<placed_bytes> decayed;

  [[nodiscard]] std::vector<std::byte> bytes_at(std::uint64_t offset, std::uint64_t size) const {
    std::vector<std::byte> bytes(static_cast<std::size_t>(size));
    bytes.resize(cache->read(offset, bytes));
    return bytes;
  }
  /// What a part reads as once decayed; nothing where that cannot be.
  [[nodiscard]] std::vector<std::byte> decayed_bytes(const decay& how) const;
};

inline std::vector<std::byte> node::decayed_bytes(const decay& how) const {
  std::vector<std::byte> bytes = bytes_at(how.offset, how.size);
  if (bytes.size() != how.size || how.size == 0) return {};
  if (how.kind == decay_kind::bit_flip) {
    const std::uint64_t bit = how.seed % (8 * how.size);
    bytes[static_cast<std::size_t>(bit / 8)] ^= static_cast<std::byte>(1U << bit % 8);
    return bytes;
  }
  std::vector<std::vector<std::byte>> others;
  const auto add = [&](std::vector<std::byte> other) {
    if (other.size() == how.size && other != bytes) others.push_back(std::move(other));
  };
  if (how.kind == decay_kind::older) {
    for (const placed_bytes& old : overwritten) {
      if (!old.covers(how.offset, how.size)) continue;
      const auto from = old.bytes.begin() + static_cast<std::ptrdiff_t>(how.offset - old.offset);
      add({from, from + static_cast<std::ptrdiff_t>(how.size)});
    }
  } else {
    for (std::uint64_t at = how.offset % how.size; at < cache->size(); at += how.size) add(bytes_at(at, how.size));
  }
  if (others.empty()) return {};
  return std::move(others[static_cast<std::size_t>(how.seed % others.size())]);
}

using node_pointer = std::shared_ptr<node>;

/// Which name names which file.
class name_table {
 public:
  using entry = std::pair<std::string, node_pointer>;

  [[nodiscard]] node_pointer find(std::string_view path) const {
    for (const auto& [name, node] : entries_) {
      if (name == path) return node;
    }
    return nullptr;
  }
  void set(std::string_view path, node_pointer node) {
    remove(path);
    entries_.emplace_back(std::string(path), std::move(node));
  }
  void remove(std::string_view path) {
    std::erase_if(entries_, [&](const entry& e) { return e.first == path; });
  }
  [[nodiscard]] const std::vector<entry>& entries() const noexcept { return entries_; }
  [[nodiscard]] std::vector<entry>& entries() noexcept { return entries_; }

 private:
  std::vector<entry> entries_;
};

/// A change of names: `to` names the node, or nothing; `from`, if any, names nothing any more.
struct name_change {
  std::uint64_t sequence;
  std::string to;
  std::string from;
  node_pointer node;

  void apply(name_table& names) const {
    if (!from.empty()) names.remove(from);
    node != nullptr ? names.set(to, node) : names.remove(to);
  }
};

/// All there is of a disk.
struct disk {
  mutable std::shared_mutex mutex;
  std::uint64_t life = 0;  // of the processes on it: raised by kills and cuts
  std::uint64_t sequence = 0;
  std::uint64_t files = 0;
  name_table names;
  name_table durable_names;
  std::vector<name_change> name_changes;
  std::optional<sync_fault> fault;
  bool syncs_lie = false;
  bool keeps_overwritten = false;
  std::uint64_t syncs = 0;
  std::vector<file_observer*> observers;

  void tell(const file_event& event) const {
    for (file_observer* observer : observers) observer->observe(event);
  }

  void tell(const file_read& read) const {
    for (file_observer* observer : observers) observer->observe_read(read);
  }

  /// Calls `f(node)` once for every file with a name, live or durable, in the order of their numbers.
  template <class F>
  void for_each_node(F f) const {
    std::vector<node_pointer> nodes;
    for (const auto* table : {&names, &durable_names}) {
      for (const auto& [name, node] : table->entries()) add(nodes, node);
    }
    for (const name_change& change : name_changes) {
      if (change.node != nullptr) add(nodes, change.node);
    }
    for (const node_pointer& node : nodes) f(*node);
  }
  [[nodiscard]] std::uint64_t oldest_pending() const {
    std::uint64_t oldest = name_changes.empty() ? sequence : name_changes.front().sequence;
    for_each_node([&](const node& n) {
      const std::uint64_t first = n.durable.oldest(sequence);
      if (first < oldest) oldest = first;
    });
    return oldest;
  }

 private:
  // Sorted by number, each once.
  static void add(std::vector<node_pointer>& nodes, const node_pointer& node) {
    auto at = nodes.begin();
    while (at != nodes.end() && (*at)->number < node->number) ++at;
    if (at == nodes.end() || *at != node) nodes.insert(at, node);
  }
};

}  // namespace detail_simulated

}  // namespace macaw::inline MACAW_ABI::testing
