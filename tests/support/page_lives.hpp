// SPDX-License-Identifier: MIT
//
// Random lives of leaves and branches beside their models, over static and run-time widths at once.

#pragma once

#include <macaw/detail/format/layout.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <string_view>

#include "support/catch.hpp"
#include "support/page_models.hpp"
#include "support/random.hpp"

namespace macaw_test {

using namespace macaw::detail;

template <class Layout>
class life_of_a_leaf {
 public:
  life_of_a_leaf(const Layout& layout, key_style style, std::uint64_t seed)
      : model(layout), style_(style), random_(seed) {}

  void step() {
    switch (below(12)) {
      case 0: erase(); break;
      case 1:
      case 2: resize(); break;
      case 3: merge(); break;
      default: insert(); break;
    }
  }

  leaf_model<Layout> model;
  std::size_t splits = 0;
  std::size_t resizes = 0;
  std::size_t merges = 0;

  std::string new_key() {
    return random_key(random_, style_, model.key_width(), leaf_model<Layout>::limits::key_size_max);
  }

 private:
  using limits = typename leaf_model<Layout>::limits;

  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }

  std::string new_value(std::size_t key_size, value_tag& tag) {
    tag = value_tag::inlined;
    if (model.value_width() != 0) return std::string(model.value_width(), static_cast<char>(below(256)));
    if (below(12) == 0) {
      tag = value_tag::large;
      std::string record(large_record_size, '\0');
      store_large_record(leaf_model<Layout>::bytes_of(record),
                         {{macaw::page_id{100 + static_cast<std::uint32_t>(below(50))}, 0}, 1 + below(1000), 0});
      return record;
    }
    const std::size_t most = limits::entry_size_max - key_size;
    const std::size_t size = below(10) == 0 ? below(most + 1) : below(std::min<std::size_t>(most, 60) + 1);
    return std::string(size, static_cast<char>(below(256)));
  }
  void insert() {
    model_entry entry;
    entry.key = new_key();
    if (model.contains(entry.key)) return;
    entry.value = new_value(entry.key.size(), entry.tag);
    if (model.insert(entry)) return;
    ++splits;
    leaf_model<Layout> right = model.split(entry, below(4) == 0);
    if (!right.difference().empty()) model.broken = "right half: " + right.difference();
    if (below(2) == 0) {
      const std::string broken = model.broken;
      model = right;
      model.broken += broken;
    }
  }
  void resize() {
    if (model.entries.empty()) return;
    const auto index = static_cast<std::uint32_t>(below(model.entries.size()));
    value_tag tag;
    const std::string value = new_value(model.entries[index].key.size(), tag);
    if (model.resize(index, value, tag)) ++resizes;
  }
  void erase() {
    const auto first = static_cast<std::uint32_t>(below(model.entries.size() + 1));
    const auto most = std::min<std::uint64_t>(model.entries.size() - first, below(64) == 0 ? 1000 : 3);
    model.erase(first, first + static_cast<std::uint32_t>(below(most + 1)));
  }
  /// Cuts the page anywhere and puts both parts together again in a fresh page, as a merge does.
  void merge() {
    const auto all = static_cast<std::uint32_t>(model.entries.size());
    const auto at = static_cast<std::uint32_t>(below(all + 1));
    leaf_model<Layout> left(model.layout());
    leaf_model<Layout> right(model.layout());
    if (left.append(model, 0, at) != at || right.append(model, at, all) != all - at) {
      model.broken = "part of a page does not fit a page";
      return;
    }
    if (below(2) == 0 && !left.entries.empty()) left.erase(0, 1);
    const bool together = model.layout().leaf.fits_together(left.page.get(), right.page.get());
    const std::uint32_t count = static_cast<std::uint32_t>(right.entries.size());
    const std::uint32_t taken = left.append(right, 0, count);
    if (together != (taken == count)) model.broken = "fits_together and append disagree";
    ++merges;
    const std::string broken = model.broken;
    model = left;
    model.broken += broken;
  }

  key_style style_;
  std::mt19937_64 random_;
};

/// Leads many leaves through random lives. Dynamic widths must write the very same bytes.
template <class Layout, class Dynamic>
void test_leaves(const Layout& layout, const Dynamic& dynamic, int steps) {
  const std::uint64_t seed = macaw_test::seed();
  CAPTURE(seed, Layout::page_size, layout.leaf.shape().key_width(), layout.leaf.shape().value_width());
  std::size_t splits = 0;
  for (const key_style style : all_key_styles) {
    CAPTURE(static_cast<int>(style));
    life_of_a_leaf<Layout> life(layout, style, seed);
    life_of_a_leaf<Dynamic> other(dynamic, style, seed);
    for (int i = 0; i < steps; ++i) {
      life.step();
      other.step();
      CAPTURE(i);
      REQUIRE(life.model.broken == "");
      REQUIRE(std::memcmp(life.model.page.get(), other.model.page.get(), Layout::page_size) == 0);
      if (i % 16 == 0 || Layout::page_size == 512) REQUIRE(life.model.difference() == "");
      for (int j = 0; j < 4; ++j) REQUIRE(life.model.searches(life.new_key()));
      for (int j = 0; j < 4; ++j) static_cast<void>(other.new_key());
    }
    splits += life.splits;
  }
  if (layout.leaf.shape().key_width() != 1) REQUIRE(splits > 0);  // of one byte there are too few keys
}

