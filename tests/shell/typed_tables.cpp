// SPDX-License-Identifier: MIT
//
// A program with typed tables, for the tests of another one that knows their names only:
//
//     macaw_typed_tables make FILE     makes a file with one row in each table
//     macaw_typed_tables check FILE    reads the row that was added to each: ends with 0 if it is right
//     macaw_typed_tables hold FILE     has the file open until standard input ends; says "open" before

#include <macaw/macaw.hpp>

#include <array>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>

namespace {

struct user {
  std::string name;
  std::uint32_t age = 0;

  friend bool operator==(const user&, const user&) = default;
};

/// A codec of this program's own.
struct shout {
  using value_type = std::string;
  using view_type = std::string_view;
  using argument_type = std::string_view;
  static constexpr std::string_view name = "shop::shout";
  static constexpr std::size_t fixed_size = 0;
  static bool reads(std::string_view stored) noexcept { return stored == name; }
  static std::size_t size(std::string_view text) noexcept { return text.size() + 1; }
  static std::byte* encode(std::string_view text, std::byte* out) noexcept {
    for (const char c : text) *out++ = static_cast<std::byte>(c);
    *out = std::byte{'!'};
    return out + 1;
  }
  static std::optional<std::string_view> decode(macaw::bytes_view in) noexcept {
    if (in.empty() || in.back() != std::byte{'!'}) return std::nullopt;
    return macaw::as_text(in.first(in.size() - 1));
  }
  static std::string own(std::string_view view) { return std::string(view); }
};

}  // namespace

template <>
struct macaw::codec<user> : macaw::struct_codec<&user::name, &user::age> {};

namespace {

using any = std::variant<std::monostate, std::int64_t, std::string>;

constexpr macaw::table<std::string, user> users{"users"};
constexpr macaw::table<std::uint64_t, std::string> events{"events"};
constexpr macaw::table<std::tuple<std::string, std::uint32_t>, std::optional<double>> words{"words"};
constexpr macaw::table<macaw::descending<std::int32_t>, any> newest{"newest"};
constexpr macaw::table<std::uint8_t, shout> shouts{"shouts"};
constexpr macaw::table<std::uint32_t, std::array<std::uint64_t, 100>> wide{"wide"};

void make(const char* path) {
  auto db = macaw::database::open(path);
  db.write([](macaw::write_txn& txn) {
    txn[users].put("ada", {"Ada Lovelace", 36});
    txn[events].put(7, "boot");
    txn[words].put({"tree", 3}, 0.5);
    txn[newest].put(-1, std::int64_t{42});
    txn[shouts].put(1, "hey");
    txn[wide].put(1, {1, 2, 3});
  });
}

bool check(const char* path) {
  const auto db = macaw::database::open(path);
  return db.get(users, "zed") == user{"Zed", 1} && db.get(events, 8) == "halt" &&
         db.get(words, {"a b", 4}) == std::optional<std::optional<double>>(std::optional<double>()) &&
         db.get(newest, 5) == any("text") && db.get(shouts, 2) == "ho" && (*db.get(wide, 2))[99] == 9;
}

void hold(const char* path) {
  const auto db = macaw::database::open(path);
  std::puts("open");
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const std::string_view what = argv[1];
  try {
    if (what == "make") make(argv[2]);
    if (what == "hold") hold(argv[2]);
    if (what == "check") return check(argv[2]) ? 0 : 1;
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "%s\n", failure.what());
    return 2;
  }
  return 0;
}
