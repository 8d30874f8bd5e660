// SPDX-License-Identifier: MIT

#include <macaw/testing/simulated_disk.hpp>

#include "support/catch.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace {

using namespace macaw::testing::detail_simulated;

TEST_CASE("a name names one file, the one set last", "[simulated_disk]") {
  name_table names;
  const auto a = std::make_shared<node>(0);
  const auto b = std::make_shared<node>(1);
  names.set("x", a);
  names.set("x", b);
  CHECK(names.find("x") == b);
  CHECK(names.entries().size() == 1);
  names.remove("x");
  CHECK(names.find("x") == nullptr);
}

TEST_CASE("a rename takes the old name away, a removal the name itself", "[simulated_disk]") {
  name_table names;
  const auto a = std::make_shared<node>(0);
  names.set("a", a);
  name_change{1, "b", "a", a}.apply(names);
  CHECK(names.find("a") == nullptr);
  CHECK(names.find("b") == a);
  name_change{2, "b", {}, nullptr}.apply(names);
  CHECK(names.entries().empty());
  name_change{3, "c", "b", a}.apply(names);  // what came before may have been lost
  CHECK(names.find("c") == a);
}

TEST_CASE("every file is visited once, in the order of numbers, whatever names it", "[simulated_disk]") {
  disk all;
  const auto a = std::make_shared<node>(0);
  const auto b = std::make_shared<node>(1);
  const auto c = std::make_shared<node>(2);
  all.names.set("c", c);
  all.names.set("b", b);
  all.durable_names.set("old", b);
  all.name_changes.push_back({5, "a", {}, a});
  all.name_changes.push_back({6, "gone", {}, nullptr});
  all.sequence = 9;
  std::vector<std::uint64_t> numbers;
  all.for_each_node([&](const node& n) { numbers.push_back(n.number); });
  CHECK(numbers == std::vector<std::uint64_t>{0, 1, 2});
  CHECK(all.oldest_pending() == 5);
  b->durable.set_length(10, 3);
  CHECK(all.oldest_pending() == 3);
}

}  // namespace
