// SPDX-License-Identifier: MIT
//
// A tiny engine around a space map, for its tests: objects of some pages each stand for the tree, readers
// hold what they could see, commits write a meta and log pages to a disk in memory. It knows for every page
// what it is, and stops the program where the map breaks a rule.

#pragma once

#include "support/catch.hpp"

#include <macaw/detail/space/space_map.hpp>
#include <macaw/detail/space/space_plan.hpp>
#include <macaw/error.hpp>
#include <macaw/ids.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <vector>

namespace macaw_test {

using macaw::detail::extent_set;
using macaw::detail::freed_pages;
using macaw::detail::log_page_image;
using macaw::detail::page_run;
using macaw::detail::pending_run;
using macaw::detail::space_map;
using macaw::detail::space_plan;
using macaw::detail::space_room;
using macaw::detail::space_root;
using macaw::detail::space_word;

/// Fails the test where a law is broken, and costs nothing where it holds.
inline void must(bool holds, const char* law) {
  if (!holds) FAIL(law);
}

class space_life {
 public:
  static constexpr std::uint32_t first_page = 16;
  static constexpr std::size_t page_size = 512;

  struct object {
    std::uint32_t first;
    std::uint32_t pages;
    std::uint64_t birth;
  };

  struct meta {
    space_root root;
    std::vector<std::byte> statements;
  };

  space_life(space_room room, std::uint64_t seed) : random(seed), room_(room) {
    map = std::make_unique<space_map>(first_page, room);
    durable_.root = space_root{{}, 0, first_page, 0, first_page};
  }

  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(random() % limit); }

  // --- a window: what happens between two durable commits

  /// Takes pages for a new object; they must be nobody's.
  void make(std::uint32_t pages) { made_.push_back({take_run(pages), pages, d_ + 1}); }
  /// Takes single pages in as few runs as the map sees fit.
  void make_singles(std::uint32_t count) {
    while (count > 0) {
      const page_run run = map->allocate_up_to(count);
      REQUIRE(run.pages >= 1);
      REQUIRE(run.pages <= count);
      check_taken(run.first, run.pages);
      for (std::uint32_t i = 0; i < run.pages; ++i) made_.push_back({run.first + i, 1, d_ + 1});
      count -= run.pages;
    }
  }
  /// Drops an object of the durable state.
  void drop(std::size_t at) {
    dropped_.push_back(objects_[at]);
    objects_[at] = objects_.back();
    objects_.pop_back();
  }
  /// Gives back what the window made: all of it, or some.
  void unmake(std::size_t keep) {
    while (made_.size() > keep) {
      const std::size_t at = below(static_cast<std::uint32_t>(made_.size()));
      const object gone = made_[at];
      made_[at] = made_.back();
      made_.pop_back();
      if (below(2) == 0) {
        for (std::uint32_t i = gone.pages; i-- > 0;) map->give_back(gone.first + i, 1);
      } else {
        map->give_back(gone.first, gone.pages);
      }
    }
  }
  /// Forgets the window.
  void roll_back() {
    unmake(0);
    for (const object& entry : dropped_) objects_.push_back(entry);
    dropped_.clear();
  }

  [[nodiscard]] std::vector<freed_pages> freed() const {
    std::vector<freed_pages> runs;
    for (const object& entry : dropped_) runs.push_back({entry.first, entry.pages, entry.birth});
    return runs;
  }
  [[nodiscard]] std::vector<page_run> used() const {
    std::vector<page_run> runs;
    for (const object& entry : made_) runs.push_back({entry.first, entry.pages});
    return runs;
  }

  /// A write-out that fails after the plan was made.
  void fail_commit() {
    const space_plan plan(*map, d_ + 1, freed(), used());
    write(plan);
  }

  void commit() {
    {
      space_plan plan(*map, d_ + 1, freed(), used());
      write(plan);
      meta next{plan.root(), std::vector<std::byte>(plan.words().size() * 8)};
      REQUIRE(plan.words().size() <= room_.meta_words);
      macaw::detail::store_space_words(next.statements.data(), plan.words());
      durable_ = std::move(next);
      plan.adopt();
    }
    ++d_;
    for (const object& entry : made_) objects_.push_back(entry);
    made_.clear();
    dropped_.clear();
    check();
  }

  // --- readers

  void begin_read() { readers_.insert({d_, reachable()}); }
  void end_read() {
    if (readers_.empty()) return;
    auto at = readers_.begin();
    std::advance(at, below(static_cast<std::uint32_t>(readers_.size())));
    readers_.erase(at);
  }
  void release() {
    std::vector<std::uint64_t> pins;
    for (const auto& reader : readers_) pins.push_back(reader.first);
    pins.erase(std::unique(pins.begin(), pins.end()), pins.end());
    map->release(pins);
    map->for_each_pending([&](const pending_run& run) {
      const auto pin = std::lower_bound(pins.begin(), pins.end(), run.birth);
      REQUIRE((pin != pins.end() && *pin < run.death));  // what waits, waits for somebody
    });
  }

  // --- opening

  /// The process dies: what is not durable is gone, and so are readers.
  void reopen() {
    made_.clear();
    for (const object& entry : dropped_) objects_.push_back(entry);
    dropped_.clear();
    readers_.clear();
    map = std::make_unique<space_map>(first_page, room_);
    std::vector<std::byte> page;
    map->restore(durable_.root, durable_.statements, page_size, [&](macaw::page_ref ref) {
      const auto found = disk_.find(to_number(ref.id));
      REQUIRE(found != disk_.end());
      REQUIRE(found->second.birth == ref.birth);
      page = found->second.bytes;  // valid until the next call only
      return page.data();
    });
    REQUIRE(map->pending() == 0);
    check();
  }

