// SPDX-License-Identifier: MIT
//
// The log of the space map: its newest statements stand in the meta page, older ones in log pages.
// Layer 3 (space). PROTOCOL S2 to S5.
//
// Invariants:
//  1. Log pages are numbered without gaps from the tail to the newest. What lies below the tail is no longer
//     part of the log.
//  2. When the newest statements no longer fit the meta page, the oldest of them move: into the newest log page
//     as far as it has room (which is then written anew, under another id, with the same index), then into
//     new pages. So only the newest page is ever replaced, and what a page refers to is final.
//  3. No statement is divided.
//  4. A change is prepared apart from the log (`log_change`), and taken in without failing or forgotten.
//
// Thread safety: as a plain value.

#pragma once

#include <macaw/detail/base/algorithms.hpp>
#include <macaw/detail/base/when_used.hpp>
#include <macaw/detail/format/space_page.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace macaw::inline MACAW_ABI::detail {

/// What a meta page says of the space map, beside the newest statements.
struct space_root {
  page_ref head;                    ///< newest log page; id 0: there is none
  std::uint64_t tail = 0;           ///< index of the oldest log page
  std::uint32_t sweep_address = 0;  ///< where the next `state` statement begins
  std::uint64_t sweep_index = 0;    ///< the tail when this sweep ends
  std::uint32_t mark = 0;           ///< one past the highest page ever used

  friend constexpr bool operator==(const space_root&, const space_root&) = default;
};

/// How many words the places hold that statements are kept in.
struct space_room {
  std::size_t meta_words = 0;
  std::size_t page_words = 0;

  /// The most words one statement may have: it must fit a page, and leave room for others.
  [[nodiscard]] constexpr std::size_t statement_words_max() const noexcept {
    return algorithms::clamp<std::size_t>(page_words / 4, 2, 32);
  }
};

/// A log page to be written.
template <class When>
struct basic_log_page_image {
  template <class T>
  using vector = typename When::template vector<T>;
  template <class T>
  using span = typename When::template span<T>;

  std::uint32_t id = 0;
  std::uint64_t index = 0;
  std::array<page_ref, space_previous_count> previous{};
  vector<space_word> words;

  /// Makes the page, to be sealed.
  void encode(span<std::byte> page) const noexcept {
    format_space_page(page.data(), page.size(), index, previous, words);
  }
};
using log_page_image = basic_log_page_image<when_used>;

/// What a commit does to the log.
template <class When>
struct basic_log_change {
  template <class T>
  using vector = typename When::template vector<T>;

  vector<basic_log_page_image<When>> pages;  ///< to be written, ascending by index and by id
  vector<space_word> words;                  ///< for the meta page
  vector<page_ref> dropped;                  ///< log pages that are no longer part of the log
  bool replaces_newest = false;              ///< the first of `pages` stands for the newest page there was
  std::uint64_t tail = 0;
  std::uint32_t birth = 0;  ///< of the pages, as references have it
};
using log_change = basic_log_change<when_used>;

template <class When>
class basic_space_log {
 public:
  template <class T>
  using vector = typename When::template vector<T>;
  template <class T>
  using span = typename When::template span<T>;

  explicit basic_space_log(space_room room) noexcept : room_(room) { MACAW_ASSERT(room.page_words >= 2); }

  [[nodiscard]] const space_room& room() const noexcept { return room_; }
  [[nodiscard]] std::size_t page_count() const noexcept { return pages_.size() - gone_; }
  [[nodiscard]] span<const page_ref> pages() const noexcept { return std::span(pages_).subspan(gone_); }
  [[nodiscard]] span<const space_word> words() const noexcept { return words_; }
  [[nodiscard]] std::uint64_t tail() const noexcept { return tail_; }
  /// The newest log page; id 0 where there is none.
  [[nodiscard]] page_ref head() const noexcept { return page_count() == 0 ? page_ref{} : pages_.back(); }
  /// Index of the newest log page, or the one that the first will have.
  [[nodiscard]] std::uint64_t newest_index() const noexcept {
    return page_count() == 0 ? tail_ : tail_ + page_count() - 1;
  }

  /// Prepares the log to say `statements` too, and to begin at `tail`; the new pages have no ids yet.
  /// Errors: std::bad_alloc.
  [[nodiscard]] basic_log_change<When> prepare(span<const space_word> statements, std::uint64_t tail);

  /// Gives the new pages their ids, which ascend, and the birth that references name.
  void place(basic_log_change<When>& change, span<const std::uint32_t> ids, std::uint32_t birth) const noexcept;

  /// The newest log page once the change is taken in; id 0 where there is none.
  [[nodiscard]] page_ref head_after(const basic_log_change<When>& change) const noexcept {
    return change.pages.empty() ? head() : page_ref{page_id{change.pages.back().id}, change.birth};
  }

