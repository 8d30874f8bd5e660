// SPDX-License-Identifier: MIT
//
// A simulated disk: a file system in memory that can be killed and cut off from power, and then shows
// what a real one might. Layer 7 (testing).
//
//     macaw::testing::simulated_files disk;
//     ... a program works on files of `disk` ...
//     auto after = disk.after_power_cut(macaw::testing::random_cut(seed));  // an independent disk
//     ... the program opens its files on `after`, and finds what it was promised ...
//
// For each file it keeps what the system's cache shows and what the medium surely holds, with the
// effects since the last sync in order (medium.hpp); names likewise. power_cut.hpp has the choices.
//
// Invariants:
//  1. `read` and mappings show the cache, `read_uncached` the medium.
//  2. sync(data) promises no length; a name is durable only after sync_directory; nothing else helps it.
//  3. After a failed sync the cache keeps the data, the medium has what was chosen, and no later sync
//     brings the rest.
//  4. Handles from before a kill or a cut are dead: every call raises `errc::io`.
//  5. The same calls and seeds give the same states.
//  6. A file's seal holds until the file changes, or the power goes.
//  7. Parts that have decayed read otherwise than written, cached or not; cuts and duplicates know nothing of it.
//
// Thread safety: every member from any thread, but a file's changing members from one at a time;
// observers are called without a lock held, by the thread that causes the event.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/base/file_range.hpp>
#include <macaw/detail/base/os_error.hpp>
#include <macaw/error.hpp>
#include <macaw/macros.hpp>
#include <macaw/storage/file_system.hpp>
#include <macaw/storage/memory_files.hpp>
#include <macaw/testing/file_observer.hpp>
#include <macaw/testing/medium.hpp>
#include <macaw/testing/power_cut.hpp>
#include <macaw/testing/simulated_disk.hpp>
#include <macaw/testing/simulated_file.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace macaw::inline MACAW_ABI::testing {

/// What a power cut has to choose from.
struct pending_effects {
  std::vector<pending_write> writes;
  std::size_t lengths = 0;
  std::size_t names = 0;

  /// Sectors touched by the writes, in all.
  [[nodiscard]] std::uint64_t sectors() const noexcept {
    std::uint64_t sum = 0;
    for (const pending_write& write : writes) sum += write.sectors();
    return sum;
  }
};

/// A simulated disk. Copies share it; `duplicate` and `after_power_cut` make independent ones.
class simulated_files {
 public:
  using file_type = simulated_file;

  simulated_files() : disk_(std::make_shared<detail_simulated::disk>()) {}

  [[nodiscard]] simulated_file open(std::string_view path, open_mode mode);
  [[nodiscard]] bool exists(std::string_view path) {
    const std::shared_lock lock(disk_->mutex);
    return disk_->names.find(path) != nullptr;
  }
  void rename(std::string_view path, std::string_view to);
  [[nodiscard]] bool rename_new(std::string_view path, std::string_view to);
  bool remove(std::string_view path);
  void sync_directory(std::string_view path);

  /// The processes die; the system lives on, and with it all that was written.
  void process_kill();
  /// The power goes, and comes back.
  template <cut_chooser C>
  void power_cut(C chooser);
  /// The disk that a power cut now would leave. This one is not touched.
  template <cut_chooser C>
  [[nodiscard]] simulated_files after_power_cut(C chooser) const;
  /// An independent disk in the same state, pending effects included, with no process on it: what a kill leaves.
  [[nodiscard]] simulated_files duplicate() const;

  /// What a power cut has to choose from.
  [[nodiscard]] pending_effects pending() const;
  /// A sync to come fails, once. Only the file that is synced is affected.
  void fail_sync(const sync_fault& fault) {
    const std::unique_lock lock(disk_->mutex);
    disk_->fault = fault;
  }
  /// Whether the fault last set has made a sync fail.
  [[nodiscard]] bool sync_fault_fired() const {
    const std::shared_lock lock(disk_->mutex);
    return !disk_->fault.has_value();
  }
  /// From now on syncs succeed and do nothing, or are honest again. A lying directory sync does nothing either.
  void set_syncs_lie(bool lie) {
    const std::unique_lock lock(disk_->mutex);
    disk_->syncs_lie = lie;
  }
  /// How many files were synced, failures included.
  [[nodiscard]] std::uint64_t syncs() const {
    const std::shared_lock lock(disk_->mutex);
    return disk_->syncs;
  }
  /// Changes bytes on the medium and in the cache behind everybody's back. Requires that the file reaches there.
  void damage(std::string_view path, std::uint64_t offset, bytes_view bytes);
  /// From now on a part of a file reads as something else, until it is healed; mappings show what was written.
  /// Returns: false where there is nothing of that kind to show, and nothing has changed.
  bool decay_part(std::string_view path, const decay& how);
  /// The file reads as it was written again.
  void heal(std::string_view path);
  /// From now on what writes replace is kept, for `decay_kind::older`; or no longer.
  void keep_overwritten(bool keep) {
    const std::unique_lock lock(disk_->mutex);
    disk_->keeps_overwritten = keep;
  }

