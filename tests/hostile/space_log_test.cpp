// SPDX-License-Identifier: MIT
//
// The log of the space map, damaged in every way that a file may be: it is refused or sound.

#include "support/catch.hpp"
#include "support/random.hpp"
#include "support/space_life.hpp"

#include <macaw/detail/format/space_page.hpp>
#include <macaw/detail/space/space_map.hpp>
#include <macaw/detail/space/space_plan.hpp>
#include <macaw/error.hpp>
#include <macaw/ids.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using macaw::errc;
using macaw::page_ref;
using macaw::detail::space_map;
using macaw::detail::space_room;
using macaw_test::space_life;

/// Opens what may be nonsense: it is refused as corrupt, or accepted and sound.
void open_hostile(space_life& life, std::size_t& accepted, std::size_t& refused) {
  space_map map(space_life::first_page, space_room{6, 9});
  try {
    map.restore(life.durable().root, life.durable().statements, space_life::page_size, [&](page_ref ref) {
      try {
        return static_cast<const std::byte*>(life.disk(to_number(ref.id)).data());
      } catch (const std::out_of_range&) {
        macaw::detail::throw_corrupt(ref.id, "its checksum is wrong");
      }
    });
    ++accepted;
    REQUIRE(map.mark() == life.durable().root.mark);
    std::uint64_t pages = map.allocatable() + map.log_pages();
    REQUIRE(pages == map.free().total());
    REQUIRE(map.allocate(1) >= space_life::first_page);
  } catch (const macaw::error& failure) {
    ++refused;
    REQUIRE(failure.kind() == errc::corrupt);
  }
}

TEST_CASE("Nonsense in the log is corrupt or harmless, never undefined") {
  const std::uint64_t seed = macaw_test::seed();
  CAPTURE(seed);
  space_life life(space_room{6, 9}, seed);
  for (int i = 0; i < 120; ++i) {
    life.release();
    life.make_singles(1 + life.below(9));
    for (std::uint32_t j = life.below(6); j > 0 && life.objects().size() > 20; --j) life.drop(life.below(10));
    life.commit();
  }
  REQUIRE(life.map->log_pages() > 3);
  std::vector<std::uint32_t> log;
  life.map->for_each_log_page([&log](page_ref ref) { log.push_back(to_number(ref.id)); });
  const space_life::meta good = life.durable();
  std::size_t accepted = 0;
  std::size_t refused = 0;
  for (int round = 0; round < 5000; ++round) {
    const std::uint32_t page = log[life.below(static_cast<std::uint32_t>(log.size()))];
    const std::vector<std::byte> saved = life.disk(page);
    for (std::uint32_t i = 1 + life.below(4); i > 0; --i) {
      switch (life.below(5)) {
        case 0: life.disk(page)[life.below(512)] = static_cast<std::byte>(life.random()); break;
        case 1: life.disk(page)[life.below(200)] ^= static_cast<std::byte>(1U << life.below(8)); break;
        case 2: {
          auto& statements = life.durable().statements;
          if (!statements.empty()) {
            statements[life.below(static_cast<std::uint32_t>(statements.size()))] ^=
                static_cast<std::byte>(1U << life.below(8));
          }
          break;
        }
        case 3: life.durable().statements.resize(life.below(60)); break;
        default:
          switch (life.below(6)) {
            case 0: life.durable().root.tail = life.below(2) == 0 ? life.random() : life.below(50); break;
            case 1: life.durable().root.sweep_index = life.below(2) == 0 ? life.random() : life.below(50); break;
            case 2: life.durable().root.sweep_address = static_cast<std::uint32_t>(life.random()); break;
            case 3:
              life.durable().root.mark =
                  static_cast<std::uint32_t>(life.random() >> (32 + life.below(32))) & 0xF0FF'FFFFU;
              break;
            case 4: life.durable().root.head.id = macaw::page_id{life.below(200)}; break;
            default: life.durable().root.mark = life.below(300);
          }
      }
    }
    open_hostile(life, accepted, refused);
    life.disk(page) = saved;
    life.durable() = good;
  }
  CHECK(refused > 300);
  open_hostile(life, accepted, refused);
  life.reopen();
}

TEST_CASE("A hundred thousand hostile statements are read in proportion to their number") {
  std::vector<std::byte> statements;
  const auto say = [&statements](macaw::detail::space_word_kind kind, std::uint32_t first, std::uint32_t pages) {
    statements.resize(statements.size() + 8);
    const macaw::detail::space_word word = macaw::detail::make_space_word(kind, first, pages);
    macaw::detail::store_space_words(statements.data() + statements.size() - 8, {&word, 1});
  };
  using kind = macaw::detail::space_word_kind;
  constexpr std::uint32_t mark = 20'000'000;
  for (std::uint32_t round = 0; round < 4; ++round) {
    for (std::uint32_t i = 0; i < 25'000; ++i) say(kind::used, 100 + 2 * i, 1);
    say(kind::free, 100, 60'000);
    for (std::uint32_t i = 0; i < 10; ++i) say(kind::state, 16, mark - 16);
    say(kind::free, 16, mark - 16);
  }
  space_map map(16, space_room{230, 47});
  map.restore({{}, 0, 16, 0, mark}, statements, 512, [](page_ref) -> const std::byte* { return nullptr; });
  CHECK(map.allocatable() == mark - 16);
}

TEST_CASE("A statement in the meta page that no log page has room for is refused, not moved out for ever") {
  using kind = macaw::detail::space_word_kind;
  constexpr std::uint32_t mark = 1000;
  std::vector<macaw::detail::space_word> words{macaw::detail::make_space_word(kind::state, 16, mark - 16)};
  for (std::uint32_t i = 0; i < 229; ++i) words.push_back(macaw::detail::make_space_word(kind::listed, 20 + 2 * i, 1));
  std::vector<std::byte> statements(words.size() * 8);
  macaw::detail::store_space_words(statements.data(), words);
  space_map map(16, space_room{230, 47});
  const auto restore = [&] {
    map.restore({{}, 0, 16, 0, mark}, statements, 512, [](page_ref) -> const std::byte* { return nullptr; });
  };
  CHECK_THROWS_AS(restore(), macaw::error);
}

TEST_CASE("A log page that says it is younger than the file is dropped like any other") {
  using kind = macaw::detail::space_word_kind;
  constexpr std::uint32_t mark = 1000;
  constexpr std::uint32_t log_page = 900;
  std::vector<macaw::detail::space_word> words;
  for (std::uint32_t i = 0; i < 6; ++i) words.push_back(macaw::detail::make_space_word(kind::used, 20 + 2 * i, 1));
  std::vector<std::byte> statements(words.size() * 8);
  macaw::detail::store_space_words(statements.data(), words);
  std::vector<std::byte> page(512);
  macaw::detail::format_space_page(page.data(), 512, 0, {}, {});
  space_map map(16, space_room{6, 9});
  const page_ref head{macaw::page_id{log_page}, 1'000'000};
  map.restore({head, 0, 16, 0, mark}, statements, 512, [&](page_ref) { return page.data(); });
  {
    const macaw::detail::page_run used[] = {{map.allocate(1), 1}};
    macaw::detail::space_plan plan(map, 11, {}, used);
    REQUIRE(plan.pages().size() > 0);
    plan.adopt();
  }
  CHECK(map.pending() == 1);
  const std::uint64_t before = map.allocatable();
  map.release({});
  CHECK(map.allocatable() == before + 1);
}

}  // namespace
