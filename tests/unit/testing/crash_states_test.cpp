// SPDX-License-Identifier: MIT

#include <macaw/testing/crash_states.hpp>

#include "support/catch.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

using macaw::open_mode;
using macaw::sync_scope;
using macaw::testing::crash_choice;
using macaw::testing::crash_plan;
using macaw::testing::crash_states;
using macaw::testing::crash_window;
using macaw::testing::simulated_files;

/// A disk with one pending write that changes so many sectors.
simulated_files disk_of(std::size_t sectors, char with = 'x') {
  simulated_files disk;
  auto file = disk.open("a", open_mode::create_new);
  const std::string before(sectors * 512, '.');
  const std::array durable{macaw::as_bytes(std::string_view(before))};
  file.write(0, durable);
  file.sync(sync_scope::data_and_size);
  disk.sync_directory("a");
  const std::string after(sectors * 512, with);
  const std::array pending{macaw::as_bytes(std::string_view(after))};
  file.write(0, pending);
  return disk;
}

std::vector<std::vector<bool>> states_of(const crash_window& window, const crash_plan& plan) {
  std::vector<std::vector<bool>> list;
  const std::size_t count =
      crash_states(window, plan).for_each([&](const crash_choice& choice) { list.push_back(choice.parts); });
  CHECK(count == list.size());
  CHECK(std::set<std::vector<bool>>(list.begin(), list.end()).size() == list.size());
  return list;
}

TEST_CASE("few parts are tried in all combinations", "[crash_states]") {
  CHECK(states_of(crash_window(disk_of(8)), {}).size() == 256);
  CHECK(states_of(crash_window(disk_of(8, '.')), {}).size() == 1);
}

TEST_CASE("of many parts the beginnings, the ends, all but one or two, single ones and random ones are tried",
          "[crash_states]") {
  constexpr std::size_t count = 20;
  const auto list = states_of(crash_window(disk_of(count)), {.draws = 50});
  const std::set<std::vector<bool>> states(list.begin(), list.end());
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<bool> beginning(count), end(count), one(count), rest(count, true);
    for (std::size_t j = 0; j < i; ++j) beginning[j] = true;
    for (std::size_t j = i; j < count; ++j) end[j] = true;
    one[i] = true;
    rest[i] = false;
    for (const auto& wanted : {beginning, end, one, rest}) CHECK(states.contains(wanted));
    for (std::size_t j = 0; j < count; ++j) {
      auto pair = rest;
      pair[j] = false;
      CHECK(states.contains(pair));
    }
  }
  CHECK(list.size() >= 2 * count + 2 * count + count * (count - 1) / 2 + 40 - 4);
}

TEST_CASE("the same seed gives the same states", "[crash_states]") {
  const crash_window window(disk_of(30));
  CHECK(states_of(window, {.seed = 5}) == states_of(window, {.seed = 5}));
  CHECK(states_of(window, {.seed = 5}) != states_of(window, {.seed = 6}));
}

TEST_CASE("lengths and names are combined with the parts", "[crash_states]") {
  simulated_files disk;
  auto file = disk.open("a", open_mode::create_new);
  const std::array piece{macaw::as_bytes(std::string_view("text"))};
  file.write(0, piece);
  std::set<std::pair<bool, std::uint64_t>> found;
  const crash_window window(disk);
  const std::size_t count = crash_states(window, {}).for_each([&](const crash_choice& choice) {
    auto left = window.disk(choice);
    found.emplace(left.exists("a"), left.exists("a") ? left.open("a", open_mode::read_only).size() : 0);
  });
  CHECK(count == 4);  // no name; no length; zeros; the text
  CHECK(found == std::set<std::pair<bool, std::uint64_t>>{{false, 0}, {true, 0}, {true, 4}});
}

}  // namespace
