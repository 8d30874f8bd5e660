// SPDX-License-Identifier: MIT
//
// Everything that can be done with a page that validation has passed, whatever its bytes are: nothing may lead outside
// of it, and it stays valid.

#pragma once

#include "support/page_models.hpp"

#include <macaw/bytes.hpp>
#include <macaw/detail/format/geometry.hpp>
#include <macaw/detail/format/layout.hpp>
#include <macaw/detail/format/references.hpp>
#include <macaw/ids.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <string_view>

namespace macaw_test {

/// Does everything with a page that was found valid, on a copy. Returns what went wrong.
template <class Layout>
std::string use_leaf(const Layout& layout, const page_bytes<Layout::page_size>& valid, std::uint64_t seed) {
  constexpr std::size_t page_size = Layout::page_size;
  using limits = macaw::detail::geometry<page_size>;
  std::mt19937_64 random(seed);
  page_bytes<page_size> page = valid;
  std::byte* const p = page.get();
  std::byte key[limits::key_size_max];
  std::uint64_t sum = 0;
  for (std::uint32_t i = 0; i < layout.leaf.count(p); ++i) {
    const macaw::bytes_view found{key, layout.leaf.copy_key(p, i, key)};
    if (!layout.leaf.lower_bound(p, layout.make_key(found)).found) return "a key is not found";
    for (const std::byte byte : layout.leaf.value(p, i).bytes) sum += std::to_integer<std::uint64_t>(byte);
  }
  macaw::detail::for_each_reference<page_size>(p, [&](const auto& reference) { sum += reference.load().birth; });
  if (sum == 1) return "";  // the bytes were read
  for (int i = 0; i < 6; ++i) {
    const std::string fresh = random_key(random, key_style::spread, layout.leaf.shape().key_width(), 30);
    const auto place = layout.leaf.lower_bound(p, layout.make_key(macaw::as_bytes(std::string_view(fresh))));
    const std::size_t size = layout.leaf.shape().value_width() != 0 ? layout.leaf.shape().value_width() : random() % 50;
    if (!place.found) {
      const auto plan = layout.leaf.split(p, place.index, macaw::as_bytes(std::string_view(fresh)), size, false);
      if (plan.at > layout.leaf.count(p)) return "an impossible split";
      std::byte* const value = layout.leaf.insert(p, place.index, macaw::as_bytes(std::string_view(fresh)), size,
                                                  macaw::detail::value_tag::inlined);
      if (value != nullptr) std::memset(value, 1, size);
    }
    if (layout.leaf.count(p) != 0) {
      const auto index = static_cast<std::uint32_t>(random() % layout.leaf.count(p));
      std::byte* const value = layout.leaf.resize(p, index, size, macaw::detail::value_tag::inlined);
      if (value != nullptr) std::memset(value, 2, size);
    }
    if (layout.leaf.count(p) > 1) {
      const auto index = static_cast<std::uint32_t>(random() % layout.leaf.count(p));
      page_bytes<page_size> half;
      layout.leaf.format(half.get());
      layout.leaf.append(half.get(), p, index, layout.leaf.count(p));
      layout.leaf.erase(p, index, index + 1);
    }
    if (layout.leaf.count(p) == 0) return "";
    if (const char* finding = layout.leaf.validate(p)) return finding;
  }
  return "";
}

template <class Layout>
std::string use_branch(const Layout& layout, const page_bytes<Layout::page_size>& valid, std::uint64_t seed) {
  constexpr std::size_t page_size = Layout::page_size;
  std::mt19937_64 random(seed);
  page_bytes<page_size> page = valid;
  std::byte* const p = page.get();
  std::byte key[macaw::detail::geometry<page_size>::key_size_max];
  for (std::uint32_t i = 1; i < layout.branch.count(p); ++i) {
    const macaw::bytes_view found{key, layout.branch.copy_separator(p, i, key)};
    if (layout.branch.child_index(p, layout.make_key(found)) != i) return "a separator is not found";
  }
  std::uint32_t references = 0;
  macaw::detail::for_each_reference<page_size>(p, [&](const auto&) { ++references; });
  if (references != layout.branch.count(p)) return "references are missing";
  for (int i = 0; i < 6; ++i) {
    std::string fresh = random_key(random, key_style::spread, layout.leaf.shape().key_width(), 30) + "x";
    if (layout.leaf.shape().key_width() != 0) fresh.resize(layout.leaf.shape().key_width());
    const macaw::bytes_view separator = macaw::as_bytes(std::string_view(fresh));
    const std::uint32_t index = layout.branch.child_index(p, layout.make_key(separator));
    const bool there = index != 0 && macaw::equal_bytes({key, layout.branch.copy_separator(p, index, key)}, separator);
    if (!there && fresh.find_first_not_of('\0') != std::string::npos) {
      if (layout.branch.count(p) > 3) static_cast<void>(layout.branch.split(p, index + 1, separator, false));
      static_cast<void>(layout.branch.insert(p, index + 1, separator, {macaw::page_id{77}, 0}, 1));
    }
    if (layout.branch.count(p) > 1) {
      const auto erased = static_cast<std::uint32_t>(random() % layout.branch.count(p));
      layout.branch.erase(p, erased, erased + 1);
    }
    if (const char* finding = layout.branch.validate(p)) return finding;
  }
  return "";
}

}  // namespace macaw_test
