// SPDX-License-Identifier: MIT
//
// An open file on a simulated disk. Layer 7 (testing); simulated_files.hpp says what it does.

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

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace macaw::inline MACAW_ABI::testing {

/// An open file of `simulated_files`.
class simulated_file {
 public:
  using mapping = detail::memory_mapping;

  simulated_file(simulated_file&& other) noexcept
      : disk_(std::move(other.disk_)),
        node_(std::move(other.node_)),
        path_(std::move(other.path_)),
        life_(other.life_),
        writable_(other.writable_),
        held_(std::exchange(other.held_, lock_mode::none)) {}
  simulated_file& operator=(simulated_file&& other) noexcept {
    simulated_file taken(std::move(other));
    std::swap(disk_, taken.disk_);
    std::swap(node_, taken.node_);
    std::swap(path_, taken.path_);
    std::swap(life_, taken.life_);
    std::swap(writable_, taken.writable_);
    std::swap(held_, taken.held_);
    return *this;
  }
  ~simulated_file() {
    if (held_ == lock_mode::none) return;
    const std::unique_lock lock(disk_->mutex);
    if (life_ == disk_->life) static_cast<void>(node_->locks.exchange(held_, lock_mode::none));
  }

  [[nodiscard]] std::uint64_t size() const {
    const std::shared_lock lock(disk_->mutex);
    require_alive();
    return node_->cache->size();
  }
  std::size_t read(std::uint64_t offset, std::span<std::byte> into) const {
    disk_->tell(file_read{path_, node_->number, offset, into.size()});
    const std::shared_lock lock(disk_->mutex);
    require_alive();
    const std::size_t count = node_->cache->read(offset, into);
    show_decay(offset, into.first(count));
    return count;
  }
  std::size_t read_uncached(std::uint64_t offset, std::span<std::byte> into) const;
  void write(std::uint64_t offset, std::span<const bytes_view> pieces);
  void allocate(std::uint64_t offset, std::uint64_t size);
  void truncate(std::uint64_t size);
  void sync(sync_scope scope);
  void seal(std::uint64_t number) noexcept {
    const std::unique_lock lock(disk_->mutex);
    if (life_ == disk_->life) node_->seal = number;
  }
  [[nodiscard]] std::optional<std::uint64_t> sealed() const noexcept {
    const std::shared_lock lock(disk_->mutex);
    return life_ == disk_->life ? node_->seal : std::nullopt;
  }
  [[nodiscard]] bool try_lock(lock_mode mode);
  [[nodiscard]] file_identity identity() const noexcept {
    return {~std::uint64_t{0}, reinterpret_cast<std::uintptr_t>(node_.get())};
  }
  /// Whoever has a simulated file open is of this process.
  [[nodiscard]] bool open_elsewhere_in_process() const noexcept { return true; }
  [[nodiscard]] mapping map(std::uint64_t size) const {
    disk_->tell(file_read{path_, node_->number, 0, size});
    const std::shared_lock lock(disk_->mutex);
    require_alive();
    return {node_->cache->map(size), static_cast<std::size_t>(size)};
  }

 private:
  friend class simulated_files;
  using kind = file_event::kind;

  simulated_file(std::shared_ptr<detail_simulated::disk> disk, detail_simulated::node_pointer node,
                 std::string_view path, open_mode mode)
      : disk_(std::move(disk)),
        node_(std::move(node)),
        path_(path),
        life_(disk_->life),
        writable_(mode != open_mode::read_only) {}

  void require_alive() const {
    if (life_ != disk_->life) {
      detail::throw_os_error(errc::io, "opened before the crash:", path_, std::errc::bad_file_descriptor);
    }
  }
  void require_writable() const {
    if (!writable_) detail::throw_opened_for_reading(path_);
  }
  [[nodiscard]] file_event event(kind what) const { return {.what = what, .path = path_, .file = node_->number}; }
  /// Raises for the dead, tells the observers for the living.
  void announce(const file_event& event) const {
    {
      const std::shared_lock lock(disk_->mutex);
      require_alive();
    }
    disk_->tell(event);
  }
  void show_decay(std::uint64_t offset, std::span<std::byte> into) const noexcept {
    for (const auto& decayed : node_->decayed) decayed.show(offset, into);
  }
  void set_length(std::uint64_t size);
  [[nodiscard]] bool sync_locked(sync_scope scope);

  std::shared_ptr<detail_simulated::disk> disk_;
  detail_simulated::node_pointer node_;
  std::string path_;
  std::uint64_t life_ = 0;
  bool writable_ = false;
  lock_mode held_ = lock_mode::none;
};

static_assert(mappable_file<simulated_file> && sealable_file<simulated_file>);

inline std::size_t simulated_file::read_uncached(std::uint64_t offset, std::span<std::byte> into) const {
  disk_->tell(file_read{path_, node_->number, offset, into.size()});
  const std::shared_lock lock(disk_->mutex);
  require_alive();
  const std::uint64_t size = node_->cache->size();
  if (offset >= size) return 0;
  const auto count = static_cast<std::size_t>(into.size() < size - offset ? into.size() : size - offset);
  node_->durable.read(offset, into.first(count));
  show_decay(offset, into.first(count));
  return count;
}

inline void simulated_file::write(std::uint64_t offset, std::span<const bytes_view> pieces) {
  require_writable();
  const std::uint64_t end = detail::end_of(offset, pieces, path_);
  if (end == offset) return;
  auto event = this->event(kind::write);
  event.offset = offset;
  event.pieces = pieces;
  event.size = end - offset;
  announce(event);
  const std::unique_lock lock(disk_->mutex);
  require_alive();
  const bool grows = end > node_->cache->size();
  if (disk_->keeps_overwritten) node_->overwritten.push_back({offset, node_->bytes_at(offset, end - offset)});
  node_->seal.reset();
  node_->cache->write(offset, pieces);
  node_->durable.write(offset, pieces, disk_->sequence++);
  if (grows) node_->durable.set_length(end, disk_->sequence++);
}

inline void simulated_file::set_length(std::uint64_t size) {
  auto event = this->event(kind::set_length);
  event.size = size;
  announce(event);
  const std::unique_lock lock(disk_->mutex);
  require_alive();
  if (size == node_->cache->size()) return;
  node_->seal.reset();
  node_->cache->truncate(size);
  node_->durable.set_length(size, disk_->sequence++);
}

inline void simulated_file::allocate(std::uint64_t offset, std::uint64_t size) {
  require_writable();
  const std::uint64_t end = detail::end_of(offset, size, path_);
  if (size != 0 && end > this->size()) set_length(end);
}

inline void simulated_file::truncate(std::uint64_t size) {
  require_writable();
  set_length(detail::end_of(0, size, path_));
}

inline void simulated_file::sync(sync_scope scope) {
  auto event = this->event(kind::sync);
  event.scope = scope;
  announce(event);
  const bool is_done = sync_locked(scope);
  event.what = is_done ? kind::synced : kind::sync_failed;
  disk_->tell(event);
  if (!is_done) detail::throw_os_error(errc::io, "simulated failure to sync", path_, std::errc::io_error);
}

inline bool simulated_file::sync_locked(sync_scope scope) {
  const std::unique_lock lock(disk_->mutex);
  require_alive();
  ++disk_->syncs;
  auto& fault = disk_->fault;
  if (fault && fault->sync-- == 0) {
    if (fault->reached) {
      random_cut chooser(*fault->reached);
      chooser.begin(disk_->oldest_pending(), disk_->sequence);
      node_->durable.fail_sync(node_->number, chooser);
    } else {
      uniform_cut chooser;
      node_->durable.fail_sync(node_->number, chooser);
    }
    fault.reset();
    return false;
  }
  if (!disk_->syncs_lie) node_->durable.sync(scope);
  return true;
}

inline bool simulated_file::try_lock(lock_mode mode) {
  if (mode == lock_mode::exclusive) require_writable();
  const std::unique_lock lock(disk_->mutex);
  require_alive();
  const bool granted = node_->locks.exchange(held_, mode);
  if (granted) held_ = mode;
  return granted;
}

}  // namespace macaw::inline MACAW_ABI::testing
