// SPDX-License-Identifier: MIT
//
// What macaw asks of the outside world: files, and the names they go by. Layer 2 (storage).
//
// Every effect on the outside goes through these concepts, so that a full disk, a failing sync or a
// power cut is one more model. Models here: posix_files.hpp, memory_files.hpp, interprocess_files.hpp,
// testing/faulty_files.hpp, testing/simulated_files.hpp. `tests/conformance/file_system_conformance.hpp`
// checks every law below; a new model joins it with one line.
//
// Laws common to all expressions:
//  1. A failing operation raises `macaw::error`; no code is returned and no failed sync is retried.
//  2. Interrupted and short calls are the model's business, never the caller's.
//  3. `const` members may be called from many threads at once, also while one thread calls the others
//     on bytes that nobody is reading.
//  4. An error that the system reported keeps its code: `error::os_code()`. For a name that is missing
//     it equals `std::errc::no_such_file_or_directory`, for one that is taken `std::errc::file_exists`.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/macros.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace macaw::inline MACAW_ABI {

/// What a sync makes durable.
enum class sync_scope : std::uint8_t {
  data,           ///< the bytes written; of a length that has changed nothing is promised
  data_and_size,  ///< the bytes and the length
};

/// How a file is locked against others.
enum class lock_mode : std::uint8_t {
  none,       ///< not at all
  shared,     ///< together with other shared locks
  exclusive,  ///< by one alone; asks that the file was opened for writing
};

/// How a file is opened.
enum class open_mode : std::uint8_t {
  read_only,   ///< an existing file; changes raise `errc::read_only`
  read_write,  ///< an existing file
  create_new,  ///< a new, empty file for reading and writing; an existing name is refused
};

/// Names a file whatever its path: equal if and only if two open files are the same one.
struct file_identity {
  std::uint64_t device = 0;
  std::uint64_t node = 0;

  friend constexpr bool operator==(const file_identity&, const file_identity&) = default;
};

/// An open file. It is closed, and its lock released, by its destructor.
///
///     expression               returns     errors    meaning
///     c.size()                 bytes       io        the length now
///     c.read(offset, into)     bytes read  io        short only where the file ends
///     c.read_uncached(         bytes read  io        as `read`, but what the device holds, as far as the system
///       offset, into)                                can tell
///     f.write(offset, pieces)              io        all pieces, one after another from `offset`; grows the file,
///                                          no_space  and a gap reads as zeros; on error any bytes within that
///                                                    range may be changed, none outside
///     f.allocate(offset, size)             io        later writes there cannot fail for space; grows the file
///                                          no_space  with zeros; keeps contents and never shrinks
///     f.truncate(size)                     io        sets the length; what is added reads as zeros; never called
///                                          no_space  while a mapped byte beyond `size` is in use
///     f.sync(scope)                        io        at return all earlier writes are durable, with
///                                          no_space  `data_and_size` the length too; after an error nothing is
///                                                    known, and it is not retried; `read_only` where the medium
///                                                    cannot be written at all
///     f.try_lock(mode)         got it      io        belongs to this open file, not to the process: another
///                                                    opening conflicts, and closing another handle keeps it;
///                                                    replaces the lock held; `none` releases and always succeeds;
///                                                    where false, nothing has changed
///     c.identity()             device,     none      equal if and only if the same file, by whatever path
///                              node
///
/// `write`, `allocate`, `truncate` and an exclusive lock raise `read_only` on a file opened for reading.
template <class F>
concept file = std::movable<F> &&
    // clang-format off
    requires(F& f, const F& c, std::uint64_t offset, std::uint64_t size, std::span<std::byte> into,
             std::span<const bytes_view> pieces, sync_scope scope, lock_mode mode) {
  { c.size() } -> std::same_as<std::uint64_t>;
  { c.read(offset, into) } -> std::same_as<std::size_t>;
  { c.read_uncached(offset, into) } -> std::same_as<std::size_t>;
  { f.write(offset, pieces) } -> std::same_as<void>;
  { f.allocate(offset, size) } -> std::same_as<void>;
  { f.truncate(size) } -> std::same_as<void>;
  { f.sync(scope) } -> std::same_as<void>;
  { f.try_lock(mode) } -> std::same_as<bool>;
  { c.identity() } noexcept -> std::same_as<file_identity>;
};
// clang-format on