  // --- looking

  [[nodiscard]] std::set<std::uint32_t> reachable() const {
    std::set<std::uint32_t> pages;
    for (const object& entry : objects_) {
      for (std::uint32_t i = 0; i < entry.pages; ++i) must(pages.insert(entry.first + i).second, "objects overlap");
    }
    return pages;
  }

  /// Every page below the mark is exactly one of reachable, log, pending, allocatable; F is what the tree does
  /// not reach. For use right after a commit or an opening.
  void check() const {
    std::vector<const char*> what(map->mark(), nullptr);
    const auto claim = [&](std::uint32_t first, std::uint32_t pages, const char* name) {
      for (std::uint32_t page = first; page < first + pages; ++page) {
        must(page >= first_page && page < what.size(), "a page outside is spoken of");
        must(what[page] == nullptr, "a page is two things");
        what[page] = name;
      }
    };
    for (const object& entry : objects_) claim(entry.first, entry.pages, "reachable");
    extent_set expected;
    for (std::uint32_t page = first_page; page < what.size(); ++page) {
      if (what[page] == nullptr) must(expected.give(page, 1), "extents are wrong");
    }
    std::vector<page_run> should;
    std::vector<page_run> is;
    expected.for_each([&](page_run run) { should.push_back(run); });
    map->free().for_each([&](page_run run) { is.push_back(run); });
    REQUIRE(is == should);
    map->for_each_log_page([&](macaw::page_ref ref) { claim(to_number(ref.id), 1, "log"); });
    map->for_each_pending([&](const pending_run& run) { claim(run.first, run.pages, "pending"); });
    map->for_each_free([&](page_run run) { claim(run.first, run.pages, "allocatable"); });
    for (std::uint32_t page = first_page; page < what.size(); ++page) {
      must(what[page] != nullptr, "a page is nothing");
    }
    REQUIRE(map->taken() == 0);
  }

  /// Words in the log pages and in the meta page.
  [[nodiscard]] std::size_t log_words() const {
    std::size_t words = map->log().words().size();
    map->for_each_log_page(
        [&](macaw::page_ref ref) { words += macaw::detail::load_count(disk_.at(to_number(ref.id)).bytes.data()); });
    return words;
  }

  [[nodiscard]] std::vector<object>& objects() noexcept { return objects_; }
  [[nodiscard]] std::size_t made() const noexcept { return made_.size(); }
  [[nodiscard]] std::size_t readers() const noexcept { return readers_.size(); }
  [[nodiscard]] std::uint64_t d() const noexcept { return d_; }
  [[nodiscard]] meta& durable() noexcept { return durable_; }
  [[nodiscard]] std::vector<std::byte>& disk(std::uint32_t page) { return disk_.at(page).bytes; }

  std::mt19937_64 random;
  std::unique_ptr<space_map> map;

 private:
  struct disk_page {
    std::vector<std::byte> bytes;
    std::uint32_t birth;
  };

  [[nodiscard]] std::uint32_t take_run(std::uint32_t pages) {
    const std::uint32_t first = map->allocate(pages);
    check_taken(first, pages);
    return first;
  }

  /// Pages about to be written belong to nobody: not to the durable state, a reader, or this window.
  void check_taken(std::uint32_t first, std::uint32_t pages) {
    const auto touches = [&](const object& entry) {
      return entry.first < first + pages && first < entry.first + entry.pages;
    };
    must(first >= first_page && first + pages <= map->mark(), "taken outside the file");
    must(std::none_of(objects_.begin(), objects_.end(), touches), "taken from the durable state");
    must(std::none_of(dropped_.begin(), dropped_.end(), touches), "taken from the durable state, though dropped");
    must(std::none_of(made_.begin(), made_.end(), touches), "taken twice");
    for (const auto& [d, seen] : readers_) {
      const auto at = seen.lower_bound(first);
      must(at == seen.end() || *at >= first + pages, "taken from under a reader");
    }
    map->for_each_log_page([&](macaw::page_ref ref) {
      must(to_number(ref.id) < first || to_number(ref.id) >= first + pages, "taken from the log");
    });
    for (std::uint32_t page = first; page < first + pages; ++page) disk_.erase(page);
  }

  void write(const space_plan& plan) {
    std::uint32_t last = 0;
    for (const log_page_image& image : plan.pages()) {
      REQUIRE(image.id > last);
      last = image.id;
      check_taken(image.id, 1);
      REQUIRE(image.words.size() <= room_.page_words);
      disk_page& page = disk_[image.id];
      page.bytes.assign(page_size, std::byte{0xEE});
      page.birth = static_cast<std::uint32_t>(d_ + 1);
      image.encode(page.bytes);
    }
  }

  space_room room_;
  std::uint64_t d_ = 0;
  std::vector<object> objects_;  ///< of the durable state, without what the window dropped
  std::vector<object> made_;
  std::vector<object> dropped_;
  std::multimap<std::uint64_t, std::set<std::uint32_t>> readers_;
  std::map<std::uint32_t, disk_page> disk_;
  meta durable_;
};

}  // namespace macaw_test
