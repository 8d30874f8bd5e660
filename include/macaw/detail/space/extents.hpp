// SPDX-License-Identifier: MIT
//
// A set of pages, kept as extents: ordered by address, and found by length. Layer 3 (space). PROTOCOL S9.
//
// Invariants:
//  1. Extents are maximal: no two of them touch or overlap. So the set alone decides how many there are.
//  2. Every extent stands in two trees over the same nodes, one ordered by address, one by length and then
//     address. Both are treaps whose priorities come from the node's number and a seed that differs from set
//     to set: no sequence of operations, a hostile file's included, is slow but by chance.
//  3. An extent that shrinks, grows or takes in a neighbour keeps its place in the order of addresses, so only
//     its place in the order of lengths changes.
//  4. An operation needs one further node at most; after `reserve(n)`, n operations cannot fail. Taking never
//     needs one.
//
// Complexity: each operation is logarithmic in the number of extents; 28 bytes an extent.
// Thread safety: as a plain value.

#pragma once

#include <macaw/detail/base/algorithms.hpp>
#include <macaw/detail/base/when_used.hpp>
#include <macaw/detail/format/meta_page.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace macaw::inline MACAW_ABI::detail {

template <class When>
class basic_extent_set {
 public:
  template <class T>
  using vector = typename When::template vector<T>;

  basic_extent_set() noexcept : seed_(new_seed()) {}
  basic_extent_set(const basic_extent_set&) = delete;
  basic_extent_set& operator=(const basic_extent_set&) = delete;

  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
  /// Extents in the set.
  [[nodiscard]] std::size_t count() const noexcept { return count_; }
  /// Pages in the set.
  [[nodiscard]] std::uint64_t total() const noexcept { return total_; }
  /// Pages in the longest extent.
  [[nodiscard]] std::uint32_t longest() const noexcept { return empty() ? 0 : at(last(by_length)).pages; }

  /// Makes sure that the next `operations` changes cannot fail. Errors: std::bad_alloc; then nothing has changed.
  void reserve(std::size_t operations) {
    const std::size_t wanted = count_ + operations;
    if (wanted > nodes_.capacity()) nodes_.reserve(algorithms::max(wanted, 2 * nodes_.capacity()));
  }

  /// Whether all of these pages are in the set.
  [[nodiscard]] bool contains(std::uint32_t first, std::uint32_t pages) const noexcept {
    const number before = around(first).before;
    return before != none && end_of(before) >= std::uint64_t{first} + pages;
  }
  /// The extent that holds `address`, or else the next one.
  [[nodiscard]] std::optional<page_run> at_or_after(std::uint32_t address) const noexcept;

  /// Adds pages. Returns false, and changes nothing, if one of them is in the set already.
  /// Errors: std::bad_alloc; then nothing has changed.
  [[nodiscard]] bool give(std::uint32_t first, std::uint32_t pages);
  /// Removes pages. Returns false, and changes nothing, if one of them is not in the set.
  /// Errors: std::bad_alloc; then nothing has changed.
  [[nodiscard]] bool remove(std::uint32_t first, std::uint32_t pages);

  /// Takes the front of the shortest extent that is long enough, the lowest one of these; none if there is none.
  [[nodiscard]] std::optional<std::uint32_t> take(std::uint32_t pages) noexcept;
  /// Takes at most `pages` pages of the longest extent, the lowest one of these; none if the set is empty.
  [[nodiscard]] std::optional<page_run> take_largest(std::uint32_t pages) noexcept;

  /// Adds these pages, whether or not some are in the set. Errors: std::bad_alloc; then it may be half done.
  void include(std::uint32_t first, std::uint32_t pages) {
    exclude(first, pages);
    static_cast<void>(give(first, pages));
  }
  /// Removes those of these pages that are in the set. Errors: std::bad_alloc; then it may be half done.
  void exclude(std::uint32_t first, std::uint32_t pages);

  /// Calls `f(page_run)` for every extent in the order of addresses.
  template <class F>
  void for_each(F&& f) const {
    for (auto next = at_or_after(0); next; next = at_or_after(next->first + next->pages)) f(*next);
  }

 private:
  using number = std::uint32_t;
  static constexpr number none = UINT32_MAX;
  enum order : unsigned { by_address, by_length };
  enum side : unsigned { lower, higher };

  struct node {
    std::uint32_t first;
    std::uint32_t pages;
    std::uint32_t priority;
    number child[2][2];
  };

  /// The extents on both sides of an address; `before` may hold it.
  struct neighbours {
    number before;
    number after;
  };

