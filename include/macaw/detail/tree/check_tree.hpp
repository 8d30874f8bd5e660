// SPDX-License-Identifier: MIT
//
// Proving that a tree is whole, or saying everything that is wrong with it. Layer 4 (tree).
//
// Checked: every page's structure, shape and bounds, whatever was validated before; that no page is reached
// twice; what level-1 branches note of their leaves; that large values have the pages that their sizes ask
// for, each readable; that the root's figures are right.
//
// Invariants:
//  1. Terminates on any bytes: no page is entered twice, nothing recurses.
//  2. A page found wrong is reported and not descended into; the check goes on beside it.

#pragma once

#include <macaw/detail/format/large_value.hpp>
#include <macaw/detail/format/page_header.hpp>
#include <macaw/detail/format/position.hpp>
#include <macaw/detail/format/tree_root.hpp>
#include <macaw/detail/format/validate.hpp>
#include <macaw/detail/tree/large_value.hpp>
#include <macaw/detail/tree/page_source.hpp>
#include <macaw/detail/tree/path.hpp>
#include <macaw/detail/tree/walk.hpp>
#include <macaw/error.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace macaw::inline MACAW_ABI::detail {

/// Something wrong with a tree. The text and the path live only during the call that reports it.
struct tree_finding {
  page_ref page;                   ///< the page concerned; the root where it is about the whole tree
  std::string_view what;           ///< what is wrong with it
  std::span<const page_ref> path;  ///< the pages above it, the root first
};

/// A set of page ids: open addressing, growing by doubling.
class page_id_set {
 public:
  /// Returns: whether the id was not in the set before. Errors: bad_alloc.
  bool insert(page_id id) {
    if (size_ * 2 >= slots_.size()) grow();
    const bool added = place(slots_, to_number(id));
    size_ += added ? 1 : 0;
    return added;
  }

 private:
  static constexpr std::uint64_t empty = ~std::uint64_t{0};