  /// How many effects there were so far: the sequence number that the next one gets.
  [[nodiscard]] std::uint64_t effects() const {
    const std::shared_lock lock(disk_->mutex);
    return disk_->sequence;
  }

  /// Adds an observer, which must outlive its removal; while no other thread uses the disk.
  void add_observer(file_observer& observer) { disk_->observers.push_back(&observer); }
  void remove_observer(file_observer& observer) { std::erase(disk_->observers, &observer); }

 private:
  friend class crash_window;
  using kind = file_event::kind;

  explicit simulated_files(std::shared_ptr<detail_simulated::disk> disk) noexcept : disk_(std::move(disk)) {}

  void change_names(std::string to, std::string from, detail_simulated::node_pointer node) {
    disk_->name_changes.push_back({disk_->sequence++, std::move(to), std::move(from), std::move(node)});
    disk_->name_changes.back().apply(disk_->names);
  }
  [[nodiscard]] detail_simulated::node_pointer find_or_raise(std::string_view path, std::string_view doing) const {
    auto node = disk_->names.find(path);
    if (node == nullptr) detail::throw_os_error(errc::io, doing, path, std::errc::no_such_file_or_directory);
    return node;
  }
  static std::string_view directory_of(std::string_view path) noexcept {
    const std::size_t slash = path.rfind('/');
    return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
  }

  std::shared_ptr<detail_simulated::disk> disk_;
};

static_assert(file_system<simulated_files>);

inline simulated_file simulated_files::open(std::string_view path, open_mode mode) {
  if (mode != open_mode::create_new) {
    const std::unique_lock lock(disk_->mutex);
    return {disk_, find_or_raise(path, "cannot open"), path, mode};
  }
  disk_->tell({.what = kind::create, .path = path});
  const std::unique_lock lock(disk_->mutex);
  if (disk_->names.find(path) != nullptr) {
    detail::throw_os_error(errc::io, "cannot create", path, std::errc::file_exists);
  }
  auto node = std::make_shared<detail_simulated::node>(disk_->files++);
  change_names(std::string(path), {}, node);
  return {disk_, std::move(node), path, mode};
}

inline void simulated_files::rename(std::string_view path, std::string_view to) {
  disk_->tell({.what = kind::rename, .path = path, .to = to});
  const std::unique_lock lock(disk_->mutex);
  auto node = find_or_raise(path, "cannot rename");
  if (path != to) change_names(std::string(to), std::string(path), std::move(node));
}

inline bool simulated_files::rename_new(std::string_view path, std::string_view to) {
  disk_->tell({.what = kind::rename, .path = path, .to = to});
  const std::unique_lock lock(disk_->mutex);
  auto node = find_or_raise(path, "cannot rename");
  if (disk_->names.find(to) != nullptr) return false;
  change_names(std::string(to), std::string(path), std::move(node));
  return true;
}

inline bool simulated_files::remove(std::string_view path) {
  disk_->tell({.what = kind::remove, .path = path});
  const std::unique_lock lock(disk_->mutex);
  if (disk_->names.find(path) == nullptr) return false;
  change_names(std::string(path), {}, nullptr);
  return true;
}

inline void simulated_files::sync_directory(std::string_view path) {
  disk_->tell({.what = kind::sync_directory, .path = path});
  const std::unique_lock lock(disk_->mutex);
  if (disk_->syncs_lie) return;
  std::vector<detail_simulated::name_change> rest;
  for (auto& change : disk_->name_changes) {
    if (directory_of(change.to) == directory_of(path)) {
      change.apply(disk_->durable_names);
    } else {
      rest.push_back(std::move(change));
    }
  }
  disk_->name_changes = std::move(rest);
}

inline void simulated_files::process_kill() {
  const std::unique_lock lock(disk_->mutex);
  ++disk_->life;
  disk_->for_each_node([](detail_simulated::node& node) { node.locks = {}; });
}

