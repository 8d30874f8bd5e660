// SPDX-License-Identifier: MIT
//
// Who wants to know what happens to simulated files. Layer 7 (testing).

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/macros.hpp>
#include <macaw/storage/file_system.hpp>

#include <cstdint>
#include <span>
#include <string_view>

namespace macaw::inline MACAW_ABI::testing {

/// Something that is about to happen to a file, or has just happened.
struct file_event {
  enum class kind : std::uint8_t {
    write,           ///< about to: `offset`, `pieces`
    set_length,      ///< about to: `size` is the new length
    sync,            ///< about to: `scope`
    synced,          ///< has happened: all that came before is durable
    sync_failed,     ///< has happened: it is about to be raised
    create,          ///< about to: a name is made
    rename,          ///< about to: `path` becomes `to`
    remove,          ///< about to
    sync_directory,  ///< about to
  };

  kind what{};
  std::string_view path{};  ///< as it was when the file was opened
  std::uint64_t file = 0;   ///< the file's number, where it has one yet
  std::uint64_t offset = 0;
  std::span<const bytes_view> pieces{};
  std::uint64_t size = 0;
  sync_scope scope = sync_scope::data;
  std::string_view to{};
};

/// A file's bytes that are about to be read. A mapping counts as a read of all that it shows.
struct file_read {
  std::string_view path{};  ///< as it was when the file was opened
  std::uint64_t file = 0;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

/// Is told of every effect on the disk before it takes place: what may be left by a cut just before it is what
/// `simulated_files::after_power_cut` gives from within the call. An exception leaves the effect undone.
class file_observer {
 public:
  virtual ~file_observer() = default;
  virtual void observe(const file_event& event) = 0;
  /// Is told of every read, by the thread that reads.
  virtual void observe_read(const file_read&) {}
};

}  // namespace macaw::inline MACAW_ABI::testing
