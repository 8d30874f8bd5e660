// SPDX-License-Identifier: MIT
//
// Long random sequences of all operations on a tree, compared with std::map after each.

#include <macaw/detail/format/layout.hpp>
#include <macaw/detail/tree/cursor.hpp>

#include <cstdint>
#include <optional>
#include <random>
#include <string>

#include "support/catch.hpp"
#include "support/random.hpp"
#include "support/tree_under_test.hpp"

namespace {

using namespace macaw_test;
using macaw::as_bytes;
using macaw::detail::dense_layout;
using macaw::detail::dynamic_width;
using macaw::detail::geometry;
using macaw::detail::slotted_layout;

/// How keys and values of a run look. Widths of 0 vary.
struct shape_of_data {
  std::size_t key_width = 0;
  std::size_t value_width = 0;
  std::uint64_t distinct_keys = 1500;
};

template <class L>
class tree_run {
 public:
  tree_run(L layout, shape_of_data data, std::uint64_t seed)
      : tree_(layout, seed % 2 == 1), data_(data), random_(seed) {}

  /// Returns: the root that is left when all rows were erased again.
  macaw::detail::tree_root run(int steps) {
    for (int step = 0; step < steps; ++step) {
      this->step();
      if (step % 16 == 0) require_sound();
      if (step % 256 == 0) tree_.require_same();
      if (step % 200 == 100) tree_.pages.publish();
    }
    tree_.require_same();
    while (!tree_.model.empty()) {
      tree_.erase(std::next(tree_.model.begin(), static_cast<long>(random_() % tree_.model.size()))->first);
      if (random_() % 32 == 0) require_sound();
    }
    tree_.require_same();
    require(tree_.root.height == 0, "an emptied tree has no page");
    require(tree_.pages.live() == 0, "an emptied tree leaks no page");
    return tree_.root;
  }

 private:
  using pages_type = page_vector<L::page_size>;
  static constexpr std::size_t key_max = geometry<L::page_size>::key_size_max;
  static constexpr std::size_t entry_max = geometry<L::page_size>::entry_size_max;

