// SPDX-License-Identifier: MIT
//
// The durable pagers, chosen when a test runs.

#pragma once

#include <cstdint>
#include <vector>

namespace macaw_test {

/// Which of the durable pagers keeps the pages.
enum class pager_kind : std::uint8_t { file, mapped };

/// The pagers that this build has.
[[nodiscard]] inline std::vector<pager_kind> pager_kinds() {
#if defined(MACAW_TEST_HAVE_BOOST)
  return {pager_kind::file, pager_kind::mapped};
#else
  return {pager_kind::file};
#endif
}

}  // namespace macaw_test