template <cut_chooser C>
simulated_files simulated_files::after_power_cut(C chooser) const {
  const std::shared_lock lock(disk_->mutex);
  auto after = std::make_shared<detail_simulated::disk>();
  after->sequence = disk_->sequence;
  after->files = disk_->files;
  chooser.begin(disk_->oldest_pending(), disk_->sequence);
  auto names = disk_->durable_names;
  for (const auto& change : disk_->name_changes) {
    if (chooser.name(change.sequence)) change.apply(names);
  }
  disk_->for_each_node([&](const detail_simulated::node& node) {
    detail_simulated::node_pointer copy;
    for (auto& [name, named] : names.entries()) {
      if (named.get() != &node) continue;
      if (copy == nullptr) {
        copy = std::make_shared<detail_simulated::node>(node.number);
        auto bytes = node.durable.after_power_cut(node.number, chooser);
        const std::array pieces{bytes_view(bytes)};
        copy->cache->write(0, pieces);
        copy->durable = medium(std::move(bytes));
      }
      named = copy;
    }
  });
  after->names = names;
  after->durable_names = std::move(names);
  return simulated_files(std::move(after));
}

template <cut_chooser C>
void simulated_files::power_cut(C chooser) {
  const simulated_files after = after_power_cut(std::move(chooser));
  const std::unique_lock lock(disk_->mutex);
  ++disk_->life;
  disk_->names = std::move(after.disk_->names);
  disk_->durable_names = std::move(after.disk_->durable_names);
  disk_->name_changes.clear();
}

inline simulated_files simulated_files::duplicate() const {
  const std::unique_lock lock(disk_->mutex);
  auto copy = std::make_shared<detail_simulated::disk>();
  copy->sequence = disk_->sequence;
  copy->files = disk_->files;
  copy->fault = disk_->fault;
  copy->syncs_lie = disk_->syncs_lie;
  copy->syncs = disk_->syncs;
  copy->names = disk_->names;
  copy->durable_names = disk_->durable_names;
  copy->name_changes = disk_->name_changes;
  disk_->for_each_node([&](const detail_simulated::node& node) {
    auto twin = std::make_shared<detail_simulated::node>(node.number);
    const std::uint64_t size = node.cache->size();
    const auto bytes = node.cache->map(size);
    const std::array pieces{bytes_view(bytes->data(), static_cast<std::size_t>(size))};
    twin->cache->write(0, pieces);
    twin->durable = node.durable;
    twin->seal = node.seal;
    const auto replace = [&](detail_simulated::node_pointer& pointer) {
      if (pointer.get() == &node) pointer = twin;
    };
    for (auto& [name, named] : copy->names.entries()) replace(named);
    for (auto& [name, named] : copy->durable_names.entries()) replace(named);
    for (auto& change : copy->name_changes) replace(change.node);
  });
  return simulated_files(std::move(copy));
}

inline pending_effects simulated_files::pending() const {
  const std::shared_lock lock(disk_->mutex);
  pending_effects effects;
  effects.names = disk_->name_changes.size();
  disk_->for_each_node([&](const detail_simulated::node& node) {
    node.durable.for_each_pending_write(node.number, [&](const pending_write& w) { effects.writes.push_back(w); });
    effects.lengths += node.durable.pending_lengths();
  });
  return effects;
}

inline void simulated_files::damage(std::string_view path, std::uint64_t offset, bytes_view bytes) {
  const std::unique_lock lock(disk_->mutex);
  const auto node = find_or_raise(path, "cannot damage");
  MACAW_ASSERT(detail::end_of(offset, bytes.size(), path) <= node->cache->size());
  const std::array pieces{bytes};
  node->seal.reset();
  node->cache->write(offset, pieces);
  node->durable.damage(offset, bytes);
}

inline bool simulated_files::decay_part(std::string_view path, const decay& how) {
  const std::unique_lock lock(disk_->mutex);
  const auto node = find_or_raise(path, "cannot damage");
  std::vector<std::byte> bytes = node->decayed_bytes(how);
  if (bytes.empty()) return false;
  node->decayed.push_back({how.offset, std::move(bytes)});
  return true;
}

inline void simulated_files::heal(std::string_view path) {
  const std::unique_lock lock(disk_->mutex);
  find_or_raise(path, "cannot heal")->decayed.clear();
}

}  // namespace macaw::inline MACAW_ABI::testing
