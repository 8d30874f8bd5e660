// SPDX-License-Identifier: MIT

#include <macaw/detail/cache/page_array.hpp>

#include "support/catch.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

using macaw::page_id_limit;
using macaw::detail::page_array;

TEST_CASE("Entries of a page array are zero at first and exist only when asked for", "[cache]") {
  const auto array = std::make_unique<page_array<std::uint32_t>>();
  CHECK(array->load(0, std::memory_order_relaxed) == 0);
  CHECK(array->load(page_id_limit - 1, std::memory_order_relaxed) == 0);
  CHECK(array->find(5) == nullptr);
  auto& entry = array->at(5);
  CHECK(entry.load() == 0);
  CHECK(array->find(5) == &entry);
  CHECK(array->find(page_id_limit - 1) == nullptr);
}

TEST_CASE("Entries of a page array never move", "[cache]") {
  const auto array = std::make_unique<page_array<std::uint8_t>>();
  auto& entry = array->at(7);
  entry = 3;
  array->cover(0, 5 * array->chunk_pages + 1);
  array->at(page_id_limit - 1) = 9;
  CHECK(&array->at(7) == &entry);
  CHECK(array->load(7, std::memory_order_relaxed) == 3);
  CHECK(array->load(page_id_limit - 1, std::memory_order_relaxed) == 9);
}

TEST_CASE("Covering makes exactly the chunks that hold the pages", "[cache]") {
  const auto array = std::make_unique<page_array<std::uint8_t>>();
  const std::uint32_t chunk = array->chunk_pages;
  array->cover(chunk, 0);
  CHECK(array->find(chunk) == nullptr);
  array->cover(2 * chunk - 1, 2);
  CHECK(array->find(0) == nullptr);
  CHECK(array->find(chunk) != nullptr);
  CHECK(array->find(2 * chunk) != nullptr);
  CHECK(array->find(3 * chunk) == nullptr);
}

TEST_CASE("A walk over a page array skips what does not exist", "[cache]") {
  const auto array = std::make_unique<page_array<std::uint8_t>>();
  const std::uint32_t chunk = array->chunk_pages;
  array->at(chunk - 1) = 1;
  array->at(2 * chunk) = 2;
  std::uint32_t visited = 0, last = 0;
  array->for_each(chunk - 2, 2 * chunk + 3, [&](std::uint32_t page, std::atomic<std::uint8_t>&) {
    ++visited;
    CHECK((visited == 1 || page > last));
    last = page;
  });
  CHECK(visited == 5);
  CHECK(last == 2 * chunk + 2);
}

TEST_CASE("Threads that make the same chunk of a page array see one", "[cache]") {
  const auto array = std::make_unique<page_array<std::uint32_t>>();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (std::uint32_t page = 0; page < 8 * array->chunk_pages; page += array->chunk_pages) ++array->at(page);
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (std::uint32_t page = 0; page < 8 * array->chunk_pages; page += array->chunk_pages) CHECK(array->at(page) == 4);
}
