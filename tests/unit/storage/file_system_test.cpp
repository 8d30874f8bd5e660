// SPDX-License-Identifier: MIT
//
// The storage concepts refuse a model that lacks any one of their requirements. What the models that
// are accepted must do is in tests/conformance.

#include <macaw/bytes.hpp>
#include <macaw/storage/file_system.hpp>
#include <macaw/storage/memory_files.hpp>
#include <macaw/storage/posix_files.hpp>

#include "support/catch.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace {

using macaw::bytes_view;
using macaw::file_identity;
using macaw::lock_mode;
using macaw::open_mode;
using macaw::sync_scope;

using into_type = std::span<std::byte>;
using pieces_type = std::span<const bytes_view>;

struct complete_file {
  struct mapping {
    bytes_view bytes() const noexcept;
  };
  std::uint64_t size() const;
  std::size_t read(std::uint64_t, into_type) const;
  std::size_t read_uncached(std::uint64_t, into_type) const;
  void write(std::uint64_t, pieces_type);
  void allocate(std::uint64_t, std::uint64_t);
  void truncate(std::uint64_t);
  void sync(sync_scope);
  bool try_lock(lock_mode);
  file_identity identity() const noexcept;
  mapping map(std::uint64_t) const;
};
static_assert(macaw::file<complete_file>);
static_assert(macaw::mappable_file<complete_file>);
static_assert(!macaw::eager_file<complete_file>);

struct eager : complete_file {
  void begin_sync(std::uint64_t offset, std::uint64_t size) noexcept { asked = offset + size; }
  std::uint64_t asked = 0;
};
static_assert(macaw::eager_file<eager>);

struct eager_throwing : complete_file {
  void begin_sync(std::uint64_t, std::uint64_t);
};
struct eager_answering : complete_file {
  bool begin_sync(std::uint64_t, std::uint64_t) noexcept;
};
static_assert(!macaw::eager_file<eager_throwing>);
static_assert(!macaw::eager_file<eager_answering>);

struct warmable : complete_file {
  void warm(std::uint64_t, std::uint64_t) noexcept;
};
struct warmable_throwing : complete_file {
  void warm(std::uint64_t, std::uint64_t);
};
static_assert(macaw::warmable_file<warmable>);
static_assert(!macaw::warmable_file<complete_file>);
static_assert(!macaw::warmable_file<warmable_throwing>);

struct sealable : complete_file {
  void seal(std::uint64_t) noexcept;
  std::optional<std::uint64_t> sealed() const noexcept;
};
struct sealable_throwing : sealable {
  void seal(std::uint64_t);
};
struct sealable_unasked : complete_file {
  void seal(std::uint64_t) noexcept;
};
struct sealable_changing : sealable {
  std::optional<std::uint64_t> sealed() noexcept;
};
struct sealable_certain : sealable {
  std::uint64_t sealed() const noexcept;
};
static_assert(macaw::sealable_file<sealable>);
static_assert(!macaw::sealable_file<complete_file>);
static_assert(!macaw::sealable_file<sealable_throwing>);
static_assert(!macaw::sealable_file<sealable_unasked>);
static_assert(!macaw::sealable_file<sealable_changing>);
static_assert(!macaw::sealable_file<sealable_certain>);

// Each hides exactly one member of the complete model behind one that will not do.
// clang-format off
struct not_movable : complete_file { not_movable(not_movable&&) = delete; };
struct size_hidden : complete_file { void size() const = delete; };
struct size_narrow : complete_file { std::uint32_t size() const; };
struct size_changing : complete_file { std::uint64_t size(); };
struct read_hidden : complete_file { void read() const = delete; };
struct read_changing : complete_file { std::size_t read(std::uint64_t, into_type); };
struct read_silent : complete_file { void read(std::uint64_t, into_type) const; };
struct read_narrow : complete_file { std::size_t read(std::uint64_t, std::string_view) const; };
struct read_uncached_hidden : complete_file { void read_uncached() const = delete; };
struct read_uncached_changing : complete_file { std::size_t read_uncached(std::uint64_t, into_type); };
struct write_hidden : complete_file { void write() = delete; };
struct write_partial : complete_file { std::size_t write(std::uint64_t, pieces_type); };
struct write_single : complete_file { void write(std::uint64_t, bytes_view); };
struct allocate_hidden : complete_file { void allocate() = delete; };
struct allocate_coded : complete_file { int allocate(std::uint64_t, std::uint64_t); };
struct truncate_hidden : complete_file { void truncate() = delete; };
struct truncate_coded : complete_file { int truncate(std::uint64_t); };
struct sync_hidden : complete_file { void sync() = delete; };
struct sync_coded : complete_file { bool sync(sync_scope); };
struct try_lock_hidden : complete_file { void try_lock() = delete; };
struct try_lock_silent : complete_file { void try_lock(lock_mode); };
struct identity_hidden : complete_file { void identity() const = delete; };
struct identity_throwing : complete_file { file_identity identity() const; };
struct identity_path : complete_file { std::string_view identity() const noexcept; };
// clang-format on
static_assert(!macaw::file<not_movable>);
static_assert(!macaw::file<size_hidden> && !macaw::file<size_narrow> && !macaw::file<size_changing>);
static_assert(!macaw::file<read_hidden> && !macaw::file<read_changing>);
static_assert(!macaw::file<read_silent> && !macaw::file<read_narrow>);
static_assert(!macaw::file<read_uncached_hidden> && !macaw::file<read_uncached_changing>);
static_assert(!macaw::file<write_hidden> && !macaw::file<write_partial> && !macaw::file<write_single>);
static_assert(!macaw::file<allocate_hidden> && !macaw::file<allocate_coded>);
static_assert(!macaw::file<truncate_hidden> && !macaw::file<truncate_coded>);
static_assert(!macaw::file<sync_hidden> && !macaw::file<sync_coded>);
static_assert(!macaw::file<try_lock_hidden> && !macaw::file<try_lock_silent>);
static_assert(!macaw::file<identity_hidden> && !macaw::file<identity_throwing> && !macaw::file<identity_path>);
static_assert(!macaw::file<int>);

