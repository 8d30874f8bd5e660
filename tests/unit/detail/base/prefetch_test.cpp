// SPDX-License-Identifier: MIT

#include <macaw/detail/base/prefetch.hpp>

#include "support/catch.hpp"

#include <cstddef>
#include <vector>

using macaw::detail::prefetch_bytes;
using macaw::detail::prefetch_line;
using macaw::detail::prefetch_page;

TEST_CASE("asking for memory changes nothing, whether or not there is any") {
  const std::vector<std::byte> page(512, std::byte{7});
  prefetch_page(page.data(), page.size());
  prefetch_line(page.data() + page.size());
  prefetch_line(nullptr);
  prefetch_bytes(page.data(), page.size());
  CHECK(page == std::vector<std::byte>(512, std::byte{7}));
}
