// SPDX-License-Identifier: MIT

#include "support/catch.hpp"

#include <macaw/detail/memory/poison.hpp>

#include <array>
#include <cstddef>

namespace {

TEST_CASE("Bytes that were poisoned and released again can be used") {
  alignas(64) std::array<std::byte, 256> bytes{};
  macaw::detail::poison_bytes(bytes.data(), bytes.size());
#if defined(__SANITIZE_ADDRESS__)
  CHECK(__asan_address_is_poisoned(bytes.data()) == 1);
#endif
  macaw::detail::unpoison_bytes(bytes.data(), bytes.size());
  bytes[17] = std::byte{3};
  CHECK(bytes[17] == std::byte{3});
}

}  // namespace
