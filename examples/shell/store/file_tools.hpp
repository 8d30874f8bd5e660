// SPDX-License-Identifier: MIT
//
// What can be done with files of one page size: opening them, and what needs no open database.

#pragma once

#include "store/store.hpp"

#include <macaw/ops/backup.hpp>
#include <macaw/ops/salvage.hpp>
#include <macaw/options.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

namespace macaw_shell {

/// Gives the bytes of a backup, in order; 0 at the end.
using bytes_source = std::function<std::size_t(std::span<std::byte>)>;

class file_tools {
 public:
  file_tools() = default;
  file_tools(const file_tools&) = delete;
  file_tools& operator=(const file_tools&) = delete;
  virtual ~file_tools() = default;

  [[nodiscard]] virtual std::unique_ptr<store> open(const std::string& path, pager_choice pager,
                                                    const macaw::open_options& options) const = 0;
  /// A file that need not be fit to be opened. Errors: `locked`, `io`.
  [[nodiscard]] virtual std::unique_ptr<file_view> view(const std::string& path) const = 0;
  /// Checks a file that nobody has open for writing.
  [[nodiscard]] virtual macaw::check_report verify(const std::string& path,
                                                   macaw::progress_callback callback) const = 0;
  virtual macaw::restore_report restore(const bytes_source& source, const std::string& to,
                                        const macaw::restore_options& options,
                                        macaw::progress_callback callback) const = 0;
  virtual macaw::salvage_report salvage(const std::string& from, const std::string& to,
                                        const macaw::salvage_options& options,
                                        macaw::progress_callback callback) const = 0;
};

/// For pages of this size and a checksum with this id; defined in a unit of its own for each size.
template <std::size_t PageSize>
[[nodiscard]] const file_tools& sized_tools(std::uint32_t checksum_id);

/// For a file that need not be fit to be opened: its page size is guessed where its meta pages do not tell it.
/// Errors: `not_macaw` where nothing tells it; `io`; as below.
[[nodiscard]] const file_tools& tools_for_file(const std::string& path);

/// For a page size that is known at run time only.
/// Errors: `unsupported_feature` for a checksum or a page size that this program was not built for.
[[nodiscard]] const file_tools& tools_for(std::size_t page_size, std::uint32_t checksum_id);

}  // namespace macaw_shell
