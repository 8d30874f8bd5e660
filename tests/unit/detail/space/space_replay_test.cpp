// SPDX-License-Identifier: MIT

#include "support/catch.hpp"

#include <macaw/detail/format/space_page.hpp>
#include <macaw/detail/space/space_replay.hpp>
#include <macaw/error.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace {

using macaw::errc;
using macaw::page_id;
using macaw::page_ref;
using namespace macaw::detail;

constexpr auto used = space_word_kind::used;
constexpr auto free_ = space_word_kind::free;
constexpr auto state = space_word_kind::state;
constexpr auto listed = space_word_kind::listed;

using words = std::vector<space_word>;
using runs = std::vector<page_run>;

std::vector<std::byte> bytes_of(const words& all) {
  std::vector<std::byte> bytes(all.size() * 8);
  store_space_words(bytes.data(), all);
  return bytes;
}

/// The free pages of 16 to 99 after these statements.
runs replayed(const words& all) {
  extent_set free;
  space_replay replay(free, 16, 100, 8);
  replay.apply(bytes_of(all), page_id{});
  runs found;
  free.for_each([&found](page_run run) { found.push_back(run); });
  return found;
}

bool is_corrupt(const words& all) {
  try {
    static_cast<void>(replayed(all));
    return false;
  } catch (const macaw::error& failure) {
    return failure.kind() == errc::corrupt;
  }
}

TEST_CASE("Replay begins with all pages free and applies statements in order") {
  CHECK(replayed({}) == runs{{16, 84}});
  CHECK(replayed({make_space_word(used, 16, 4)}) == runs{{20, 80}});
  CHECK(replayed({make_space_word(used, 16, 4), make_space_word(free_, 17, 1)}) == runs{{17, 1}, {20, 80}});
}

TEST_CASE("A state overrides what was said of its pages, and only of these") {
  CHECK(replayed({make_space_word(used, 16, 20), make_space_word(state, 30, 20), make_space_word(listed, 30, 2),
                  make_space_word(listed, 40, 10)}) == runs{{30, 2}, {40, 60}});
  CHECK(replayed({make_space_word(state, 16, 84)}).empty());
}

TEST_CASE("Freeing what is free already is allowed: what made it used may be older than the log") {
  CHECK(replayed({make_space_word(free_, 20, 5)}) == runs{{16, 84}});
}

TEST_CASE("Statements that contradict the format or themselves are corrupt") {
  CHECK(is_corrupt({make_space_word(used, 15, 1)}));
  CHECK(is_corrupt({make_space_word(used, 99, 2)}));
  CHECK(is_corrupt({make_space_word(free_, 0x7FFF'FFFF, 0x7FFF'FFFF)}));
  CHECK(is_corrupt({make_space_word(used, 20, 0)}));
  CHECK(is_corrupt({make_space_word(used, 20, 2), make_space_word(used, 21, 1)}));
  CHECK(is_corrupt({make_space_word(listed, 20, 1)}));
  CHECK(is_corrupt({make_space_word(used, 20, 1), make_space_word(listed, 21, 1)}));
  CHECK(is_corrupt({make_space_word(state, 20, 10), make_space_word(listed, 29, 2)}));
  CHECK(is_corrupt({make_space_word(state, 20, 10), make_space_word(listed, 19, 1)}));
  CHECK(is_corrupt({make_space_word(state, 20, 10), make_space_word(listed, 22, 1), make_space_word(listed, 20, 1)}));
  CHECK(is_corrupt({make_space_word(state, 20, 10), make_space_word(listed, 22, 1), make_space_word(listed, 23, 1)}));
  CHECK(is_corrupt({make_space_word(state, 20, 10), make_space_word(listed, 22, 0)}));
}

TEST_CASE("A statement that no log page has room for is corrupt") {
  words all{make_space_word(state, 16, 84)};
  for (std::uint32_t i = 0; i < 7; ++i) all.push_back(make_space_word(listed, 20 + 2 * i, 1));
  CHECK_FALSE(is_corrupt(all));
  all.push_back(make_space_word(listed, 40, 1));
  CHECK(is_corrupt(all));
}

TEST_CASE("Half a word is corrupt") {
  extent_set free;
  space_replay replay(free, 16, 100, 8);
  const std::vector<std::byte> bytes(12);
  CHECK_THROWS_AS(replay.apply(bytes, page_id{}), macaw::error);
}

