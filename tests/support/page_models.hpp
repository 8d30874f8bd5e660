// SPDX-License-Identifier: MIT
//
// Single pages beside vectors that say what they should hold. Every operation is done on both, and
// `same()` says whether the page still tells the same story by every way of asking it.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/format/geometry.hpp>
#include <macaw/detail/format/layout.hpp>
#include <macaw/detail/format/references.hpp>
#include <macaw/detail/format/validate.hpp>
#include <macaw/ids.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace macaw_test {

/// The bytes of one page on the heap, so that a sanitizer sees every step beyond them.
template <std::size_t PageSize>
class page_bytes {
 public:
  /// A page full of what an earlier use may have left there.
  page_bytes() : bytes_(new std::byte[PageSize]) { std::memset(bytes_.get(), 0x5A, PageSize); }
  page_bytes(const page_bytes& other) : bytes_(new std::byte[PageSize]) {
    std::memcpy(bytes_.get(), other.get(), PageSize);
  }
  page_bytes& operator=(const page_bytes& other) {
    std::memmove(bytes_.get(), other.get(), PageSize);
    return *this;
  }
  [[nodiscard]] std::byte* get() const { return bytes_.get(); }
  friend bool operator==(const page_bytes& a, const page_bytes& b) {
    return std::memcmp(a.get(), b.get(), PageSize) == 0;
  }

 private:
  std::unique_ptr<std::byte[]> bytes_;
};

/// A copy of what a page holds, by its kind, over what an earlier use may have left there.
template <std::size_t PageSize, class Kind>
[[nodiscard]] page_bytes<PageSize> copy_of(const Kind& kind, const page_bytes<PageSize>& page) {
  page_bytes<PageSize> copied;
  kind.copy(copied.get(), page.get());
  return copied;
}

/// A page of which it is not known what it is.
template <std::size_t PageSize>
struct any_kind {
  void copy(std::byte* to, const std::byte* from) const { macaw::detail::copy_page<PageSize>(to, from); }
};

/// An entry as a leaf should hold it.
struct model_entry {
  std::string key;
  std::string value;
  macaw::detail::value_tag tag = macaw::detail::value_tag::inlined;
};

/// What kind of keys a random test uses.
enum class key_style { spread, shared_prefix, low_entropy, nested };
inline constexpr key_style all_key_styles[] = {key_style::spread, key_style::shared_prefix, key_style::low_entropy,
                                               key_style::nested};

/// A random key of `width` bytes, or of any size up to `size_max` where that is 0.
template <class Random>
std::string random_key(Random& random, key_style style, std::size_t width, std::size_t size_max) {
  const auto below = [&](std::size_t limit) { return static_cast<std::size_t>(random() % limit); };
  std::size_t size = width;
  if (width == 0) size = below(8) == 0 ? below(size_max + 1) : below(std::min<std::size_t>(size_max, 40) + 1);
  std::string key(size, '\0');
  for (char& byte : key) {
    byte = style == key_style::low_entropy ? "\0\1\xff"[below(3)] : static_cast<char>(below(256));
  }
  if (style == key_style::shared_prefix && below(16) != 0) {
    const std::size_t shared = size_max / 2 < 60 ? size_max / 2 : 60;
    for (std::size_t i = 0; i < std::min(shared, size); ++i) key[i] = 'p';
    if (width == 0 && size < shared) key = std::string(shared, 'p') + key;
  }
  if (style == key_style::nested) {
    for (std::size_t i = 0; i < size; ++i) key[i] = static_cast<char>(i + 1 < size ? 'n' : below(3));
  }
  return key;
}

/// A leaf and what it should hold.
template <class Layout>
class leaf_model {
 public:
  static constexpr std::size_t page_size = Layout::page_size;
  using limits = macaw::detail::geometry<page_size>;
  using tag_type = macaw::detail::value_tag;

  explicit leaf_model(const Layout& layout) : layout_(layout) { layout_.leaf.format(page.get()); }

  [[nodiscard]] std::size_t key_width() const { return layout_.leaf.shape().key_width(); }
  [[nodiscard]] std::size_t value_width() const { return layout_.leaf.shape().value_width(); }
  [[nodiscard]] const Layout& layout() const { return layout_; }