  std::string key_of(std::uint64_t number) {
    if (data_.key_width != 0) return number_key(number * 0x9E37'79B9'7F4A'7C15U, data_.key_width);
    // Few prefixes, long runs of equal bytes, and lengths from none to the largest.
    const std::string digits = std::to_string(number);
    switch (number % 5) {
      case 0: return digits;
      case 1: return "a common and rather long prefix/" + digits;
      case 2: return std::string(number % 40, 'x') + std::string(1, static_cast<char>(number % 7));
      case 3: return filled(number % (key_max + 1), number);
      default: return std::string(number % 60, '\0') + digits.substr(0, number % 3);
    }
  }
  std::string random_key() { return key_of(random_() % data_.distinct_keys); }

  std::string random_value(std::size_t key_size) {
    if (data_.value_width != 0) return filled(data_.value_width, random_());
    const std::uint64_t kind = random_() % 100;
    if (kind < 70) return filled(random_() % 24, random_());
    if (kind < 90) return filled(random_() % (entry_max - key_size + 1), random_());
    if (kind < 97) return filled(entry_max - key_size, random_());
    return filled(entry_max + random_() % 4000, random_());
  }

  void require_sound() { require_none(tree_.findings()); }

  void step() {
    const std::uint64_t phase = (step_++ / 4000) % 3;  // grow, stay, shrink
    const std::uint64_t kind = random_() % 100;
    if (kind < (phase == 0 ? 60U : phase == 1 ? 40U : 20U)) {
      const std::string key = random_key();
      tree_.put(key, random_value(key.size()));
    } else if (kind < 80) {
      tree_.erase(present_or_random());
    } else if (kind < 82 && random_() % 8 == 0) {
      erase_some();
    } else if (kind < 84 && random_() % 8 == 0) {
      append_some();
    } else if (kind < 94) {
      look_up();
    } else {
      wander();
    }
  }

  std::string present_or_random() {
    const std::string key = random_key();
    const auto at = tree_.model.lower_bound(key);
    return at == tree_.model.end() || random_() % 4 == 0 ? key : at->first;
  }

  void erase_some() {
    std::optional<std::string> lower, upper;
    if (random_() % 10 != 0) lower = present_or_random();
    if (random_() % 10 != 0) upper = present_or_random();
    if (lower && random_() % 2 == 0) {  // a short range
      auto at = tree_.model.lower_bound(*lower);
      for (std::uint64_t steps = random_() % 40; steps > 0 && at != tree_.model.end(); --steps) ++at;
      upper = at == tree_.model.end() ? std::optional<std::string>() : at->first;
    }
    tree_.erase_range(lower, upper);
    require_sound();
  }

  void append_some() {
    macaw::detail::right_edge edge;
    macaw::detail::bulk_loader<L, pages_type> loader(tree_.pages, tree_.root, tree_.layout, edge);
    std::string key = data_.key_width != 0 ? std::string(data_.key_width, '\xFF') : std::string("\xFF", 1);
    if (data_.key_width > 2) {
      for (int i = 0; i < 60; ++i) {
        key[data_.key_width - 2] = static_cast<char>(i);
        if (!add(loader, key)) continue;
      }
    } else if (data_.key_width == 0) {
      for (int i = 0; i < 60; ++i) add(loader, key += static_cast<char>(random_() % 256));
    }
  }

  bool add(macaw::detail::bulk_loader<L, pages_type>& loader, const std::string& key) {
    const bool follows = tree_.model.empty() || tree_.model.rbegin()->first < key;
    require(loader.follows(as_bytes(key)) == follows, "the loader knows what may follow");
    if (!follows || key.size() > key_max) return false;
    const std::string value = data_.value_width != 0 ? random_value(key.size()) : filled(random_() % 20, random_());
    std::byte* const to = loader.add(as_bytes(key), value.size());
    if (!value.empty()) std::memcpy(to, value.data(), value.size());
    tree_.model[key] = value;
    return true;
  }

  void look_up() {
    const std::string key = present_or_random();
    const auto expected = tree_.model.find(key);
    const auto found = tree_.get(key);
    require(found.has_value() == (expected != tree_.model.end()), "a key is found where the map has it");
    if (found) require(*found == expected->second, "the value found is the map's");
  }

  void wander() {
    const std::string key = present_or_random();
    const auto wanted = tree_.layout.make_key(as_bytes(key));
    auto at = tree_.cursor();
    auto expected = tree_.model.lower_bound(key);
    if (random_() % 2 == 0) {
      require(at.seek_lower_bound(wanted) == (expected != tree_.model.end() && expected->first == key),
              "the lower bound knows whether it has the key");
    } else {
      at.seek_upper_bound(wanted);
      expected = tree_.model.upper_bound(key);
    }
    tree_.require_at(at, expected);
    for (std::uint64_t moves = random_() % 30; moves > 0; --moves) {
      if (random_() % 2 == 0) {
        at.next();
        expected = expected == tree_.model.end() ? tree_.model.begin() : std::next(expected);
      } else {
        at.previous();
        expected = expected == tree_.model.begin() ? tree_.model.end() : std::prev(expected);
      }
      tree_.require_at(at, expected);
    }
  }

  tree_under_test<L> tree_;
  shape_of_data data_;
  std::mt19937_64 random_;
  std::uint64_t step_ = 0;
};

void announce(std::uint64_t seed, std::size_t page_size, const shape_of_data& data) {
  UNSCOPED_INFO("seed " << seed << ", page size " << page_size << ", keys of " << data.key_width << " bytes, values of "
                        << data.value_width);
}

template <class L>
void run_tree(L layout, shape_of_data data, int steps) {
  const std::uint64_t seed = macaw_test::seed();
  announce(seed, L::page_size, data);
  const macaw::detail::tree_root none;
  CHECK((tree_run<L>(layout, data, seed).run(steps) == none));
  CHECK((tree_run<L>(layout, data, seed + 1).run(steps / 4) == none));  // an odd seed: over frames
}

}  // namespace

TEST_CASE("a dense tree of fixed keys and values behaves as a map") {
  run_tree(dense_layout<512, 8, 8>(), {8, 8}, 24000);
  run_tree(dense_layout<4096, 8, 8>(), {8, 8, 20000}, 30000);
  run_tree(dense_layout<512, 20, 100>(), {20, 100}, 12000);
}

TEST_CASE("a dense tree of tiny keys behaves as a map") { run_tree(dense_layout<512, 2, 0>(), {2, 0}, 6000); }

TEST_CASE("a dense tree of variable values behaves as a map") {
  run_tree(dense_layout<512, 8, 0>(), {8, 0}, 24000);
  run_tree(dense_layout<1024, 16, 0>(), {16, 0}, 12000);
}

TEST_CASE("a slotted tree behaves as a map") {
  run_tree(slotted_layout<512, 0>(), {0, 0}, 24000);
  run_tree(slotted_layout<1024, 0>(), {0, 0}, 12000);
  run_tree(slotted_layout<4096, 0>(), {0, 0, 6000}, 16000);
}

TEST_CASE("a slotted tree of fixed values behaves as a map") { run_tree(slotted_layout<512, 8>(), {0, 8}, 16000); }

TEST_CASE("trees whose sizes are known at run time behave as maps") {
  run_tree(dense_layout<512, dynamic_width, dynamic_width>(8, 8), {8, 8}, 10000);
  run_tree(dense_layout<512, dynamic_width, 0>(11, 0), {11, 0}, 10000);
  run_tree(slotted_layout<512, dynamic_width>(0, 12), {0, 12}, 10000);
}