/// A log of one word a page, page i at id 20 + 2 i, and a count of reads.
struct log_file {
  explicit log_file(std::uint64_t tail, std::size_t count) {
    std::vector<page_ref> nearest_first;
    for (std::size_t i = 0; i < count; ++i) {
      const page_ref ref{page_id{static_cast<std::uint32_t>(20 + 2 * i)}, static_cast<std::uint32_t>(i + 1)};
      std::vector<std::byte>& page = pages[to_number(ref.id)];
      page.resize(512);
      const std::size_t shown = std::min<std::size_t>(nearest_first.size(), 8);
      const space_word word = make_space_word(used, static_cast<std::uint32_t>(500 + i), 1);
      format_space_page(page.data(), 512, tail + i, std::span(nearest_first).first(shown), {&word, 1});
      nearest_first.insert(nearest_first.begin(), ref);
      root.head = ref;
    }
    root.tail = tail;
    root.sweep_index = tail;
    root.sweep_address = 16;
    root.mark = 1000;
  }

  auto reader() {
    return [this](page_ref ref) -> const std::byte* {
      ++reads;
      const auto found = pages.find(to_number(ref.id));
      if (found == pages.end()) throw_corrupt(ref.id, "its checksum is wrong");
      return found->second.data();
    };
  }

  bool is_corrupt() {
    auto read = reader();
    log_chain chain(root, 16, 512, read);
    try {
      chain.find();
      for (std::size_t i = 0; i < chain.pages().size(); ++i) static_cast<void>(chain.statements(i));
      return false;
    } catch (const macaw::error& failure) {
      return failure.kind() == errc::corrupt;
    }
  }

  std::map<std::uint32_t, std::vector<std::byte>> pages;
  space_root root;
  std::size_t reads = 0;
};

TEST_CASE("The log is found from its newest page, reading one page in eight, and read from the oldest on") {
  for (const std::size_t count : {1U, 2U, 8U, 9U, 10U, 17U, 100U}) {
    for (const std::uint64_t tail : {0U, 77U}) {
      log_file file(tail, count);
      auto read = file.reader();
      log_chain chain(file.root, 16, 512, read);
      chain.find();
      CHECK(file.reads == (count + 6) / 8 + 1);
      REQUIRE(chain.pages().size() == count);
      for (std::size_t i = 0; i < count; ++i) {
        const macaw::bytes_view bytes = chain.statements(i);
        REQUIRE(bytes.size() == 8);
        REQUIRE(load_space_word(bytes.data()).first() == 500 + i);
      }
    }
  }
}

TEST_CASE("A log without pages has neither tail nor sweep") {
  log_file file(0, 0);
  CHECK_FALSE(file.is_corrupt());
  file.root.tail = 1;
  CHECK(file.is_corrupt());
}

TEST_CASE("A log that contradicts its meta page or itself is corrupt") {
  const auto broken = [](auto&& breaking) {
    log_file file(5, 20);
    breaking(file);
    return file.is_corrupt();
  };
  CHECK_FALSE(broken([](log_file&) {}));
  CHECK(broken([](log_file& file) { file.root.tail = 30; }));
  CHECK(broken([](log_file& file) { file.root.tail = 4; }));
  CHECK(broken([](log_file& file) { file.root.tail = 0; }));
  CHECK(broken([](log_file& file) { file.root.sweep_index = 4; }));
  CHECK(broken([](log_file& file) { file.root.sweep_index = 25; }));
  CHECK(broken([](log_file& file) { file.root.head.id = page_id{15}; }));
  CHECK(broken([](log_file& file) { file.root.head.id = page_id{1000}; }));
  CHECK(broken([](log_file& file) { file.root.head.id = page_id{57}; }));
  CHECK(broken([](log_file& file) { file.root.mark = 30; }));
  CHECK(broken([](log_file& file) { store_count(file.pages.at(40).data(), 60); }));
  CHECK(broken([](log_file& file) { file.pages.at(40)[8] = std::byte{2}; }));
  CHECK(broken([](log_file& file) { store_le<std::uint64_t>(file.pages.at(40).data() + 64, 99); }));
  CHECK(broken([](log_file& file) { store_le<std::uint32_t>(file.pages.at(58).data() + 72, 20); }));
  CHECK(broken([](log_file& file) { store_le<std::uint32_t>(file.pages.at(40).data() + 76, 9); }));
}

}  // namespace
