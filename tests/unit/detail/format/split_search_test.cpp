// SPDX-License-Identifier: MIT
//
// After a split the new entry fits: at every place, for entries of the largest, middle and smallest sizes,
// for keys that share the page's prefix and keys that do not.

#include <macaw/detail/format/split_search.hpp>

#include <string>

#include "support/catch.hpp"
#include "support/page_lives.hpp"

using namespace macaw_test;

namespace {

constexpr std::size_t prefix_sizes[] = {0, 1, 20, 24, 25, 40, 60, 80};

/// Keys that order as their numbers do, of at least 12 bytes behind a prefix.
std::string numbered(const std::string& prefix, int number, std::size_t size) {
  std::string digits = std::to_string(number);
  std::string key = prefix + std::string(6 - digits.size(), '0') + digits;
  if (key.size() < size) key.resize(size, 'x');
  return key;
}

/// A number below `limit` that depends on two others in no simple way.
std::size_t scatter(std::size_t a, std::size_t b, std::size_t limit) {
  return ((a * 2654435761U + b * 40503U + 12345U) >> 7U) % limit;
}

/// Splits a full leaf for an entry of each size at each place. Returns how many splits were made.
template <class Layout>
std::size_t split_everywhere(const leaf_model<Layout>& full, const std::vector<model_entry>& candidates) {
  std::size_t splits = 0;
  for (const model_entry& entry : candidates) {
    if (full.contains(entry.key)) continue;
    for (const bool ascending : {false, true}) {
      leaf_model<Layout> left = full;
      if (left.insert(entry)) continue;
      leaf_model<Layout> right = left.split(entry, ascending);
      REQUIRE(left.difference() == "");
      REQUIRE(right.difference() == "");
      REQUIRE(left.entries.size() + right.entries.size() == full.entries.size() + 1);
      REQUIRE(left.entries.back().key < right.entries.front().key);
      ++splits;
    }
  }
  return splits;
}

template <std::size_t PageSize>
std::size_t split_slotted_leaves(const std::string& prefix, std::size_t pattern) {
  using layout_type = slotted_layout<PageSize, 0>;
  using limits = geometry<PageSize>;
  const layout_type layout;
  leaf_model<layout_type> full(layout);
  const std::size_t key_sizes[] = {0, prefix.size() + 20, limits::key_size_max};
  const auto sized = [&](int number, std::size_t a, std::size_t b) {
    model_entry entry;
    entry.key = numbered(prefix, number, std::min(key_sizes[a], limits::key_size_max));
    const std::size_t most = limits::entry_size_max - entry.key.size();
    entry.value.assign(b == 0 ? 0 : b == 1 ? most / 3 : most, 'v');
    return entry;
  };
  std::vector<model_entry> candidates;
  for (int number = 10; number < 4000; number += 10) {
    const auto n = static_cast<std::size_t>(number);
    const bool light = scatter(n, pattern, 5) != 0;  // mostly small entries, so that pages hold many
    if (!full.insert(sized(number, light ? 0 : scatter(n, pattern + 1, 3), light ? 0 : scatter(n, pattern + 2, 3)))) {
      break;
    }
  }
  for (int i = 0; i <= static_cast<int>(full.entries.size()) && i < 80; ++i) {
    for (std::size_t a = 0; a < 3; ++a) {
      for (std::size_t b = 0; b < 3; ++b) candidates.push_back(sized(i * 10 + 5, a, b));
    }
  }
  for (const std::size_t size : {std::size_t{1}, limits::key_size_max}) {
    for (const std::size_t value : {std::size_t{0}, limits::entry_size_max - size}) {
      candidates.push_back({std::string(size, '\x01'), std::string(value, 'v'), value_tag::inlined});
      candidates.push_back({std::string(size, '\xff'), std::string(value, 'v'), value_tag::inlined});
      std::string halfway = prefix.substr(0, prefix.size() / 2) + std::string(size, '\xff');
      halfway.resize(std::min(halfway.size(), size));
      candidates.push_back({halfway, std::string(value, 'v'), value_tag::inlined});
    }
  }
  return split_everywhere(full, candidates);
}

template <class Layout>
std::size_t split_branches(const Layout& layout, const std::string& prefix, std::size_t size_max, std::size_t pattern) {
  using limits = geometry<Layout::page_size>;
  const std::size_t width = layout.leaf.shape().key_width();
  const auto sized = [&](int number, std::size_t size) {
    return numbered(prefix, number, width != 0 ? width : std::min(size, limits::key_size_max)).substr(0, size_max);
  };
  branch_model<Layout> full(layout, 1, {macaw::page_id{30}, 0}, 1);
  for (int number = 10; number < 4000; number += 10) {
    const auto n = static_cast<std::size_t>(number);
    const std::size_t size = scatter(n, pattern, 4) == 0 ? scatter(n, pattern + 1, size_max) : 0;
    if (!full.insert({sized(number, size), {macaw::page_id{31}, 0}, 2})) break;
  }
  std::vector<std::string> candidates;
  for (int i = 0; i <= static_cast<int>(full.count()); ++i) {
    for (const std::size_t size : {std::size_t{0}, size_max / 2, size_max})
      candidates.push_back(sized(i * 10 + 5, size));
  }
  if (width == 0) {
    for (const char byte : {'\x01', '\xff'}) {
      candidates.push_back(std::string(1, byte));
      candidates.push_back(std::string(limits::key_size_max, byte));
      candidates.push_back((prefix.substr(0, prefix.size() / 2) + std::string(size_max, byte)).substr(0, size_max));
    }
  }
  std::size_t splits = 0;
  for (const std::string& separator : candidates) {
    for (const bool ascending : {false, true}) {
      branch_model<Layout> left = full;
      const model_child child{separator, {macaw::page_id{40}, 0}, 5};
      if (full.children[full.place(separator)].separator == separator || left.insert(child)) continue;
      auto [right, raised] = left.split(child, ascending);
      REQUIRE(left.difference() == "");
      REQUIRE(right.difference() == "");
      REQUIRE(left.count() + right.count() == full.count() + 1);
      REQUIRE(left.children.back().separator < raised);
      if (right.count() > 1) REQUIRE(raised < right.children[1].separator);
      ++splits;
    }
  }
  return splits;
}

}  // namespace

