// SPDX-License-Identifier: MIT

#include <macaw/testing/crash_window.hpp>

#include "support/catch.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace {

using macaw::open_mode;
using macaw::sync_scope;
using macaw::testing::crash_choice;
using macaw::testing::crash_window;
using macaw::testing::simulated_file;
using macaw::testing::simulated_files;

void write_text(simulated_file& file, std::uint64_t offset, std::string_view text) {
  const std::array pieces{macaw::as_bytes(text)};
  file.write(offset, pieces);
}

std::string text_of(simulated_files disk, std::string_view path = "a") {
  if (!disk.exists(path)) return "(none)";
  const auto file = disk.open(path, open_mode::read_only);
  std::string text(static_cast<std::size_t>(file.size()), '?');
  text.resize(file.read(0, std::as_writable_bytes(std::span(text))));
  return text;
}

simulated_files disk_with(std::string_view text) {
  simulated_files disk;
  auto file = disk.open("a", open_mode::create_new);
  write_text(file, 0, text);
  file.sync(sync_scope::data_and_size);
  disk.sync_directory("a");
  return disk;
}

TEST_CASE("a disk with nothing pending is one state", "[crash_window]") {
  const crash_window window(disk_with("text"));
  CHECK(window.is_settled());
  CHECK(text_of(window.disk({})) == "text");
}

TEST_CASE("a part is what a write changes in a sector; what changes nothing is none", "[crash_window]") {
  auto disk = disk_with(std::string(2048, '.'));
  auto file = disk.open("a", open_mode::read_write);
  write_text(file, 500, std::string(600, 'x'));   // three sectors
  write_text(file, 1600, std::string(100, '.'));  // as it was
  const crash_window window(disk);
  CHECK(window.parts() == 3);
  CHECK(window.cells().size() == 3);
  CHECK(text_of(window.disk({{true, false, true}})) == std::string(500, '.') + std::string(12, 'x') +
                                                           std::string(512, '.') + std::string(76, 'x') +
                                                           std::string(948, '.'));
}

TEST_CASE("the earliest cut that leaves a choice is just after the last effect kept", "[crash_window]") {
  auto disk = disk_with(std::string(1024, '.'));
  auto file = disk.open("a", open_mode::read_write);
  const std::uint64_t before = disk.effects();
  write_text(file, 0, "x");
  write_text(file, 600, "x");
  const crash_window window(disk);
  CHECK(window.first_effect() == before);
  CHECK(window.earliest_end({{false, false}}) == before);
  CHECK(window.earliest_end({{true, false}}) == before + 1);
  CHECK(window.earliest_end({{false, true}}) == before + 2);
}

TEST_CASE("names and lengths are choices of their own", "[crash_window]") {
  auto disk = disk_with("old");
  auto file = disk.open("a", open_mode::read_write);
  file.allocate(0, 600);
  write_text(file, 550, "x");
  disk.rename("a", "b");
  const crash_window window(disk);
  CHECK(window.lengths() == 1);
  CHECK(window.names() == 1);
  CHECK(text_of(window.disk({{true}, 0, 0})) == "old");
  CHECK(text_of(window.disk({{true}, 1, 0})).size() == 600);
  CHECK(text_of(window.disk({{true}, 1, 1})) == "(none)");
  CHECK(text_of(window.disk({{true}, 0, 1}), "b") == "old");
  // A write behind the end is not seen.
  CHECK(window.identity({{true}, 0, 0}) == window.identity({{false}, 0, 0}));
  CHECK(window.identity({{true}, 1, 0}) != window.identity({{false}, 1, 0}));
  CHECK(window.identity({{true}, 1, 0}) != window.identity({{true}, 1, 1}));
}

TEST_CASE("states have the same identity exactly if they are the same, over random windows", "[crash_window]") {
  std::mt19937_64 random(7);
  std::map<std::string, std::uint64_t> known;  // over all windows: identities compare
  std::map<std::uint64_t, std::string> back;
  for (int round = 0; round < 200; ++round) {
    auto disk = disk_with(std::string(1 + random() % 1500, '.'));
    auto file = disk.open("a", open_mode::read_write);
    for (std::uint64_t i = 0; i < 1 + random() % 6; ++i) {
      switch (random() % 5) {
        case 0: file.allocate(0, random() % 3000); break;
        case 1:
          if (random() % 3 == 0) file.truncate(random() % 1000);
          break;
        default: write_text(file, random() % 1600, std::string(1 + random() % 700, random() % 3 == 0 ? '.' : 'x'));
      }
    }
    const crash_window window(disk);
    for (int i = 0; i < 30; ++i) {
      crash_choice choice;
      for (std::size_t p = 0; p < window.parts(); ++p) choice.parts.push_back(random() % 2 == 0);
      choice.lengths = random() % (window.lengths() + 1);
      const std::string text = text_of(window.disk(choice));
      const std::uint64_t identity = window.identity(choice);
      REQUIRE(known.emplace(text, identity).first->second == identity);
      REQUIRE(back.emplace(identity, text).first->second == text);
    }
  }
  CHECK(known.size() > 500);
}

}  // namespace
