// SPDX-License-Identifier: MIT
//
// Files that live in memory: a model of `file_system` for tests and for databases that need no disk.
// Layer 2 (storage).
//
// Invariants:
//  1. The bytes of a file are one reservation, which `map` shows as it is: a mapping costs nothing and
//     sees every write at once.
//  2. A reservation that is outgrown stays, and is written as well, while somebody has it mapped.
//  3. Bytes of a reservation at or beyond the file's size are zero.
//
// Thread safety: every member from any thread, but a file's changing members from one at a time.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/base/file_range.hpp>
#include <macaw/detail/base/os_error.hpp>
#include <macaw/detail/memory/reserved_bytes.hpp>
#include <macaw/error.hpp>
#include <macaw/macros.hpp>
#include <macaw/storage/file_system.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace macaw::inline MACAW_ABI {
namespace detail {

/// Who has a file of ours locked. Not synchronised.
class lock_table {
 public:
  /// Exchanges the lock `held` for `wanted`; false where others are in the way, and nothing has changed.
  [[nodiscard]] bool exchange(lock_mode held, lock_mode wanted) noexcept {
    const bool others_exclusive = exclusive_ && held != lock_mode::exclusive;
    const std::size_t others_shared = shared_ - (held == lock_mode::shared ? 1U : 0U);
    if (wanted != lock_mode::none && others_exclusive) return false;
    if (wanted == lock_mode::exclusive && others_shared != 0) return false;
    exclusive_ = others_exclusive || wanted == lock_mode::exclusive;
    shared_ = others_shared + (wanted == lock_mode::shared ? 1U : 0U);
    return true;
  }

 private:
  std::size_t shared_ = 0;
  bool exclusive_ = false;
};

/// The bytes of a file in memory, whatever its names and handles.
class memory_node {
 public:
  memory_node() noexcept = default;
  memory_node(const memory_node&) = delete;
  memory_node& operator=(const memory_node&) = delete;

  /// The node's address: nobody alive shares it, and nothing on a disk has such a device.
  [[nodiscard]] file_identity identity() const noexcept {
    return {~std::uint64_t{0}, reinterpret_cast<std::uintptr_t>(this)};
  }

  [[nodiscard]] std::uint64_t size() const {
    const std::shared_lock lock(mutex_);
    return size_;
  }

  [[nodiscard]] std::size_t read(std::uint64_t offset, std::span<std::byte> into) const {
    const std::shared_lock lock(mutex_);
    if (offset >= size_ || into.empty()) return 0;
    const std::size_t count = static_cast<std::size_t>(lesser(into.size(), size_ - offset));
    std::memcpy(into.data(), bytes_->data() + offset, count);
    return count;
  }

  void write(std::uint64_t offset, std::span<const bytes_view> pieces) {
    const std::uint64_t end = end_of(offset, pieces, "(a file in memory)");
    if (end == offset) return;
    const std::unique_lock lock(mutex_);
    reserve(end);
    for (const bytes_view piece : pieces) {
      put(*bytes_, offset, piece);
      for (const auto& older : outgrown_) {
        if (const auto bytes = older.lock()) put(*bytes, offset, piece);
      }
      offset += piece.size();
    }
    if (end > size_) size_ = end;
  }

  void allocate(std::uint64_t end) {
    const std::unique_lock lock(mutex_);
    if (end <= size_) return;
    reserve(end);
    size_ = end;
  }

  void truncate(std::uint64_t size) {
    const std::unique_lock lock(mutex_);
    if (size > size_) reserve(size);
    if (size < size_) {
      clear(*bytes_, size);
      for (const auto& older : outgrown_) {
        if (const auto bytes = older.lock()) clear(*bytes, size);
      }
    }
    size_ = size;
  }

  [[nodiscard]] std::shared_ptr<const reserved_bytes> map(std::uint64_t size) {
    const std::unique_lock lock(mutex_);
    reserve(size);
    return bytes_;
  }