struct map_hidden : complete_file {
  void map() const = delete;
};
struct map_changing : complete_file {
  mapping map(std::uint64_t);
};
struct map_pointer : complete_file {
  const std::byte* map(std::uint64_t) const;
};
struct mapping_pinned : complete_file {
  struct mapping {
    mapping(mapping&&) = delete;
    bytes_view bytes() const noexcept;
  };
  mapping map(std::uint64_t) const;
};
struct mapping_throwing : complete_file {
  struct mapping {
    bytes_view bytes() const;
  };
  mapping map(std::uint64_t) const;
};
struct mapping_writable : complete_file {
  struct mapping {
    into_type bytes() const noexcept;
  };
  mapping map(std::uint64_t) const;
};
struct mapping_hidden : complete_file {
  struct mapping {};
  mapping map(std::uint64_t) const;
};
static_assert(macaw::file<map_hidden> && !macaw::mappable_file<map_hidden>);
static_assert(!macaw::mappable_file<map_changing>);
static_assert(!macaw::mappable_file<map_pointer>);
static_assert(!macaw::mappable_file<mapping_pinned>);
static_assert(!macaw::mappable_file<mapping_throwing>);
static_assert(!macaw::mappable_file<mapping_writable>);
static_assert(!macaw::mappable_file<mapping_hidden>);
static_assert(!macaw::mappable_file<sync_hidden>);

struct complete_system {
  using file_type = complete_file;
  file_type open(std::string_view, open_mode);
  bool exists(std::string_view);
  void rename(std::string_view, std::string_view);
  bool rename_new(std::string_view, std::string_view);
  bool remove(std::string_view);
  void sync_directory(std::string_view);
};
static_assert(macaw::file_system<complete_system>);

// clang-format off
struct not_copyable : complete_system { not_copyable(const not_copyable&) = delete; };
struct file_type_hidden : complete_system { using file_type = void; };
struct file_type_poor : complete_system { using file_type = sync_hidden; sync_hidden open(std::string_view, open_mode); };
struct open_hidden : complete_system { void open() = delete; };
struct open_other : complete_system { map_hidden open(std::string_view, open_mode); };
struct exists_hidden : complete_system { void exists() = delete; };
struct exists_silent : complete_system { void exists(std::string_view); };
struct rename_hidden : complete_system { void rename() = delete; };
struct rename_coded : complete_system { bool rename(std::string_view, std::string_view); };
struct rename_new_hidden : complete_system { void rename_new() = delete; };
struct rename_new_silent : complete_system { void rename_new(std::string_view, std::string_view); };
struct remove_hidden : complete_system { void remove() = delete; };
struct remove_silent : complete_system { void remove(std::string_view); };
struct sync_directory_hidden : complete_system { void sync_directory() = delete; };
struct sync_directory_coded : complete_system { int sync_directory(std::string_view); };
// clang-format on
static_assert(!macaw::file_system<not_copyable>);
static_assert(!macaw::file_system<file_type_hidden> && !macaw::file_system<file_type_poor>);
static_assert(!macaw::file_system<open_hidden> && !macaw::file_system<open_other>);
static_assert(!macaw::file_system<exists_hidden> && !macaw::file_system<exists_silent>);
static_assert(!macaw::file_system<rename_hidden> && !macaw::file_system<rename_coded>);
static_assert(!macaw::file_system<rename_new_hidden> && !macaw::file_system<rename_new_silent>);
static_assert(!macaw::file_system<remove_hidden> && !macaw::file_system<remove_silent>);
static_assert(!macaw::file_system<sync_directory_hidden> && !macaw::file_system<sync_directory_coded>);
static_assert(!macaw::file_system<int>);

static_assert(macaw::file_system<macaw::posix_files> && macaw::file<macaw::posix_file>);
static_assert(macaw::file_system<macaw::memory_files> && macaw::mappable_file<macaw::memory_file>);

TEST_CASE("files that want to know are told what will be synced, and others are not", "[storage]") {
  eager told;
  complete_file untold;
  macaw::detail::begin_sync(told, 40, 2);
  macaw::detail::begin_sync(untold, 40, 2);
  CHECK(told.asked == 42);
}

TEST_CASE("identities are equal when both device and node are", "[storage]") {
  CHECK(file_identity{1, 2} == file_identity{1, 2});
  CHECK_FALSE(file_identity{1, 2} == file_identity{1, 3});
  CHECK_FALSE(file_identity{1, 2} == file_identity{2, 2});
}

}  // namespace