  /// Takes a prepared change in.
  void adopt(basic_log_change<When>& change) noexcept;

  /// Begins with what was found in a file: log pages oldest first, the words of the newest of them, and those of
  /// the meta page.
  void restore(vector<page_ref> pages, std::uint64_t tail, vector<space_word> newest,
               vector<space_word> words) noexcept {
    pages_ = std::move(pages);
    gone_ = 0;
    tail_ = tail;
    newest_ = std::move(newest);
    words_ = std::move(words);
  }

 private:
  /// How many of these words are whole statements within `room` words.
  [[nodiscard]] static std::size_t whole_statements(span<const space_word> words, std::size_t room) noexcept {
    if (words.size() <= room) return words.size();
    std::size_t count = room;
    while (count > 0 && words[count].kind() == space_word_kind::listed) --count;
    return count;
  }

  space_room room_;
  vector<page_ref> pages_;  ///< log pages, oldest first; the first `gone_` are below the tail
  std::size_t gone_ = 0;
  std::uint64_t tail_ = 0;
  vector<space_word> newest_;  ///< what the newest log page says
  vector<space_word> words_;   ///< what the meta page says
};
using space_log = basic_space_log<when_used>;

template <class When>
basic_log_change<When> basic_space_log<When>::prepare(span<const space_word> statements, std::uint64_t tail) {
  MACAW_ASSERT(tail >= tail_ && tail <= newest_index());
  basic_log_change<When> change;
  change.tail = tail;
  vector<space_word> all;
  all.reserve(words_.size() + statements.size());
  all.assign(words_.begin(), words_.end());
  all.insert(all.end(), statements.begin(), statements.end());
  span<const space_word> rest = all;
  std::uint64_t index = page_count() == 0 ? tail_ : newest_index() + 1;
  const auto move_out = [&](span<const space_word> before, std::size_t count) {
    basic_log_page_image<When>& image = change.pages.emplace_back();
    image.index = index++;
    image.words.reserve(before.size() + count);
    image.words.assign(before.begin(), before.end());
    image.words.insert(image.words.end(), rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(count));
    rest = rest.subspan(count);
  };
  span<const page_ref> staying = pages();
  if (rest.size() > room_.meta_words && page_count() != 0 && newest_.size() < room_.page_words) {
    if (const std::size_t count = whole_statements(rest, room_.page_words - newest_.size()); count > 0) {
      change.replaces_newest = true;
      change.dropped.push_back(head());
      staying = staying.first(staying.size() - 1);
      --index;
      move_out(newest_, count);
    }
  }
  while (rest.size() > room_.meta_words) {
    const std::size_t count = whole_statements(rest, room_.page_words);
    MACAW_ASSERT(count > 0);
    move_out({}, count);
  }
  change.words.assign(rest.begin(), rest.end());
  staying = staying.first(static_cast<std::size_t>(algorithms::min<std::uint64_t>(tail - tail_, staying.size())));
  change.dropped.insert(change.dropped.end(), staying.begin(), staying.end());
  pages_.reserve(pages_.size() + change.pages.size());
  return change;
}

template <class When>
void basic_space_log<When>::place(basic_log_change<When>& change, span<const std::uint32_t> ids,
                                  std::uint32_t birth) const noexcept {
  MACAW_ASSERT(ids.size() == change.pages.size());
  change.birth = birth;
  span<const page_ref> older = pages();
  if (change.replaces_newest) older = older.first(older.size() - 1);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    MACAW_ASSERT(i == 0 || ids[i - 1] < ids[i]);
    basic_log_page_image<When>& image = change.pages[i];
    image.id = ids[i];
    for (std::size_t distance = 1; distance <= space_previous_count; ++distance) {
      page_ref& previous = image.previous[distance - 1];
      if (distance <= i) {
        previous = {page_id{ids[i - distance]}, birth};
      } else if (distance - i <= older.size()) {
        previous = older[older.size() - (distance - i)];
      }
    }
  }
}

template <class When>
void basic_space_log<When>::adopt(basic_log_change<When>& change) noexcept {
  if (change.replaces_newest) pages_.pop_back();
  for (const basic_log_page_image<When>& image : change.pages) {
    pages_.push_back({page_id{image.id}, change.birth});  // room was made when preparing
  }
  if (!change.pages.empty()) newest_ = std::move(change.pages.back().words);
  words_ = std::move(change.words);
  gone_ += static_cast<std::size_t>(change.tail - tail_);
  tail_ = change.tail;
  if (2 * gone_ > pages_.size()) {
    pages_.erase(pages_.begin(), pages_.begin() + static_cast<std::ptrdiff_t>(gone_));
    gone_ = 0;
  }
}

}  // namespace macaw::inline MACAW_ABI::detail