/// A file that can begin to make bytes durable.
///
///     expression                 errors  meaning
///     f.begin_sync(offset, size) none    the system may begin to write these bytes to the medium: the next `sync`
///                                        will ask for them; promises nothing
template <class F>
concept eager_file = file<F> && requires(F& f, std::uint64_t offset, std::uint64_t size) {
  { f.begin_sync(offset, size) }
  noexcept->std::same_as<void>;
};

/// A file that can be brought into memory before it is read or written.
///
///     expression           errors  meaning
///     f.warm(offset, size) none    the system may bring these bytes, which lie within the file, into its cache, in
///                                  pieces as large as it can map at once; promises nothing
template <class F>
concept warmable_file = file<F> && requires(F& f, std::uint64_t offset, std::uint64_t size) {
  { f.warm(offset, size) }
  noexcept->std::same_as<void>;
};

/// A file that can carry a number until somebody changes it.
///
///     expression      returns         errors  meaning
///     f.seal(number)                  none    the file carries the number from now on; or nothing happens
///     c.sealed()      maybe a number  none    that of the last seal, if the system shows the same bytes and length as
///                                             then, from the same cache: nobody has written to the file since or set
///                                             its length, and the power has stayed; may be nothing at any time
template <class F>
concept sealable_file = file<F> && requires(F& f, const F& c, std::uint64_t number) {
  { f.seal(number) }
  noexcept->std::same_as<void>;
  { c.sealed() }
  noexcept->std::same_as<std::optional<std::uint64_t>>;
};

namespace detail {

/// Tells a file, if it is one that wants to know, that bytes just written will be synced.
template <file F>
void begin_sync(F& to, std::uint64_t offset, std::uint64_t size) noexcept {
  if constexpr (eager_file<F>) to.begin_sync(offset, size);
}

}  // namespace detail

/// A file that can show its bytes in memory.
///
///     expression   returns       errors  meaning
///     c.map(size)  mapping       io      the first `size` bytes, at least one; may reach past the end, and then
///                                        shows what the file grows to; only bytes within the file may be touched
///     m.bytes()    `size` bytes  none    at an address that never changes, also when the mapping is moved; shows
///                                        what `write` wrote at once; never written through; outlives the file
///                                        that it came from
///
/// A mapping of many gigabytes costs address space, not memory; where the system grants less, `map`
/// raises `io` and the caller may ask for less.
template <class F>
concept mappable_file = file<F> && std::movable<typename F::mapping> &&
    // clang-format off
    requires(const F& c, std::uint64_t size, const typename F::mapping& m) {
  { c.map(size) } -> std::same_as<typename F::mapping>;
  { m.bytes() } noexcept -> std::same_as<bytes_view>;
};
// clang-format on

/// The names of files. Copies name the same files.
///
///     expression               returns    errors     meaning
///     s.open(path, mode)       file       io         see `open_mode`; nothing but `create_new` creates a name
///                                         no_space
///     s.exists(path)           bool       io         whether the name is there
///     s.rename(path, to)                  io         `to` names the file from now on, at once and in place of
///                                                    what it named before; open files stay good
///     s.rename_new(path, to)   done       io         as `rename`, but false, with nothing changed, if `to`
///                                                    exists: of two that race one succeeds
///     s.remove(path)           was there  io         the name is gone; open files stay good
///     s.sync_directory(path)              io         what was created, renamed and removed in the directory
///                                                    that holds `path` is durable at return, and not before
///
/// All but `exists` raise `read_only` where the medium or the user's rights forbid the change.
template <class S>
concept file_system = std::copy_constructible<S> && file<typename S::file_type> &&
    requires(S& s, std::string_view path, std::string_view to, open_mode mode) {
  { s.open(path, mode) } -> std::same_as<typename S::file_type>;
  { s.exists(path) } -> std::same_as<bool>;
  { s.rename(path, to) } -> std::same_as<void>;
  { s.rename_new(path, to) } -> std::same_as<bool>;
  { s.remove(path) } -> std::same_as<bool>;
  { s.sync_directory(path) } -> std::same_as<void>;
};

}  // namespace macaw::inline MACAW_ABI
