// SPDX-License-Identifier: MIT

#include "support/catch.hpp"

#include <macaw/detail/space/space_log.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace {

using macaw::page_id;
using macaw::page_ref;
using namespace macaw::detail;

using words = std::vector<space_word>;

words used(std::uint32_t from, std::uint32_t count) {
  words all;
  for (std::uint32_t i = 0; i < count; ++i) all.push_back(make_space_word(space_word_kind::used, from + i, 1));
  return all;
}

words state(std::uint32_t from, std::uint32_t listed) {
  words all{make_space_word(space_word_kind::state, from, 2 * listed + 1)};
  for (std::uint32_t i = 0; i < listed; ++i) {
    all.push_back(make_space_word(space_word_kind::listed, from + 2 * i, 1));
  }
  return all;
}

words operator+(words a, const words& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

log_change prepare(space_log& log, const words& statements, std::uint64_t tail, std::vector<std::uint32_t> ids,
                   std::uint32_t birth) {
  log_change change = log.prepare(statements, tail);
  REQUIRE(change.pages.size() == ids.size());
  log.place(change, ids, birth);
  return change;
}

TEST_CASE("Statements that fit stay in the meta page") {
  space_log log(space_room{6, 10});
  log_change change = prepare(log, used(20, 6), 0, {}, 1);
  CHECK(change.words == used(20, 6));
  CHECK(log.head_after(change) == page_ref{});
  log.adopt(change);
  CHECK(log.page_count() == 0);
  CHECK(log.words().size() == 6);
}

TEST_CASE("What does not fit moves to pages, oldest first, and merges into the newest page") {
  space_log log(space_room{6, 10});
  log_change change = prepare(log, used(100, 13), 0, {50}, 1);
  CHECK(change.pages[0].index == 0);
  CHECK(change.pages[0].words == used(100, 10));
  CHECK(change.words == used(110, 3));
  log.adopt(change);
  CHECK(log.head() == page_ref{page_id{50}, 1});

  // The page is full, so a new one is made.
  change = prepare(log, used(113, 5), 0, {60}, 2);
  CHECK_FALSE(change.replaces_newest);
  CHECK(change.dropped.empty());
  CHECK(change.pages[0].index == 1);
  CHECK(change.pages[0].words == used(110, 8));
  CHECK(change.pages[0].previous[0] == page_ref{page_id{50}, 1});
  CHECK(change.words.empty());
  log.adopt(change);

  // Two words are free in the newest page: it is written anew, and the one after it refers to the new copy.
  change = prepare(log, used(118, 18), 0, {70, 80}, 3);
  CHECK(change.replaces_newest);
  CHECK(change.dropped == std::vector<page_ref>{{page_id{60}, 2}});
  CHECK(change.pages[0].index == 1);
  CHECK(change.pages[0].words == used(110, 10));
  CHECK(change.pages[0].previous[0] == page_ref{page_id{50}, 1});
  CHECK(change.pages[1].index == 2);
  CHECK(change.pages[1].words == used(120, 10));
  CHECK(change.pages[1].previous[0] == page_ref{page_id{70}, 3});
  CHECK(change.pages[1].previous[1] == page_ref{page_id{50}, 1});
  CHECK(change.words == used(130, 6));
}

TEST_CASE("A statement is not divided between pages") {
  space_log log(space_room{8, 10});
  log_change change = prepare(log, used(20, 8) + state(200, 3) + used(40, 3), 0, {50}, 1);
  CHECK(change.pages[0].words == used(20, 8));
  CHECK(change.words.size() == 7);
}

TEST_CASE("A change that is not taken in leaves the log as it was") {
  space_log log(space_room{6, 10});
  log_change change = prepare(log, used(100, 13), 0, {50}, 1);
  log.adopt(change);
  const words before(log.words().begin(), log.words().end());
  static_cast<void>(prepare(log, used(200, 30), 0, {60, 70, 80}, 2));
  CHECK(log.page_count() == 1);
  CHECK(log.head() == page_ref{page_id{50}, 1});
  CHECK(words(log.words().begin(), log.words().end()) == before);
}

TEST_CASE("Pages below the tail leave the log") {
  space_log log(space_room{2, 4});
  for (std::uint32_t i = 0; i < 12; ++i) {
    log_change change = prepare(log, used(1000 + 4 * i, 4), 0, {100 + i}, i + 1);
    log.adopt(change);
  }
  REQUIRE(log.page_count() == 12);
  REQUIRE(log.newest_index() == 11);
  log_change change = prepare(log, used(2000, 1), 9, {}, 20);
  REQUIRE(change.dropped.size() == 9);
  CHECK(change.dropped.front() == page_ref{page_id{100}, 1});
  CHECK(change.dropped.back() == page_ref{page_id{108}, 9});
  log.adopt(change);
  CHECK(log.tail() == 9);
  CHECK(log.page_count() == 3);
  CHECK(log.pages().front() == page_ref{page_id{109}, 10});
  CHECK(log.newest_index() == 11);
}

}  // namespace
