// SPDX-License-Identifier: MIT

#include "support/catch.hpp"

#include <macaw/detail/memory/huge_pages.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

namespace {

using macaw::detail::huge_block;
using macaw::detail::huge_page_size;

static_assert(!std::is_copy_constructible_v<huge_block>);
static_assert(std::is_nothrow_move_constructible_v<huge_block>);

TEST_CASE("A huge block is aligned and writable, with the hint and without") {
  for (const bool hint : {false, true}) {
    const huge_block block(huge_page_size, hint);
    CHECK(reinterpret_cast<std::uintptr_t>(block.data()) % huge_page_size == 0);
    std::memset(block.data(), 7, huge_page_size);
    CHECK(block.data()[huge_page_size - 1] == std::byte{7});
  }
}

TEST_CASE("Moving a huge block moves its ownership, not its bytes") {
  huge_block a(huge_page_size, false);
  std::byte* const bytes = a.data();
  huge_block b(std::move(a));
  CHECK(a.data() == nullptr);
  CHECK(b.data() == bytes);
  huge_block c;
  CHECK(c.data() == nullptr);
  c = std::move(b);
  CHECK(c.data() == bytes);
}

}  // namespace
