// SPDX-License-Identifier: MIT

#include <macaw/codec/standard.hpp>

#include "support/catch.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace {

struct user {
  std::string name;
  std::uint32_t age;
};

}  // namespace

template <>
struct macaw::codec<user> : macaw::struct_codec<&user::name, &user::age> {};

namespace {

/// Takes its arguments as tables do.
template <class Key, class Value>
struct row_writer {
  using key_codec = macaw::key_codec_for<Key>;
  using value_codec = macaw::value_codec_for<Value>;

  static std::size_t put(typename key_codec::argument_type key, typename value_codec::argument_type value) {
    return key_codec::size(key) + value_codec::size(value);
  }
};

}  // namespace

TEST_CASE("rows are written with braces, literals and numbers") {
  CHECK(row_writer<std::string, user>::put("ada", {"Ada Lovelace", 36}) == 3 + 17);
  CHECK(row_writer<std::string, user>::put(std::string("ada"), {.name = "Ada", .age = 36}) == 3 + 8);
  CHECK(row_writer<std::uint64_t, std::string>::put(7, "boot") == 8 + 4);
  CHECK(row_writer<std::tuple<std::string, std::uint32_t>, std::string>::put({"tree", 3}, "a line") == 9 + 6);
  CHECK(row_writer<std::pair<std::string, int>, std::optional<std::string>>::put({"tree", 3}, std::nullopt) == 9 + 1);
  CHECK(row_writer<macaw::descending<std::uint64_t>, std::monostate>::put(7, {}) == 8);
  CHECK(row_writer<std::tuple<user, int>, std::tuple<user, int>>::put({{"ada", 1}, 2}, {{"ada", 1}, 2}) == 12 + 13);
  CHECK(row_writer<std::array<std::int32_t, 2>, std::variant<int, std::string>>::put({1, 2}, "text") == 8 + 5);
  CHECK(row_writer<std::tuple<std::optional<int>, std::string>, bool>::put({5, "five"}, true) == 9 + 1);
}