  /// The place of a key among the entries.
  [[nodiscard]] std::uint32_t place(const std::string& key) const {
    const auto at = std::lower_bound(entries.begin(), entries.end(), key,
                                     [](const model_entry& entry, const std::string& k) { return entry.key < k; });
    return static_cast<std::uint32_t>(at - entries.begin());
  }
  [[nodiscard]] bool contains(const std::string& key) const {
    const std::uint32_t at = place(key);
    return at < entries.size() && entries[at].key == key;
  }

  /// Inserts a new entry. Returns whether it fitted; if not, proves that the page was left alone.
  bool insert(const model_entry& entry) { return insert_at(place(entry.key), entry); }
  bool insert_at(std::uint32_t index, const model_entry& entry) {
    const page_bytes<page_size> before = page;
    const bool expected = layout_.leaf.can_insert(page.get(), index, key_of(entry), entry.value.size());
    std::byte* const value = layout_.leaf.insert(page.get(), index, key_of(entry), entry.value.size(), entry.tag);
    if ((value != nullptr) != expected) broken = "can_insert and insert disagree";
    if (value == nullptr) {
      if (!(before == page)) broken = "a failed insert changed the page";
      return false;
    }
    write(value, entry.value);
    entries.insert(entries.begin() + index, entry);
    return true;
  }
  bool resize(std::uint32_t index, const std::string& new_value, tag_type tag) {
    const page_bytes<page_size> before = page;
    const bool expected = layout_.leaf.can_resize(page.get(), index, new_value.size());
    std::byte* const value = layout_.leaf.resize(page.get(), index, new_value.size(), tag);
    if ((value != nullptr) != expected) broken = "can_resize and resize disagree";
    if (value == nullptr) {
      if (!(before == page)) broken = "a failed resize changed the page";
      return false;
    }
    write(value, new_value);
    entries[index].value = new_value;
    entries[index].tag = tag;
    return true;
  }
  void erase(std::uint32_t first, std::uint32_t last) {
    layout_.leaf.erase(page.get(), first, last);
    entries.erase(entries.begin() + first, entries.begin() + last);
  }
  std::uint32_t append(const leaf_model& from, std::uint32_t first, std::uint32_t last) {
    const std::uint32_t taken = layout_.leaf.append(page.get(), from.page.get(), first, last);
    entries.insert(entries.end(), from.entries.begin() + first, from.entries.begin() + first + taken);
    return taken;
  }
  /// Cuts the page so that `entry` fits, as a tree does, and puts it in. Returns the right half.
  leaf_model split(const model_entry& entry, bool ascending) {
    const std::uint32_t index = place(entry.key);
    const auto plan = layout_.leaf.split(page.get(), index, key_of(entry), entry.value.size(), ascending);
    const auto all = static_cast<std::uint32_t>(entries.size());
    leaf_model right(layout_);
    if (plan.at > all || (plan.into_left ? index > plan.at : index < plan.at)) broken = "an impossible split";
    if (right.append(*this, plan.at, all) != all - plan.at) broken = "the right half lost entries";
    erase(plan.at, all);
    const bool fitted = plan.into_left ? insert_at(index, entry) : right.insert_at(index - plan.at, entry);
    if (!fitted) broken = "the new entry does not fit after the split";
    if (entries.empty() || right.entries.empty()) broken = "a split left an empty page";
    return right;
  }

