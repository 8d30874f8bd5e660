// SPDX-License-Identifier: MIT

#include "support/catch.hpp"

#include <macaw/detail/txn/spilled_pages.hpp>

#include <cstdint>
#include <map>
#include <random>

using namespace macaw::detail;

TEST_CASE("spilled runs are found by their first page until they are removed") {
  spilled_pages runs;
  std::map<std::uint32_t, std::uint32_t> model;
  std::mt19937 random(3);
  for (int batch = 0; batch < 40; ++batch) {
    runs.reserve(50);
    for (int i = 0; i < 50; ++i) {
      const std::uint32_t first = static_cast<std::uint32_t>(random() % 5000);
      if (!model.emplace(first, 1 + i).second) continue;
      runs.add({first, static_cast<std::uint32_t>(1 + i), static_cast<std::uint64_t>(batch)});
    }
    runs.sort();
    for (int i = 0; i < 30; ++i) {
      const std::uint32_t first = static_cast<std::uint32_t>(random() % 5000);
      spilled_run* const found = runs.find(first);
      REQUIRE((found != nullptr) == model.contains(first));
      if (found == nullptr) continue;
      REQUIRE(found->pages == model[first]);
      spilled_pages::remove(*found);
      model.erase(first);
      REQUIRE(runs.find(first) == nullptr);
    }
    std::map<std::uint32_t, std::uint32_t> seen;
    REQUIRE(runs.count() >= model.size());
    runs.for_each([&seen](const spilled_run& run) { seen.emplace(run.first, run.pages); });
    REQUIRE(seen == model);
  }
}
