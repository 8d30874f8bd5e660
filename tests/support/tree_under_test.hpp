// SPDX-License-Identifier: MIT
//
// A tree over a vector of pages beside a std::map that says what it should hold.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/format/layout.hpp>
#include <macaw/detail/format/tree_root.hpp>
#include <macaw/detail/tree/check_tree.hpp>
#include <macaw/detail/tree/cursor.hpp>
#include <macaw/detail/tree/erase_range.hpp>
#include <macaw/detail/tree/find.hpp>
#include <macaw/detail/tree/large_value.hpp>
#include <macaw/detail/tree/load.hpp>
#include <macaw/detail/tree/slot.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <map>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "support/page_vector.hpp"

namespace macaw_test {

/// As REQUIRE, in one place: what REQUIRE unfolds to, in every instance of a template, takes long to compile.
inline void require(bool holds, const char* what) {
  if (holds) return;
  INFO(what);
  FAIL();
}

/// Fails with all of the findings, if there are any.
inline void require_none(const std::vector<std::string>& findings) {
  for (const std::string& finding : findings) UNSCOPED_INFO(finding);
  if (!findings.empty()) FAIL();
}

template <class L>
class tree_under_test {
 public:
  static constexpr std::size_t page_size = L::page_size;
  using pages_type = page_vector<page_size>;
  using model_type = std::map<std::string, std::string>;
  using cursor_type = macaw::detail::tree_cursor<L, pages_type>;
  using slot_type = macaw::detail::tree_slot<L, pages_type>;

  explicit tree_under_test(L layout_to_use = L(), bool frames = false) : layout(layout_to_use), pages(frames) {}

  L layout;
  pages_type pages;
  macaw::detail::tree_root root;
  model_type model;

  /// Puts as a table does: inline where it fits, else as a large value.
  void put(const std::string& key, const std::string& value) {
    slot_type slot(pages, root, layout, macaw::as_bytes(key));
    require(slot.found() == (model.count(key) == 1), "the slot knows whether the key is there");
    if (macaw::detail::geometry<page_size>::fits_inline(key.size(), value.size())) {
      slot.prepare_put();
      std::byte* const to = slot.put(value.size());
      if (!value.empty()) std::memcpy(to, value.data(), value.size());
    } else {
      macaw::detail::large_builder<pages_type> builder(pages);
      builder.append(macaw::as_bytes(value));
      const macaw::detail::large_record record = builder.finish();
      slot.prepare_put();
      slot.put_large(record);
      builder.release();
    }
    model[key] = value;
  }

  void erase(const std::string& key) {
    slot_type slot(pages, root, layout, macaw::as_bytes(key));
    require(slot.found() == (model.count(key) == 1), "the slot knows whether the key is there");
    if (!slot.found()) return;
    slot.prepare_erase();
    slot.erase();
    model.erase(key);
  }

  void erase_range(const std::optional<std::string>& lower, const std::optional<std::string>& upper) {
    std::optional<macaw::bytes_view> from, to;
    if (lower) from = macaw::as_bytes(*lower);
    if (upper) to = macaw::as_bytes(*upper);
    const std::uint64_t erased = macaw::detail::erase_range(pages, root, layout, from, to);
    auto first = lower ? model.lower_bound(*lower) : model.begin();
    const auto last = upper ? model.lower_bound(*upper) : model.end();
    std::uint64_t expected = 0;
    if (!lower || !upper || *lower < *upper) {
      expected = static_cast<std::uint64_t>(std::distance(first, last));
      model.erase(first, last);
    }
    require(erased == expected, "as many entries were erased as the range held");
  }

  [[nodiscard]] std::string value_at(const std::byte* page, std::uint32_t index) const {
    const macaw::detail::cell_value value = layout.leaf.value(page, index);
    if (value.tag != macaw::detail::value_tag::large) return std::string(macaw::as_text(value.bytes));
    macaw::detail::large_reader<pages_type> reader(pages, macaw::detail::load_large_record(value.bytes));
    std::string whole(static_cast<std::size_t>(reader.size()), '\0');
    const auto room = std::as_writable_bytes(std::span<char>(whole));
    require(reader.read(0, room) == whole.size(), "a large value is read whole");
    return whole;
  }

  [[nodiscard]] std::string key_at(const std::byte* page, std::uint32_t index) const {
    std::string key(layout.leaf.key_size(page, index), '\0');
    const auto room = std::as_writable_bytes(std::span<char>(key));
    require(layout.leaf.copy_key(page, index, room.data()) == room.data() + room.size(),
            "copy_key writes key_size bytes");
    return key;
  }

  [[nodiscard]] std::optional<std::string> get(const std::string& key) const {
    const auto entry = macaw::detail::find(pages, root, layout, layout.make_key(macaw::as_bytes(key)));
    if (!entry) return std::nullopt;
    require(key_at(entry.page, entry.index) == key, "the entry found has the key");
    return value_at(entry.page, entry.index);
  }

  [[nodiscard]] cursor_type cursor() const { return cursor_type(pages, root, layout); }

  /// Whether the cursor stands where the iterator does.
  void require_at(const cursor_type& at, typename model_type::const_iterator expected) const {
    require(at.valid() == (expected != model.end()), "the cursor is outside where the map is at its end");
    if (!at.valid()) return;
    require(key_at(at.page(), at.index()) == expected->first, "the cursor has the map's key");
    require(value_at(at.page(), at.index()) == expected->second, "the cursor has the map's value");
  }

  /// All that check_tree finds, and whether every live page was reached.
  [[nodiscard]] std::vector<std::string> findings() const {
    std::vector<std::string> found;
    std::uint64_t reached = 0;
    macaw::detail::check_tree(
        pages, root, layout,
        [&](const macaw::detail::tree_finding& finding) {
          found.push_back(std::to_string(to_number(finding.page.id)) + ": " + std::string(finding.what));
        },
        [&](const macaw::detail::walked_page& page) { reached += page.pages; });
    if (reached != pages.live()) {
      found.push_back(std::to_string(pages.live()) + " pages live, " + std::to_string(reached) + " reached");
    }
    return found;
  }

  /// Compares everything with the model.
  void require_same() const {
    require_none(findings());
    require(root.entries == model.size(), "the root counts the entries");
    cursor_type at = cursor();
    at.seek_first();
    for (auto expected = model.begin(); expected != model.end(); ++expected) {
      require_at(at, expected);
      at.next();
    }
    require(at.at_end(), "the tree has no more entries than the map");
  }
};

/// A key of `width` bytes that orders as the number does.
inline std::string number_key(std::uint64_t number, std::size_t width) {
  std::string key(width, '\0');
  for (std::size_t i = 0; i < width && i < 8; ++i) {
    const std::size_t shift = 8 * ((width < 8 ? width : 8) - 1 - i);
    key[i] = static_cast<char>(static_cast<unsigned char>(number >> shift));
  }
  for (std::size_t i = 8; i < width; ++i) key[i] = static_cast<char>(static_cast<unsigned char>(number * (i + 1)));
  return key;
}

/// A string of `size` bytes that follow from the seed.
inline std::string filled(std::size_t size, std::uint64_t seed) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i) {
    seed = seed * 6364136223846793005U + 1442695040888963407U;
    text[i] = static_cast<char>(static_cast<unsigned char>(seed >> 56U));
  }
  return text;
}

}  // namespace macaw_test
