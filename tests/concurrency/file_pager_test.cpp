// SPDX-License-Identifier: MIT
//
// Readers with a cache far too small for what they read, while the writer replaces pages under them:
// every byte that a reader sees is right. Worth most under ThreadSanitizer.

#include "support/catch.hpp"
#include "support/pager_bench.hpp"
#include "support/random.hpp"
#include "support/sample_pages.hpp"

#include <macaw/storage/file_pager.hpp>
#include <macaw/storage/memory_files.hpp>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <thread>
#include <vector>

namespace {

using namespace macaw;
using cached = file_pager<512, memory_files>;
using bench_type = macaw_test::pager_bench<cached, memory_files>;

constexpr std::uint32_t pages = 300;
constexpr int reader_count = 4;

bool reads_right(const cached& pager, cached::pins& pins, const macaw_test::sample_check& check, page_ref ref) {
  return macaw_test::is_sample({pager.fetch(ref, check.check(), pins), 512}, ref);
}

/// Reads random pages among the first `pages`, a path of several at a time, and holds the last.
std::size_t read_pages(const bench_type& bench, std::uint32_t random_seed, const std::atomic<bool>& stop,
                       std::atomic<std::uint32_t>& operations) {
  std::minstd_rand random(random_seed);
  cached::pins pins;
  std::vector<std::pair<page_ref, std::pair<const std::byte*, cached::pin>>> held(8);
  std::size_t wrong = 0;
  while (!stop.load(std::memory_order_relaxed)) {
    const auto operation = bench.pager->enter(pins);
    std::vector<std::pair<page_ref, const std::byte*>> path;
    for (int i = 0; i < 4; ++i) {
      const page_ref ref = bench.ref(static_cast<std::uint32_t>(random() % (i == 0 ? 8 : pages)));
      bench.pager->prefetch(ref, 64);
      path.emplace_back(ref, bench.pager->fetch(ref, bench.check.check(), pins));
    }
    for (const auto& [ref, bytes] : path) wrong += macaw_test::is_sample({bytes, 512}, ref) ? 0 : 1;
    auto& place = held[random() % held.size()];
    if (place.second.first != nullptr) {
      wrong += macaw_test::is_sample({place.second.first, 512}, place.first) ? 0 : 1;
    }
    const auto& [ref, bytes] = path.back();
    place = {ref, {bytes, bench.pager->hold(ref, bytes, pins)}};
    ++operations;
  }
  return wrong;
}

}  // namespace

TEST_CASE("Readers of a tiny cache see right bytes while the writer stores, adopts and forgets", "[pager]") {
  CAPTURE(macaw_test::seed());
  memory_files files;
  bench_type bench(files, 20 * 512);
  bench.pager->grow(bench.first_page + pages + 100);
  for (std::uint32_t i = 0; i < pages; ++i) bench.put(bench.ref(i), i < 8 ? 1 : 0);
  bench.reopen();

  std::atomic<bool> stop{false};
  std::atomic<std::size_t> wrong{0};
  std::atomic<std::uint32_t> operations{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < reader_count; ++i) {
    readers.emplace_back([&, i] {
      wrong += read_pages(bench, static_cast<std::uint32_t>(macaw_test::seed()) + static_cast<std::uint32_t>(i), stop,
                          operations);
    });
  }
  // Pages that only the writer's own transaction reaches: written, read, forgotten, written anew.
  for (std::uint32_t birth = 2; birth < 200 || operations < 10'000; ++birth) {
    const page_ref ref = bench.ref(pages + birth % 50, birth);
    bench.put(ref, macaw_test::sample_page<512>(ref, birth % 3 == 0 ? 1 : 0), birth % 4 != 0);
    wrong += bench.reads_well(ref) ? 0 : 1;
    bench.pager->forget(to_number(ref.id), 1);
  }
  stop = true;
  for (std::thread& reader : readers) reader.join();
  CHECK(wrong == 0);
  CHECK(bench.pager->stats().evictions > 0);
}