  /// What differs between page and model, or an empty string.
  [[nodiscard]] std::string difference() const {
    using macaw::detail::position;
    if (!broken.empty()) return broken;
    const page_bytes<page_size> copied = copy_of(layout_.leaf, page);
    const std::byte* const p = copied.get();  // holds all that the page holds
    if (!(copied == copy_of(any_kind<page_size>(), page))) return "copy_page";
    if (layout_.leaf.count(p) != entries.size()) return "count";
    if (!entries.empty()) {
      if (const char* finding = macaw::detail::validate_page<page_size>(p, layout_.leaf.shape())) return finding;
    }
    for (std::uint32_t i = 0; i < entries.size(); ++i) {
      const model_entry& entry = entries[i];
      std::string key(limits::key_size_max, '\0');
      key.resize(static_cast<std::size_t>(layout_.leaf.copy_key(p, i, bytes_of(key)) - bytes_of(key)));
      if (key != entry.key || layout_.leaf.key_size(p, i) != key.size()) return "key";
      const macaw::detail::cell_value value = layout_.leaf.value(p, i);
      if (macaw::as_text(value.bytes) != entry.value || value.tag != entry.tag) return "value";
      if (!shows(i, entry)) return "a row as it is shown";
      const position found = search(entry.key);
      if (!found.found || found.index != i) return "lower_bound of a key that is there";
      if (entry.tag != tag_type::inlined && !layout_.leaf.has_references(p)) return "has_references";
    }
    if (layout_.leaf.used(p) > page_size) return "used";
    return {};
  }
  /// Whether a row is shown as what it is, within the room that there is. Other leaves than slotted ones show none.
  [[nodiscard]] bool shows(std::uint32_t index, const model_entry& entry) const {
    if constexpr (std::is_same_v<typename Layout::search_key, macaw::detail::slotted_search_key>) {
      constexpr char untouched = '\xA5';
      std::string room;
      const macaw::detail::cell_value value = layout_.leaf.show(page.get(), index, [&](std::size_t size) {
        room.assign(std::max(size, macaw::detail::slotted_key_room) + 1, untouched);
        return bytes_of(room);
      });
      return room.compare(0, entry.key.size(), entry.key) == 0 && room.back() == untouched &&
             macaw::as_text(value.bytes) == entry.value && value.tag == entry.tag;
    }
    return true;
  }
  /// Whether a search for any key answers what the model says.
  [[nodiscard]] bool searches(const std::string& key) const {
    const macaw::detail::position found = search(key);
    return found.index == place(key) && found.found == contains(key);
  }

  page_bytes<page_size> page;
  std::vector<model_entry> entries;
  std::string broken;

  static std::byte* bytes_of(std::string& text) { return reinterpret_cast<std::byte*>(text.data()); }

 private:
  [[nodiscard]] static macaw::bytes_view key_of(const model_entry& entry) {
    return macaw::as_bytes(std::string_view(entry.key));
  }
  static void write(std::byte* to, const std::string& value) {
    if (!value.empty()) std::memcpy(to, value.data(), value.size());
  }
  [[nodiscard]] macaw::detail::position search(const std::string& key) const {
    const std::vector<char> exact(key.begin(), key.end());  // no terminator: reading past the end shows
    return layout_.leaf.lower_bound(page.get(),
                                    layout_.make_key({reinterpret_cast<const std::byte*>(exact.data()), exact.size()}));
  }

  Layout layout_;
};

/// A child as a branch should hold it; the first one's separator is empty.
struct model_child {
  std::string separator;
  macaw::page_ref ref;
  std::uint32_t word = 0;
};

/// A branch and what it should hold.
template <class Layout>
class branch_model {
 public:
  static constexpr std::size_t page_size = Layout::page_size;
  using limits = macaw::detail::geometry<page_size>;

  /// A branch without children, to append to.
  explicit branch_model(const Layout& layout, std::uint8_t level = 1) : layout_(layout), level_(level) {
    layout_.branch.format_empty(page.get(), level);
  }
  branch_model(const Layout& layout, std::uint8_t level, macaw::page_ref first, std::uint32_t word)
      : branch_model(layout, level) {
    layout_.branch.format(page.get(), level, first, word);
    children.push_back({"", first, word});
  }

  [[nodiscard]] const Layout& layout() const { return layout_; }
  [[nodiscard]] std::uint32_t count() const { return static_cast<std::uint32_t>(children.size()); }

  /// The child that leads to a key.
  [[nodiscard]] std::uint32_t place(const std::string& key) const {
    std::uint32_t index = 0;
    while (index + 1 < children.size() && children[index + 1].separator <= key) ++index;
    return index;
  }

