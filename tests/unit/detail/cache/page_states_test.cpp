// SPDX-License-Identifier: MIT

#include <macaw/detail/cache/page_states.hpp>

#include "support/catch.hpp"
#include "support/pager_bench.hpp"

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

using macaw::errc;
using macaw::page_id;
using macaw::detail::page_state;
using macaw::detail::page_states;
using macaw_test::raises;

TEST_CASE("A page is unknown, then proven, and proving it again changes nothing", "[cache]") {
  const auto states = std::make_unique<page_states>();
  CHECK(states->load(9) == page_state::unknown);
  CHECK_FALSE(states->is_valid(9));
  states->require_page(9);
  states->prove(9);
  states->prove(9);
  CHECK(states->is_valid(9));
}

TEST_CASE("A page goes from a claim to its publication and back to unknown", "[cache]") {
  const auto states = std::make_unique<page_states>();
  states->claim(9, 2);
  CHECK(states->load(10) == page_state::writing);
  CHECK(raises(errc::corrupt, [&] { states->require_page(9); }) == page_id{9});
  CHECK(raises(errc::corrupt, [&] { states->prove(9); }) == page_id{9});
  CHECK(states->load(9) == page_state::writing);
  states->publish(9);
  CHECK(states->is_valid(9));
  states->forget(9, 2);
  CHECK(states->load(9) == page_state::unknown);
  CHECK(states->load(10) == page_state::unknown);
  states->forget(1'000'000'000, 5);
}

TEST_CASE("A claim that meets a known page undoes itself", "[cache]") {
  const auto states = std::make_unique<page_states>();
  states->prove(12);
  CHECK(raises(errc::corrupt, [&] { states->claim(10, 5); }) == page_id{12});
  for (const std::uint32_t page : {10U, 11U, 13U, 14U}) CHECK(states->load(page) == page_state::unknown);
  CHECK(states->is_valid(12));
}

TEST_CASE("A piece is its first page and parts", "[cache]") {
  const auto states = std::make_unique<page_states>();
  CHECK_FALSE(states->is_piece(20, 3));
  states->prove_piece(20, 3);
  CHECK(states->is_piece(20, 3));
  CHECK(states->is_piece(20, 2));
  CHECK(states->load(22) == page_state::part);
  CHECK(raises(errc::corrupt, [&] { static_cast<void>(states->is_piece(20, 4)); }) == page_id{23});
  states->claim(30, 3);
  states->publish_piece(30, 3);
  CHECK(states->is_piece(30, 3));
}

TEST_CASE("Pieces that overlap are corrupt in whatever order they are seen", "[cache]") {
  const auto states = std::make_unique<page_states>();
  states->prove_piece(20, 4);
  CHECK(raises(errc::corrupt, [&] { states->prove_piece(18, 3); }) == page_id{20});
  CHECK(states->load(18) == page_state::unknown);
  CHECK(states->load(19) == page_state::unknown);
  CHECK_THROWS_AS(states->prove_piece(22, 4), macaw::error);
  CHECK(states->is_piece(20, 4));
}

TEST_CASE("Of a reader that proves a page and a writer that claims it one is refused", "[cache]") {
  const auto states = std::make_unique<page_states>();
  for (std::uint32_t page = 0; page < 2'000; ++page) {
    std::atomic<int> refused{0};
    const auto attempt = [&](auto action) {
      try {
        action();
      } catch (const macaw::error&) {
        ++refused;
      }
    };
    if (page % 100 == 0) {
      std::thread reader([&] { attempt([&] { states->prove(page); }); });
      attempt([&] { states->claim(page, 1); });
      reader.join();
    } else {
      attempt([&] { states->prove(page); });
      attempt([&] { states->claim(page, 1); });
    }
    CHECK(refused == 1);
  }
}