TEST_CASE("A page that moves from transaction to transaction is published whole", "[pager]") {
  // The writer publishes {page, birth} as a root would be; readers register what they use, so that the
  // writer forgets a page only when nobody can reach it.
  memory_files files;
  bench_type bench(files, 16 * 512);
  bench.pager->grow(bench.first_page + 40);
  bench.put(bench.ref(1, 1), macaw_test::sample_page<512>(bench.ref(1, 1)));
  std::atomic<std::uint32_t> root{1};
  std::atomic<bool> stop{false};
  std::atomic<std::size_t> wrong{0}, reads{0};
  std::vector<std::atomic<std::uint32_t>> in_use(reader_count);
  std::vector<std::thread> readers;
  for (int i = 0; i < reader_count; ++i) {
    readers.emplace_back([&, i] {
      auto& mine = in_use[static_cast<std::size_t>(i)];
      cached::pins pins;
      while (!stop) {
        std::uint32_t birth = 0;
        do {
          birth = root;
          mine = birth;
        } while (root != birth);
        {
          const auto operation = bench.pager->enter(pins);
          wrong += reads_right(*bench.pager, pins, bench.check, bench.ref(birth % 4, birth)) ? 0 : 1;
        }
        mine = 0;
        ++reads;
        std::this_thread::yield();
      }
    });
  }
  for (std::uint32_t birth = 2; birth < 300 || reads < 2'000; ++birth) {
    const page_ref next = bench.ref(birth % 4, birth);
    bench.put(next, macaw_test::sample_page<512>(next), birth % 2 == 0);
    root = birth;
    for (auto& each : in_use) {
      while (each == birth - 1) std::this_thread::yield();
    }
    bench.pager->forget(to_number(bench.ref((birth - 1) % 4).id), 1);
  }
  stop = true;
  for (std::thread& reader : readers) reader.join();
  CHECK(wrong == 0);
}

TEST_CASE("Threads that miss the same page get the same bytes", "[pager]") {
  memory_files files;
  bench_type bench(files, 64 * 512);
  for (std::uint32_t i = 0; i < 8; ++i) bench.put(bench.ref(i));
  for (int round = 0; round < 50; ++round) {
    bench.reopen();
    std::atomic<int> ready{0};
    std::vector<const std::byte*> seen(reader_count);
    std::vector<std::thread> readers;
    for (int i = 0; i < reader_count; ++i) {
      readers.emplace_back([&, i] {
        cached::pins pins;
        const auto operation = bench.pager->enter(pins);
        ++ready;
        while (ready != reader_count) std::this_thread::yield();
        seen[static_cast<std::size_t>(i)] = bench.pager->fetch(bench.ref(3), bench.check.check(), pins);
      });
    }
    for (std::thread& reader : readers) reader.join();
    for (const std::byte* bytes : seen) CHECK(bytes == seen.front());
    CHECK(bench.pager->stats().bytes <= reader_count * 512);
  }
}

TEST_CASE("Of a reader with a lying reference and the writer one is refused or both are right", "[pager]") {
  memory_files files;
  bench_type bench(files, 16 * 512);
  const page_check lenient{[](const void*, bytes_view, page_ref) {}, nullptr};
  const std::uint32_t page = to_number(bench.ref(2).id);
  std::atomic<bool> stop{false};
  std::atomic<int> touches{0};
  std::thread reader([&] {
    cached::pins pins;
    for (; !stop; ++touches) {
      const auto operation = bench.pager->enter(pins);
      try {
        static_cast<void>(bench.pager->fetch(bench.ref(2), lenient, pins));
      } catch (const error& failure) {
        if (failure.kind() != errc::corrupt) std::abort();
      }
    }
  });
  const auto bytes = macaw_test::sample_page<512>(bench.ref(2, 7));
  int written = 0;
  for (int i = 0; touches < 2'000 || written == 0; ++i) {
    try {
      bench.put(bench.ref(2, 7), bytes, i % 2 == 0);
      ++written;
    } catch (const error& failure) {
      if (failure.kind() != errc::corrupt) throw;
    }
    bench.pager->forget(page, 1);
  }
  stop = true;
  reader.join();
  bench.pager->forget(page, 1);
  bench.put(bench.ref(2, 8), macaw_test::sample_page<512>(bench.ref(2, 8)));
  CHECK(bench.reads_well(bench.ref(2, 8)));
}