  [[nodiscard]] bool exchange_lock(lock_mode held, lock_mode wanted) {
    const std::unique_lock lock(mutex_);
    return locks_.exchange(held, wanted);
  }

 private:
  // Addresses are cheap, so growth is generous.
  static constexpr std::size_t reservation_min = std::size_t{1} << 20;

  static std::uint64_t lesser(std::uint64_t a, std::uint64_t b) noexcept { return a < b ? a : b; }

  static void put(const reserved_bytes& bytes, std::uint64_t offset, bytes_view piece) noexcept {
    if (offset >= bytes.size() || piece.empty()) return;
    const std::size_t count = static_cast<std::size_t>(lesser(piece.size(), bytes.size() - offset));
    std::memcpy(bytes.data() + offset, piece.data(), count);
  }

  void clear(reserved_bytes& bytes, std::uint64_t from) {
    const std::uint64_t to = lesser(size_, bytes.size());
    if (from < to) bytes.clear(static_cast<std::size_t>(from), static_cast<std::size_t>(to));
  }

  void reserve(std::uint64_t size) {
    if (bytes_ != nullptr && size <= bytes_->size()) return;
    const std::uint64_t least = bytes_ == nullptr ? reservation_min : std::uint64_t{2} * bytes_->size();
    const std::uint64_t wanted = size < least ? least : size;
    if (wanted > std::size_t{0} - std::size_t{1}) throw_file_too_large("(a file in memory)");
    auto grown = std::make_shared<reserved_bytes>(static_cast<std::size_t>(wanted));
    if (size_ != 0) std::memcpy(grown->data(), bytes_->data(), static_cast<std::size_t>(size_));
    if (bytes_ != nullptr) {
      std::erase_if(outgrown_, [](const auto& older) { return older.expired(); });
      outgrown_.push_back(bytes_);
    }
    bytes_ = std::move(grown);
  }

  mutable std::shared_mutex mutex_;
  std::uint64_t size_ = 0;
  std::shared_ptr<reserved_bytes> bytes_;
  std::vector<std::weak_ptr<reserved_bytes>> outgrown_;
  lock_table locks_;
};

/// Bytes of a file in memory that stay where they are.
class memory_mapping {
 public:
  memory_mapping(std::shared_ptr<const reserved_bytes> bytes, std::size_t size) noexcept
      : bytes_(std::move(bytes)), size_(size) {}

  [[nodiscard]] bytes_view bytes() const noexcept { return {bytes_->data(), size_}; }

 private:
  std::shared_ptr<const reserved_bytes> bytes_;
  std::size_t size_;
};

}  // namespace detail

/// An open file of `memory_files`.
class memory_file {
 public:
  using mapping = detail::memory_mapping;

  memory_file(std::shared_ptr<detail::memory_node> node, open_mode mode) noexcept
      : node_(std::move(node)), writable_(mode != open_mode::read_only) {}
  memory_file(memory_file&& other) noexcept
      : node_(std::move(other.node_)), writable_(other.writable_), held_(std::exchange(other.held_, lock_mode::none)) {}
  memory_file& operator=(memory_file&& other) noexcept {
    memory_file taken(std::move(other));
    std::swap(node_, taken.node_);
    std::swap(writable_, taken.writable_);
    std::swap(held_, taken.held_);
    return *this;
  }
  ~memory_file() {
    if (held_ != lock_mode::none) static_cast<void>(node_->exchange_lock(held_, lock_mode::none));
  }