  [[nodiscard]] static std::uint64_t mix(std::uint64_t bits) noexcept {
    bits = (bits ^ (bits >> 30U)) * 0xBF58'476D'1CE4'E5B9U;
    bits = (bits ^ (bits >> 27U)) * 0x94D0'49BB'1331'11EBU;
    return bits ^ (bits >> 31U);
  }
  [[nodiscard]] std::uint64_t new_seed() const noexcept {
    static std::atomic<std::uint64_t> sets{0};
    return mix(reinterpret_cast<std::uintptr_t>(this) + (sets.fetch_add(1, std::memory_order_relaxed) << 48U));
  }

  [[nodiscard]] const node& at(number n) const noexcept { return nodes_[n]; }
  [[nodiscard]] std::uint64_t end_of(number n) const noexcept { return std::uint64_t{at(n).first} + at(n).pages; }
  [[nodiscard]] bool above(number a, number b) const noexcept { return at(a).priority > at(b).priority; }
  [[nodiscard]] bool less(order o, number a, number b) const noexcept {
    if (o == by_length && at(a).pages != at(b).pages) return at(a).pages < at(b).pages;
    return at(a).first < at(b).first;
  }
  [[nodiscard]] number last(order o) const noexcept {
    number found = root_[o];
    while (at(found).child[o][higher] != none) found = at(found).child[o][higher];
    return found;
  }

  [[nodiscard]] neighbours around(std::uint32_t address) const noexcept;
  [[nodiscard]] number shortest_of(std::uint32_t pages) const noexcept;

  void link(order o, number n) noexcept;
  void unlink(order o, number n) noexcept;
  void resize(number n, std::uint32_t first, std::uint32_t pages) noexcept;
  void add(std::uint32_t first, std::uint32_t pages) noexcept;
  void drop(number n) noexcept;
  void take_front(number n, std::uint32_t pages) noexcept;

  vector<node> nodes_;
  number root_[2] = {none, none};
  number spare_ = none;  ///< unused nodes, linked through their first child
  std::size_t count_ = 0;
  std::uint64_t total_ = 0;
  std::uint64_t seed_;
};
using extent_set = basic_extent_set<when_used>;

template <class When>
std::optional<page_run> basic_extent_set<When>::at_or_after(std::uint32_t address) const noexcept {
  const neighbours sides = around(address);
  const bool holds = sides.before != none && end_of(sides.before) > address;
  const number found = holds ? sides.before : sides.after;
  if (found == none) return std::nullopt;
  return page_run{at(found).first, at(found).pages};
}

template <class When>
bool basic_extent_set<When>::give(std::uint32_t first, std::uint32_t pages) {
  MACAW_ASSERT(pages > 0 && std::uint64_t{first} + pages <= page_id_limit);
  const auto [before, after] = around(first);
  const std::uint32_t end = first + pages;
  if (before != none && end_of(before) > first) return false;
  if (after != none && at(after).first < end) return false;
  const bool touches_before = before != none && end_of(before) == first;
  const bool touches_after = after != none && at(after).first == end;
  if (touches_before && touches_after) {
    const std::uint32_t joined = at(before).pages + pages + at(after).pages;
    drop(after);
    resize(before, at(before).first, joined);
  } else if (touches_before) {
    resize(before, at(before).first, at(before).pages + pages);
  } else if (touches_after) {
    resize(after, first, at(after).pages + pages);
  } else {
    reserve(1);
    add(first, pages);
  }
  total_ += pages;
  return true;
}

template <class When>
bool basic_extent_set<When>::remove(std::uint32_t first, std::uint32_t pages) {
  MACAW_ASSERT(pages > 0);
  const number found = around(first).before;
  const std::uint64_t end = std::uint64_t{first} + pages;
  if (found == none || end_of(found) < end) return false;
  const auto behind = static_cast<std::uint32_t>(end_of(found) - end);
  const std::uint32_t ahead = first - at(found).first;
  if (ahead == 0 && behind == 0) {
    drop(found);
  } else if (ahead == 0) {
    resize(found, first + pages, behind);
  } else {
    if (behind != 0) reserve(1);
    resize(found, at(found).first, ahead);
    if (behind != 0) add(first + pages, behind);
  }
  total_ -= pages;
  return true;
}

template <class When>
std::optional<std::uint32_t> basic_extent_set<When>::take(std::uint32_t pages) noexcept {
  MACAW_ASSERT(pages > 0);
  const number found = shortest_of(pages);
  if (found == none) return std::nullopt;
  const std::uint32_t first = at(found).first;
  take_front(found, pages);
  return first;
}

