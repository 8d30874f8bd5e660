// SPDX-License-Identifier: MIT
//
// Files to be damaged: small, with trees of several levels in every layout, large values, free pages and a log of the
// space map. What is in them follows from the arguments alone, but for the UUID, which is random.

#pragma once

#include "hostile/hostile_use.hpp"

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace macaw_test {

/// How much of what a file has.
struct file_recipe {
  unsigned numbers = 0;   ///< rows of dense pages with values of one size
  unsigned lines = 0;     ///< rows of dense pages with cells
  unsigned texts = 0;     ///< rows of slotted pages, some of them large
  unsigned marks = 0;     ///< rows of slotted pages with values of one size
  std::size_t large = 0;  ///< bytes of the largest value
  unsigned churn = 0;     ///< commits that replace rows, so that pages are free and the space map has a log
  bool two_phase = true;  ///< of the last commit: no digest vouches for its pages
};

/// The bytes of a file made so, up to its mark. `observe(bytes)` sees it after every commit.
template <std::size_t PageSize, class Observe>
[[nodiscard]] file_bytes make_file(const file_recipe& recipe, const Observe& observe) {
  using config = hostile_file_config<PageSize>;
  macaw::memory_files files;
  const auto bytes = [&files] {
    auto file = files.open("made", macaw::open_mode::read_only);
    file_bytes found(static_cast<std::size_t>(file.size()));
    file.read(0, found);
    const auto one = file_seals<PageSize>::meta_at(found, 0), other = file_seals<PageSize>::meta_at(found, 1);
    const auto& newest = !other || (one && one->d > other->d) ? one : other;
    found.resize(std::size_t{newest->mark} * PageSize);
    return found;
  };
  auto db = macaw::basic_database<config>::open("made", {}, files);
  std::mt19937_64 random(7);
  const auto text = [&random](std::size_t size) {
    std::string made = "a common beginning of " + std::to_string(random() % 100'000);
    made.resize(size, 'x');
    return made;
  };
  const auto put_text = [&](auto& txn) {
    const std::string value = text(random() % 60);
    txn[hostile_texts].put(text(26 + random() % 20), value);
  };
  db.write([&](auto& txn) {
    for (unsigned i = 0; i < recipe.numbers; ++i) txn[hostile_numbers].put(random() % 4096 * 16 + i % 16, i);
    for (unsigned i = 0; i < recipe.lines; ++i) txn[hostile_lines].put(i * 3, text(10 + random() % 40));
    for (unsigned i = 0; i < recipe.texts; ++i) put_text(txn);
    for (unsigned i = 0; i < recipe.marks; ++i)
      txn[hostile_marks].put(text(25 + random() % 9), static_cast<std::uint16_t>(i));
    if (recipe.large > 0) txn[hostile_texts].put("a large one", std::string(recipe.large, 'l'));
    if (recipe.large > 0) txn[hostile_lines].put(1, std::string(recipe.large / 3, 'm'));
  });
  observe(bytes());
  for (unsigned i = 0; i < recipe.churn; ++i) {
    auto txn = db.begin_write();
    if (recipe.numbers > 0) txn[hostile_numbers].put(random() % 65536, i);
    if (recipe.lines > 0) {
      const std::string value = text(20);
      txn[hostile_lines].put(static_cast<std::uint32_t>(random() % 200), value);
    }
    if (recipe.texts > 0) put_text(txn);
    txn.commit({.two_phase = recipe.two_phase || i + 1 < recipe.churn});
    observe(bytes());
  }
  db.close();
  return bytes();
}

template <std::size_t PageSize>
[[nodiscard]] file_bytes make_file(const file_recipe& recipe) {
  return make_file<PageSize>(recipe, [](const file_bytes&) {});
}

}  // namespace macaw_test
