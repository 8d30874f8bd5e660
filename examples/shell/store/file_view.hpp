// SPDX-License-Identifier: MIT
//
// Looking into a file whatever its page size is: what `macaw::basic_inspector` offers, for commands.
// `sized_file_view.hpp` implements it over the library.

#pragma once

#include <macaw/ids.hpp>
#include <macaw/ops/page_info.hpp>
#include <macaw/ops/progress.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>

namespace macaw_shell {

/// Is called for each page of a walk. The argument borrows for the call.
using page_visitor = std::function<void(const macaw::visited_page&)>;

/// An open database, or a file that need not be fit to be opened.
class file_view {
 public:
  file_view() = default;
  file_view(const file_view&) = delete;
  file_view& operator=(const file_view&) = delete;
  virtual ~file_view() = default;

  [[nodiscard]] virtual std::size_t page_size() const = 0;
  /// Pages of the file, behind the mark too.
  [[nodiscard]] virtual std::uint32_t file_pages() const = 0;
  [[nodiscard]] virtual macaw::inspected_metas metas() const = 0;
  /// Nothing where the file has no such page.
  [[nodiscard]] virtual std::optional<macaw::inspected_page> page(macaw::page_id page,
                                                                  std::size_t entries_max) const = 0;
  /// The pages that the state reaches: the catalog's first, then table by table; a page before those below it.
  virtual macaw::walk_report walk(const page_visitor& visit, macaw::progress_callback callback) const = 0;
  /// Errors: `corrupt` where the space map does not read, `would_deadlock` where a write transaction is open.
  [[nodiscard]] virtual macaw::space_report space() const = 0;
};

}  // namespace macaw_shell
