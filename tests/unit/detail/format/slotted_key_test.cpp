// SPDX-License-Identifier: MIT

#include <macaw/detail/format/slotted_key.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "support/catch.hpp"

using namespace macaw::detail;

namespace {

std::uint32_t head(const std::string& key) {
  return head_of(reinterpret_cast<const std::byte*>(key.data()), key.size());
}

int order(const std::string& key, const std::string& prefix) {
  std::vector<std::byte> page(page_header_size);
  if (!prefix.empty()) std::memcpy(page.data() + header_field::prefix, prefix.data(), prefix.size());
  return compare_with_prefix({reinterpret_cast<const std::byte*>(key.data()), key.size()}, page.data(), prefix.size());
}

key_front front(const std::string& key) { return key_front(macaw::as_bytes(std::string_view(key))); }

}  // namespace

TEST_CASE("heads order as the first four bytes do, short keys as if zeros followed") {
  CHECK(head("") == 0);
  CHECK(head("a") == 0x61000000);
  CHECK(head("abcde") == 0x61626364);
  CHECK(head("ab") == head(std::string("ab\0\0", 4)));
  CHECK(head("ab") < head("abc"));
  CHECK(head("\xff") > head("\x7f\xff\xff\xff"));
}

TEST_CASE("a key is below, within or above a page's prefix") {
  CHECK(order("pre", "pre") == 0);
  CHECK(order("prefix", "pre") == 0);
  CHECK(order("pr", "pre") < 0);
  CHECK(order("", "pre") < 0);
  CHECK(order("pqz", "pre") < 0);
  CHECK(order("ps", "pre") > 0);
  CHECK(order("anything", "") == 0);
}

TEST_CASE("prefixes of any size are compared as bytes") {
  const std::string long_prefix = "some prefix of very many keys";
  for (std::size_t size = 1; size <= 20; ++size) {
    const std::string prefix = long_prefix.substr(0, size);
    for (const char* const tail : {"", "s", "\x01", "a long tail of a key"}) CHECK(order(prefix + tail, prefix) == 0);
    for (std::size_t at = 0; at < size; ++at) {
      for (const char* const tail : {"", "and a tail of it"}) {
        std::string key = prefix + tail;
        key[at] = static_cast<char>(prefix[at] + 1);
        CHECK(order(key, prefix) > 0);
        key[at] = static_cast<char>(prefix[at] - 1);
        CHECK(order(key, prefix) < 0);
        CHECK(order(prefix.substr(0, at), prefix) < 0);
      }
    }
  }
}

TEST_CASE("bytes that are short most of the time are compared as memcmp compares them") {
  const auto compare = [](const std::string& a, const std::string& b) {
    return compare_short(macaw::as_bytes(a).data(), macaw::as_bytes(b).data(), a.size());
  };
  for (std::size_t size = 0; size <= 80; ++size) {
    const std::string bytes(size, '\x7f');
    CHECK(compare(bytes, bytes) == 0);
    for (std::size_t at = 0; at < size; ++at) {
      std::string other = bytes;
      other[at] = '\x80';  // greater as a byte, less as a char that has a sign
      if (at + 1 < size) other[at + 1] = '\x00';
      CHECK(compare(bytes, other) < 0);
      CHECK(compare(other, bytes) > 0);
    }
  }
}

TEST_CASE("a longer prefix costs two keys hardly more than it saves them") {
  for (std::size_t shorter = 0; shorter <= prefix_size_max; ++shorter) {
    for (std::size_t longer = shorter; longer <= prefix_size_max; ++longer) {
      for (std::size_t size = longer; size < longer + 8; ++size) {
        const std::size_t before = prefix_end(shorter) + 2 * rest_size_of(size, shorter);
        REQUIRE(prefix_end(longer) + 2 * rest_size_of(size, longer) <= before + prefix_cost_max);
      }
    }
  }
}

TEST_CASE("what two keys share is found, up to what a page stores") {
  CHECK(common_prefix(front("abcdef"), front("abcxef")) == 3);
  CHECK(common_prefix(front("abc"), front("abcxef")) == 3);
  CHECK(common_prefix(front(""), front("x")) == 0);
  CHECK(common_prefix(front(std::string(31, 'a')), front(std::string(90, 'a'))) == 31);
  CHECK(common_prefix(front(std::string(900, 'a')), front(std::string(901, 'a'))) == prefix_size_max);
}