TEST_CASE("a leaf's new entry fits after the split, whatever its size, place and prefix") {
  std::size_t splits = 0;
  for (std::size_t pattern = 0; pattern < 25; ++pattern) {
    for (const std::size_t prefix : prefix_sizes) {
      CAPTURE(pattern, prefix);
      splits += split_slotted_leaves<512>(std::string(prefix, 'p'), pattern);
    }
  }
  for (const std::size_t prefix : {std::size_t{0}, std::size_t{30}, std::size_t{200}}) {
    CAPTURE(prefix);
    splits += split_slotted_leaves<1024>(std::string(prefix, 'p'), 3);
    splits += split_slotted_leaves<4096>(std::string(prefix, 'p'), 3);
  }
  CHECK(splits > 1000);
}

TEST_CASE("a dense leaf's new entry fits after the split, whatever its size and place") {
  using layout_type = dense_layout<512, 8, 0>;
  constexpr std::size_t most = geometry<512>::entry_size_max - 8;
  std::size_t splits = 0;
  for (std::size_t pattern = 0; pattern < 200; ++pattern) {
    leaf_model<layout_type> full{layout_type()};
    std::vector<model_entry> candidates;
    const auto sized = [&](int number, std::size_t size) {
      return model_entry{numbered("", number, 8), std::string(size, 'v'), value_tag::inlined};
    };
    for (int number = 10; number < 900; number += 10) {
      const auto n = static_cast<std::size_t>(number);
      const std::size_t size = scatter(n, pattern, 4) == 0 ? scatter(n, pattern + 1, most + 1) : scatter(n, pattern, 9);
      if (!full.insert(sized(number, size))) break;
      for (const std::size_t other : {std::size_t{0}, most / 2, most}) candidates.push_back(sized(number + 5, other));
    }
    for (const std::size_t other : {std::size_t{0}, most / 2, most}) candidates.push_back(sized(5, other));
    CAPTURE(pattern);
    splits += split_everywhere(full, candidates);
  }
  CHECK(splits > 1000);
}

TEST_CASE("a branch's new child fits after the split, whatever its separator and place") {
  std::size_t splits = 0;
  for (std::size_t pattern = 0; pattern < 40; ++pattern) {
    for (const std::size_t prefix : prefix_sizes) {
      CAPTURE(pattern, prefix);
      splits +=
          split_branches(slotted_layout<512, 0>(), std::string(prefix, 'p'), geometry<512>::key_size_max, pattern);
    }
  }
  splits += split_branches(slotted_layout<4096, 0>(), std::string(200, 'p'), geometry<4096>::key_size_max, 1);
  splits += split_branches(dense_layout<512, 8, 8>(), "", 8, 1);
  splits += split_branches(dense_layout<512, 100, 8>(), "", 100, 1);
  CHECK(splits > 1000);
}

TEST_CASE("ascending inserts leave full pages behind") {
  leaf_model<dense_layout<512, 8, 8>> dense{dense_layout<512, 8, 8>()};
  int number = 0;
  while (dense.insert({numbered("", ++number, 8), "12345678", value_tag::inlined})) continue;
  const std::size_t full = dense.entries.size();
  CHECK(dense.split({numbered("", number, 8), "12345678", value_tag::inlined}, true).entries.size() == 1);
  CHECK(dense.entries.size() == full);
}

TEST_CASE("near the middle a split takes the shortest separator") {
  leaf_model<slotted_layout<4096, 0>> full{slotted_layout<4096, 0>()};
  model_entry entry;
  for (int i = 0; i < 1000; ++i) {
    entry.key = (i < 107 ? "aaaaaaaa" : "bbbbbbbb") + std::to_string(100000 + i);
    if (!full.insert(entry)) break;
  }
  REQUIRE(full.entries.size() > 210);
  REQUIRE(full.entries.size() < 230);
  entry.key = "aaaaaaaa100010x";
  entry.value.assign(30, 'v');
  const leaf_model<slotted_layout<4096, 0>> right = full.split(entry, false);
  CHECK(right.entries.front().key == "bbbbbbbb100107");
}