  static bool place(std::vector<std::uint64_t>& slots, std::uint64_t number) noexcept {
    const std::size_t mask = slots.size() - 1;
    std::size_t at = static_cast<std::size_t>((number * 0x9E37'79B9'7F4A'7C15U) >> 32U) & mask;
    for (; slots[at] != empty; at = (at + 1) & mask) {
      if (slots[at] == number) return false;
    }
    slots[at] = number;
    return true;
  }

  void grow() {
    std::vector<std::uint64_t> larger(slots_.empty() ? 64 : slots_.size() * 2, empty);
    for (const std::uint64_t number : slots_) {
      if (number != empty) place(larger, number);
    }
    slots_.swap(larger);
  }

  std::vector<std::uint64_t> slots_;
  std::size_t size_ = 0;
};

namespace check_tree_detail {

template <class L, page_reader R, class Report, class Visit>
class checker {
 public:
  checker(const R& reader, const tree_root& root, const L& layout, Report& report, Visit& visit)
      : reader_(reader), root_(root), layout_(layout), report_(report), visit_(visit) {}

  void run() {
    if (root_.height > height_max) return report_root("the tree is higher than any can be");
    if (root_.height > 0) walk();
    compare(root_.entries == seen_.entries, "the tree's entry count is wrong");
    compare(root_.leaf_pages == seen_.leaf_pages, "the tree's count of leaves is wrong");
    compare(root_.branch_pages == seen_.branch_pages, "the tree's count of branches is wrong");
    compare(root_.large_pages == seen_.large_pages, "the tree's count of large values' pages is wrong");
  }

 private:
  struct open_branch {
    const std::byte* page;
    std::uint32_t next;
    page_bounds bounds;
  };

  void walk() {
    std::uint32_t level = root_.height;
    if (!enter(root_.ref, root_.height - 1U, {})) return;
    if (root_.height == 1) return check_leaf(root_.ref, bytes_);
    open_[--level] = {bytes_, 0, {}};
    path_.push_back(root_.ref);
    for (;;) {
      open_branch& branch = open_[level];
      if (branch.next == layout_.branch.count(branch.page)) {
        path_.pop_back();
        if (path_.empty()) return;
        ++level;
        continue;
      }
      const std::uint32_t child = branch.next++;
      const page_ref ref = layout_.branch.child(branch.page, child);
      const page_bounds bounds = child_bounds(layout_, branch.page, child, branch.bounds);
      if (!enter(ref, level - 1, bounds)) continue;
      if (level == 1) {
        if (layout_.branch.entries(branch.page, child) != leaf_word(layout_, bytes_)) {
          report(ref, "the branch above notes another entry count or mark than the leaf has");
        }
        check_leaf(ref, bytes_);
      } else {
        open_[--level] = {bytes_, 0, bounds};
        path_.push_back(ref);
      }
    }
  }

  /// Reads and validates a page, into `bytes_`. Returns: whether it may be looked into.
  bool enter(page_ref ref, std::uint32_t level, const page_bounds& bounds) {
    const page_kind kind = level == 0 ? page_kind::leaf : page_kind::branch;
    if (!count_page(ref, kind, level, 1)) return false;
    const page_shape shape = shape_at(layout_, level);
    const bool whole = guarded(ref, [&] {
      bytes_ = reader_.page(ref, shape, bounds);
      const char* const wrong =
          is_frame(ref.id) ? validate_frame(level, bounds) : validate_page<R::page_size>(bytes_, shape, bounds);
      if (wrong != nullptr) report(ref, wrong);
      return wrong == nullptr;
    });
    show({ref, kind, static_cast<std::uint8_t>(level), 1, whole ? bytes_ : nullptr}, 0);
    return whole;
  }

  /// What is wrong with the frame in `bytes_`, or nullptr. Frames may refer to frames, and have no birth.
  [[nodiscard]] const char* validate_frame(std::uint32_t level, const page_bounds& bounds) const noexcept {
    if (level == 0) {
      if (const char* const wrong = layout_.leaf.validate(bytes_)) return wrong;
      const std::uint32_t count = layout_.leaf.count(bytes_);
      if (count == 0) return "leaf without entries";
      return validation::check_bounds(layout_, bounds, 0, count - 1, [&](std::uint32_t i, std::byte* out) {
        return layout_.leaf.copy_key(bytes_, i, out);
      });
    }
    if (const char* const wrong = layout_.branch.validate(bytes_)) return wrong;
    const std::uint32_t count = layout_.branch.count(bytes_);
    if (count == 1) return nullptr;
    return validation::check_bounds(layout_, bounds, 1, count - 1, [&](std::uint32_t i, std::byte* out) {
      return layout_.branch.copy_separator(bytes_, i, out);
    });
  }

  void check_leaf(page_ref leaf, const std::byte* page) {
    const std::uint32_t count = layout_.leaf.count(page);
    seen_.entries += count;
    if (!layout_.leaf.has_references(page)) return;
    path_.push_back(leaf);
    for (std::uint32_t i = 0; i < count; ++i) {
      const cell_value value = layout_.leaf.value(page, i);
      if (value.tag == value_tag::large) check_large(load_large_record(value.bytes));
    }
    path_.pop_back();
  }

  void check_large(const large_record& record) {
    guarded(record.root, [&] {
      expect_claimed<R::page_size>(record, root_);
      if (claimed_ > root_.large_pages) throw_corrupt(record.root.id, "the tree has more pages than its root says");
      claimed_ += large_pages<R::page_size>(record.size);
      walk_large(reader_, record, [&](page_ref ref, std::uint8_t level, std::uint32_t pages, std::size_t payload) {
        const page_kind kind = level == 0 ? page_kind::piece : page_kind::large_index;
        if (!count_page(ref, kind, level, pages)) return;
        if (level == 0) guarded(ref, [&] { return reader_.piece(ref, payload, buffer_).size() == payload; });
        show({ref, kind, level, pages, nullptr}, payload);
      });
      return true;
    });
  }

  /// Counts a page. Returns: whether this is the first time that it is reached.
  bool count_page(page_ref ref, page_kind kind, std::uint32_t level, std::uint32_t pages) {
    if (!reached_.insert(ref.id)) {
      report(ref, "the page is reached twice");
      return false;
    }
    if (kind == page_kind::leaf) {
      ++seen_.leaf_pages;
    } else if (kind == page_kind::branch) {
      ++seen_.branch_pages;
    } else {
      seen_.large_pages += pages;
    }
    visit_(walked_page{ref, kind, static_cast<std::uint8_t>(level), pages, nullptr});
    return true;
  }

  /// Shows a page that has been read to those who want to see it.
  void show(const walked_page& page, std::size_t payload) {
    if constexpr (requires { visit_.read(page, payload, std::span<const page_ref>()); }) {
      visit_.read(page, payload, std::span<const page_ref>(path_));
    }
  }

  /// Calls `look`, and reports what it finds corrupt or cannot read. Returns: whether all is well.
  template <class Look>
  bool guarded(page_ref ref, const Look& look) {
    try {
      return look();
    } catch (const error& caught) {
      if (caught.kind() != errc::corrupt && caught.kind() != errc::io) throw;
      report(to_number(caught.page()) == 0 ? ref : page_ref{caught.page(), 0}, caught.what());
      return false;
    }
  }

  void compare(bool right, const char* what) {
    if (!right) report_root(what);
  }
  void report_root(const char* what) { report_(tree_finding{root_.ref, what, {}}); }
  void report(page_ref ref, std::string_view what) { report_(tree_finding{ref, what, path_}); }

  const R& reader_;
  const tree_root& root_;
  const L& layout_;
  Report& report_;
  Visit& visit_;
  tree_root seen_;
  std::uint64_t claimed_ = 0;  // pages, by the large values' sizes
  page_id_set reached_;
  std::vector<page_ref> path_;
  piece_buffer buffer_;
  const std::byte* bytes_ = nullptr;  // of the page entered last
  std::array<open_branch, height_max> open_;
};

}  // namespace check_tree_detail

/// Looks at every page of a tree.
/// Effects: calls `report(const tree_finding&)` for everything that is wrong, and `visit(const walked_page&)` once
/// for every page that is reached, before it is read. Where there is such a member, it calls
/// `visit.read(const walked_page&, std::size_t payload, std::span<const page_ref> path)` when the page has been read
/// and what is wrong with it was reported: with the bytes of a branch or leaf that is sound, and the payload of a
/// piece. Errors: what the two raise, bad_alloc; pages that cannot be read are findings. Complexity: reads every page
/// once, pieces included; 8 to 32 bytes of memory a page.
template <class L, page_reader R, class Report, class Visit>
void check_tree(const R& reader, const tree_root& root, const L& layout, Report&& report, Visit&& visit) {
  using checker = check_tree_detail::checker<L, R, std::remove_reference_t<Report>, std::remove_reference_t<Visit>>;
  checker(reader, root, layout, report, visit).run();
}

}  // namespace macaw::inline MACAW_ABI::detail