  bool insert(const model_child& child) { return insert_at(place(child.separator) + 1, child); }
  bool insert_at(std::uint32_t index, const model_child& child) {
    const page_bytes<page_size> before = page;
    const bool expected = layout_.branch.can_insert(page.get(), index, bytes_of(child.separator));
    const bool done = layout_.branch.insert(page.get(), index, bytes_of(child.separator), child.ref, child.word);
    if (done != expected) broken = "can_insert and insert disagree";
    if (!done) {
      if (!(before == page)) broken = "a failed insert changed the page";
      return false;
    }
    children.insert(children.begin() + index, child);
    return true;
  }
  bool set_separator(std::uint32_t index, const std::string& separator) {
    const page_bytes<page_size> before = page;
    if (!layout_.branch.set_separator(page.get(), index, bytes_of(separator))) {
      if (!(before == page)) broken = "a failed set_separator changed the page";
      return false;
    }
    children[index].separator = separator;
    return true;
  }
  void erase(std::uint32_t first, std::uint32_t last) {
    layout_.branch.erase(page.get(), first, last);
    children.erase(children.begin() + first, children.begin() + last);
    if (first == 0 && !children.empty()) children[0].separator.clear();
  }
  std::uint32_t append(const std::string& joint, const branch_model& from, std::uint32_t first, std::uint32_t last) {
    const std::uint32_t before = count();
    const std::uint32_t taken = layout_.branch.append(page.get(), bytes_of(joint), from.page.get(), first, last);
    children.insert(children.end(), from.children.begin() + first, from.children.begin() + first + taken);
    if (taken != 0) children[before].separator = before == 0 ? "" : joint;
    return taken;
  }
  /// Cuts the page so that a new child fits, and puts it in. Returns the right half and its separator.
  std::pair<branch_model, std::string> split(const model_child& child, bool ascending) {
    const std::uint32_t index = place(child.separator) + 1;
    const auto plan = layout_.branch.split(page.get(), index, bytes_of(child.separator), ascending);
    const std::uint32_t all = count();
    branch_model right(layout_, level_);
    if (plan.at < 1 || plan.at >= all || plan.into_left != (index <= plan.at)) broken = "an impossible split";
    const std::string raised = children[plan.at].separator;
    if (right.append("", *this, plan.at, all) != all - plan.at) broken = "the right half lost children";
    erase(plan.at, all);
    const bool fitted = plan.into_left ? insert_at(index, child) : right.insert_at(index - plan.at, child);
    if (!fitted) broken = "the new child does not fit after the split";
    return {right, raised};
  }

  /// What differs between page and model, or an empty string.
  [[nodiscard]] std::string difference() const {
    if (!broken.empty()) return broken;
    const page_bytes<page_size> copied = copy_of(layout_.branch, page);
    const std::byte* const p = copied.get();  // holds all that the page holds
    if (!(copied == copy_of(any_kind<page_size>(), page))) return "copy_page";
    if (layout_.branch.count(p) != children.size()) return "count";
    if (children.empty()) return {};
    if (const char* finding = macaw::detail::validate_page<page_size>(p, layout_.branch.shape(level_))) return finding;
    std::uint32_t i = 0;
    for (const model_child& child : children) {
      if (layout_.branch.child(p, i) != child.ref) return "child";
      if (layout_.branch.entries(p, i) != child.word) return "entries";
      if (i != 0) {
        std::string separator(limits::key_size_max, '\0');
        auto* const out = reinterpret_cast<std::byte*>(separator.data());
        separator.resize(static_cast<std::size_t>(layout_.branch.copy_separator(p, i, out) - out));
        if (separator != child.separator) return "separator";
        if (layout_.branch.separator_size(p, i) != separator.size()) return "separator_size";
        if (!searches(child.separator)) return "child_index of a separator";
      }
      ++i;
    }
    std::uint32_t references = 0;
    macaw::detail::for_each_reference<page_size>(p, [&](const auto& reference) {
      if (reference.load() == children[references].ref) ++references;
    });
    if (references != children.size()) return "for_each_reference";
    return layout_.branch.used(p) > page_size ? "used" : "";
  }
  [[nodiscard]] bool searches(const std::string& key) const {
    const std::vector<char> exact(key.begin(), key.end());
    const auto made = layout_.make_key({reinterpret_cast<const std::byte*>(exact.data()), exact.size()});
    return layout_.branch.child_index(page.get(), made) == place(key);
  }

  page_bytes<page_size> page;
  std::vector<model_child> children;
  std::string broken;

 private:
  [[nodiscard]] static macaw::bytes_view bytes_of(const std::string& text) {
    return macaw::as_bytes(std::string_view(text));
  }

  Layout layout_;
  std::uint8_t level_;
};

}  // namespace macaw_test