template <class When>
std::optional<page_run> basic_extent_set<When>::take_largest(std::uint32_t pages) noexcept {
  MACAW_ASSERT(pages > 0);
  if (empty()) return std::nullopt;
  const number found = shortest_of(longest());
  const page_run taken{at(found).first, algorithms::min(pages, at(found).pages)};
  take_front(found, taken.pages);
  return taken;
}

template <class When>
void basic_extent_set<When>::exclude(std::uint32_t first, std::uint32_t pages) {
  const std::uint64_t end = std::uint64_t{first} + pages;
  for (auto next = at_or_after(first); next && next->first < end; next = at_or_after(first)) {
    const std::uint32_t from = algorithms::max(first, next->first);
    const std::uint64_t to = algorithms::min(end, std::uint64_t{next->first} + next->pages);
    static_cast<void>(remove(from, static_cast<std::uint32_t>(to - from)));
  }
}

template <class When>
typename basic_extent_set<When>::neighbours basic_extent_set<When>::around(std::uint32_t address) const noexcept {
  neighbours found{none, none};
  for (number n = root_[by_address]; n != none;) {
    const bool starts_before = at(n).first <= address;
    (starts_before ? found.before : found.after) = n;
    n = at(n).child[by_address][starts_before ? higher : lower];
  }
  return found;
}

/// The shortest extent of at least so many pages, the lowest one of these.
template <class When>
typename basic_extent_set<When>::number basic_extent_set<When>::shortest_of(std::uint32_t pages) const noexcept {
  number found = none;
  for (number n = root_[by_length]; n != none;) {
    const bool fits = at(n).pages >= pages;
    if (fits) found = n;
    n = at(n).child[by_length][fits ? lower : higher];
  }
  return found;
}

/// Puts a node in its place: below all that have a higher priority, above what it splits in two.
template <class When>
void basic_extent_set<When>::link(order o, number n) noexcept {
  number* place = &root_[o];
  while (*place != none && above(*place, n)) place = &nodes_[*place].child[o][less(o, n, *place) ? lower : higher];
  number rest = *place;
  *place = n;
  number* ends[2] = {&nodes_[n].child[o][lower], &nodes_[n].child[o][higher]};
  while (rest != none) {
    const side where = less(o, rest, n) ? lower : higher;
    *ends[where] = rest;
    ends[where] = &nodes_[rest].child[o][where == lower ? higher : lower];
    rest = *ends[where];
  }
  *ends[lower] = none;
  *ends[higher] = none;
}

/// Takes a node out, and joins what stood below it.
template <class When>
void basic_extent_set<When>::unlink(order o, number n) noexcept {
  number* place = &root_[o];
  while (*place != n) place = &nodes_[*place].child[o][less(o, n, *place) ? lower : higher];
  number a = at(n).child[o][lower];
  number b = at(n).child[o][higher];
  while (a != none && b != none) {
    if (above(a, b)) {
      *place = a;
      place = &nodes_[a].child[o][higher];
      a = *place;
    } else {
      *place = b;
      place = &nodes_[b].child[o][lower];
      b = *place;
    }
  }
  *place = a != none ? a : b;
}

/// Changes an extent, within the room between its neighbours.
template <class When>
void basic_extent_set<When>::resize(number n, std::uint32_t first, std::uint32_t pages) noexcept {
  unlink(by_length, n);
  nodes_[n].first = first;
  nodes_[n].pages = pages;
  link(by_length, n);
}

/// Adds an extent that touches no other. Requires room.
template <class When>
void basic_extent_set<When>::add(std::uint32_t first, std::uint32_t pages) noexcept {
  number n = spare_;
  if (n != none) {
    spare_ = at(n).child[0][0];
  } else {
    MACAW_ASSERT(nodes_.size() < nodes_.capacity());
    n = static_cast<number>(nodes_.size());
    nodes_.emplace_back();
    nodes_[n].priority = static_cast<std::uint32_t>(mix(seed_ + n));
  }
  nodes_[n].first = first;
  nodes_[n].pages = pages;
  link(by_address, n);
  link(by_length, n);
  ++count_;
}

template <class When>
void basic_extent_set<When>::drop(number n) noexcept {
  unlink(by_address, n);
  unlink(by_length, n);
  nodes_[n].child[0][0] = spare_;
  spare_ = n;
  --count_;
}

template <class When>
void basic_extent_set<When>::take_front(number n, std::uint32_t pages) noexcept {
  total_ -= pages;
  if (pages == at(n).pages) {
    drop(n);
  } else {
    resize(n, at(n).first + pages, at(n).pages - pages);
  }
}

}  // namespace macaw::inline MACAW_ABI::detail