  [[nodiscard]] std::uint64_t size() const { return node_->size(); }
  std::size_t read(std::uint64_t offset, std::span<std::byte> into) const { return node_->read(offset, into); }
  std::size_t read_uncached(std::uint64_t offset, std::span<std::byte> into) const { return read(offset, into); }
  void write(std::uint64_t offset, std::span<const bytes_view> pieces) {
    require_writable();
    node_->write(offset, pieces);
  }
  void allocate(std::uint64_t offset, std::uint64_t size) {
    require_writable();
    const std::uint64_t end = detail::end_of(offset, size, path);
    if (size != 0) node_->allocate(end);
  }
  void truncate(std::uint64_t size) {
    require_writable();
    node_->truncate(detail::end_of(0, size, path));
  }
  void sync(sync_scope) {}
  [[nodiscard]] bool try_lock(lock_mode mode) {
    if (mode == lock_mode::exclusive) require_writable();
    const bool granted = node_->exchange_lock(held_, mode);
    if (granted) held_ = mode;
    return granted;
  }
  [[nodiscard]] file_identity identity() const noexcept { return node_->identity(); }
  /// Files in memory are open in this process or not at all.
  [[nodiscard]] bool open_elsewhere_in_process() const noexcept { return true; }
  [[nodiscard]] mapping map(std::uint64_t size) const { return {node_->map(size), static_cast<std::size_t>(size)}; }

 private:
  static constexpr std::string_view path = "(a file in memory)";

  void require_writable() const {
    if (!writable_) detail::throw_opened_for_reading(path);
  }

  std::shared_ptr<detail::memory_node> node_;
  bool writable_ = false;
  lock_mode held_ = lock_mode::none;
};

static_assert(mappable_file<memory_file>);

/// Names for files in memory, meant to be few. Copies share them; a file goes with its last name and handle.
class memory_files {
 public:
  using file_type = memory_file;

  memory_files() : names_(std::make_shared<names>()) {}

  [[nodiscard]] memory_file open(std::string_view path, open_mode mode) {
    const std::lock_guard lock(names_->mutex);
    auto* node = names_->find(path);
    if (mode == open_mode::create_new) {
      if (node != nullptr) fail("cannot create", path, std::errc::file_exists);
      names_->nodes.push_back({std::string(path), std::make_shared<detail::memory_node>()});
      node = &names_->nodes.back().second;
    }
    if (node == nullptr) fail("cannot open", path, std::errc::no_such_file_or_directory);
    return {*node, mode};
  }

  [[nodiscard]] bool exists(std::string_view path) {
    const std::lock_guard lock(names_->mutex);
    return names_->find(path) != nullptr;
  }

  void rename(std::string_view path, std::string_view to) {
    const std::lock_guard lock(names_->mutex);
    move_name(path, to);
  }

  [[nodiscard]] bool rename_new(std::string_view path, std::string_view to) {
    const std::lock_guard lock(names_->mutex);
    if (names_->find(path) != nullptr && names_->find(to) != nullptr) return false;
    move_name(path, to);
    return true;
  }

  bool remove(std::string_view path) {
    const std::lock_guard lock(names_->mutex);
    return names_->remove(path);
  }

  void sync_directory(std::string_view) {}

 private:
  using node_pointer = std::shared_ptr<detail::memory_node>;

  struct names {
    std::mutex mutex;
    std::vector<std::pair<std::string, node_pointer>> nodes;

    node_pointer* find(std::string_view path) noexcept {
      for (auto& [name, node] : nodes) {
        if (name == path) return &node;
      }
      return nullptr;
    }
    bool remove(std::string_view path) {
      return std::erase_if(nodes, [&](const auto& entry) { return entry.first == path; }) != 0;
    }
  };

  [[noreturn]] static void fail(std::string_view doing, std::string_view path, std::errc reason) {
    detail::throw_os_error(errc::io, doing, path, reason);
  }

  void move_name(std::string_view path, std::string_view to) {
    if (names_->find(path) == nullptr) fail("cannot rename", path, std::errc::no_such_file_or_directory);
    if (path == to) return;
    names_->remove(to);
    for (auto& [name, node] : names_->nodes) {
      if (name == path) name = to;
    }
  }

  std::shared_ptr<names> names_;
};

static_assert(file_system<memory_files>);

}  // namespace macaw::inline MACAW_ABI