template <std::size_t PageSize, std::size_t KeyWidth, std::size_t ValueWidth>
void test_dense_leaves(int steps) {
  const auto layout = dense_layout<PageSize, KeyWidth, ValueWidth>();
  test_leaves(layout, dense_layout < PageSize, dynamic_width,
              ValueWidth == 0 ? 0 : dynamic_width > (KeyWidth, ValueWidth), steps);
}

template <class Layout>
class life_of_a_branch {
 public:
  life_of_a_branch(const Layout& layout, std::uint8_t level, key_style style, std::uint64_t seed)
      : model(layout, level, {macaw::page_id{99}, 0}, 3), style_(style), random_(seed) {}

  void step() {
    switch (below(12)) {
      case 0: erase(); break;
      case 1: reseparate(); break;
      case 2: merge(); break;
      case 3: {
        const auto index = static_cast<std::uint32_t>(below(model.count()));
        const macaw::page_ref ref{macaw::page_id{20 + static_cast<std::uint32_t>(below(999))}, 0};
        model.children[index].ref = ref;
        model.children[index].word = static_cast<std::uint32_t>(below(0x10000));
        model.layout().branch.set_child(model.page.get(), index, ref);
        model.layout().branch.set_entries(model.page.get(), index, model.children[index].word);
        break;
      }
      default: insert(); break;
    }
  }

  std::string new_key() {
    return random_key(random_, style_, model.layout().leaf.shape().key_width(),
                      branch_model<Layout>::limits::key_size_max);
  }

  branch_model<Layout> model;
  std::size_t splits = 0;

 private:
  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }

  /// A separator that is new and not the least possible key.
  bool new_separator(std::string& separator) {
    separator = new_key();
    if (separator.find_first_not_of('\0') == std::string::npos) return false;
    const std::uint32_t at = model.place(separator);
    return at == 0 || model.children[at].separator != separator;
  }
  void insert() {
    model_child child{"", {macaw::page_id{20 + static_cast<std::uint32_t>(below(1000))}, 0}, 7};
    if (!new_separator(child.separator) || model.insert(child)) return;
    ++splits;
    auto [right, raised] = model.split(child, below(4) == 0);
    if (!right.difference().empty()) model.broken = "right half: " + right.difference();
    if (below(2) == 0) {
      const std::string broken = model.broken;
      model = right;
      model.broken += broken;
    }
  }
  void erase() {
    const auto first = static_cast<std::uint32_t>(below(model.count()));
    const auto most = std::min<std::uint64_t>(model.count() - first, below(64) == 0 ? 1000 : 3);
    const auto last = first + static_cast<std::uint32_t>(below(most + 1));
    if (last - first < model.count()) model.erase(first, last);
  }
  void reseparate() {
    std::string separator;
    if (!new_separator(separator)) return;
    const std::uint32_t at = model.place(separator);
    if (at != 0) static_cast<void>(model.set_separator(at, separator));
  }
  void merge() {
    if (model.count() < 2) return;
    const auto at = static_cast<std::uint32_t>(1 + below(model.count() - 1));
    const std::string joint = model.children[at].separator;
    branch_model<Layout> left(model.layout());
    branch_model<Layout> right(model.layout());
    if (left.append("", model, 0, at) != at || right.append("", model, at, model.count()) != model.count() - at) {
      model.broken = "part of a page does not fit a page";
      return;
    }
    const bool together = model.layout().branch.fits_together(left.page.get(), bytes_of(joint), right.page.get());
    const std::uint32_t count = right.count();
    const std::uint32_t taken = left.append(joint, right, 0, count);
    if (together != (taken == count)) model.broken = "fits_together and append disagree";
    if (!together) return;  // a page that was just full may not take a longer prefix
    const std::string broken = model.broken;
    model = left;
    model.broken += broken;
  }
  static macaw::bytes_view bytes_of(const std::string& text) { return macaw::as_bytes(std::string_view(text)); }

  key_style style_;
  std::mt19937_64 random_;
};

template <class Layout, class Dynamic>
void test_branches(const Layout& layout, const Dynamic& dynamic, int steps) {
  const std::uint64_t seed = macaw_test::seed();
  CAPTURE(seed, Layout::page_size, layout.leaf.shape().key_width());
  std::size_t splits = 0;
  for (const key_style style : all_key_styles) {
    CAPTURE(static_cast<int>(style));
    life_of_a_branch<Layout> life(layout, 1, style, seed);
    life_of_a_branch<Dynamic> other(dynamic, 1, style, seed);
    for (int i = 0; i < steps; ++i) {
      life.step();
      other.step();
      CAPTURE(i);
      REQUIRE(life.model.broken == "");
      REQUIRE(std::memcmp(life.model.page.get(), other.model.page.get(), Layout::page_size) == 0);
      if (i % 16 == 0 || Layout::page_size == 512) REQUIRE(life.model.difference() == "");
      for (int j = 0; j < 4; ++j) REQUIRE(life.model.searches(life.new_key()));
      for (int j = 0; j < 4; ++j) static_cast<void>(other.new_key());
    }
    splits += life.splits;
  }
  if (layout.leaf.shape().key_width() != 1) REQUIRE(splits > 0);  // of one byte there are too few keys
}

}  // namespace macaw_test
