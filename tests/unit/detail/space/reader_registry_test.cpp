// SPDX-License-Identifier: MIT

#include "support/allocations.hpp"
#include "support/catch.hpp"
#include "support/random.hpp"

#include <macaw/detail/space/reader_registry.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <new>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

using macaw::detail::snapshot_registry;

struct small_root {
  std::uint64_t value = 0;
  std::array<std::uint64_t, 6> copies{};
};

using registry = snapshot_registry<small_root>;

struct throwing_root {
  throwing_root() = default;
  throwing_root(const throwing_root&) = default;
  throwing_root& operator=(const throwing_root&) noexcept(false) { return *this; }
};
template <class Root>
concept publishable = requires {
  typename snapshot_registry<Root>;
};

static_assert(publishable<small_root>);
static_assert(!publishable<throwing_root>);
static_assert(!std::is_copy_constructible_v<registry::lease>);
static_assert(std::is_nothrow_move_constructible_v<registry::lease>);
static_assert(std::is_nothrow_move_assignable_v<registry::lease>);
static_assert(noexcept(std::declval<const registry::lease&>().share()));
static_assert(noexcept(std::declval<registry&>().publish(small_root{}, 1)));

small_root root_of(std::uint64_t value) {
  small_root root{value, {}};
  root.copies.fill(value * 3 + 1);
  return root;
}

bool whole(const small_root& root) {
  return std::all_of(root.copies.begin(), root.copies.end(),
                     [&root](std::uint64_t copy) { return copy == root.value * 3 + 1; });
}

void publish(registry& readers, std::uint64_t t) {
  readers.reserve_publication();
  readers.publish(root_of(t), t);
}

std::vector<std::uint64_t> scan_of(const registry& readers) {
  std::vector<std::uint64_t> ts;
  readers.scan(ts);
  return ts;
}

using numbers = std::vector<std::uint64_t>;

TEST_CASE("A reader keeps the root that was newest when it began") {
  registry readers(root_of(1), 1);
  const registry::lease first = readers.begin();
  publish(readers, 2);
  const registry::lease second = readers.begin();
  CHECK(first.root().value == 1);
  CHECK(first.t() == 1);
  CHECK(second.root().value == 2);
  CHECK(second.t() == 2);
  CHECK(readers.newest().value == 2);
  CHECK(readers.newest_t() == 2);
}

TEST_CASE("A scan lists the numbers held, ascending and each once") {
  registry readers(root_of(1), 1);
  CHECK(scan_of(readers).empty());
  registry::lease a = readers.begin();
  registry::lease b = readers.begin();
  publish(readers, 5);
  registry::lease c = readers.begin();
  CHECK(scan_of(readers) == numbers{1, 5});
  CHECK(readers.readers() == 3);
  { const registry::lease gone = std::move(a); }
  CHECK_FALSE(static_cast<bool>(a));
  CHECK(scan_of(readers) == numbers{1, 5});
  b = registry::lease();
  CHECK(scan_of(readers) == numbers{5});
  c = registry::lease();
  CHECK(scan_of(readers).empty());
  CHECK(readers.readers() == 0);
}

TEST_CASE("A shared lease holds its state until the last holder leaves") {
  registry readers(root_of(1), 1);
  registry::lease a = readers.begin();
  registry::lease b = a.share();
  registry::lease c = b.share();
  publish(readers, 2);
  a = registry::lease();
  CHECK(scan_of(readers) == numbers{1});
  CHECK(c.root().value == 1);
  c = registry::lease();
  CHECK(scan_of(readers) == numbers{1});
  b = registry::lease();
  CHECK(scan_of(readers).empty());
}

TEST_CASE("There is no limit to the readers at once") {
  registry readers(root_of(1), 1);
  std::vector<registry::lease> leases;
  for (std::uint64_t t = 1; t <= 3000; ++t) {
    if (t > 1) publish(readers, t);
    leases.push_back(readers.begin());
  }
  CHECK(readers.readers() == 3000);
  const numbers all = scan_of(readers);
  REQUIRE(all.size() == 3000);
  CHECK(all.front() == 1);
  CHECK(all.back() == 3000);
  for (std::uint64_t t = 1; t <= 3000; ++t) REQUIRE(leases[t - 1].root().value == t);
}

TEST_CASE("Beginning and ending allocate nothing once the slots are there") {
  registry readers(root_of(1), 1);
  const auto life = [&readers] {
    for (int i = 0; i < 1000; ++i) {
      const registry::lease a = readers.begin();
      const registry::lease b = readers.begin();
      const registry::lease c = b.share();
    }
  };
  CHECK(macaw_test::allocations_of(life) == 0);
}

TEST_CASE("Publications reuse the records that no reader holds") {
  registry readers(root_of(1), 1);
  std::uint64_t t = 1;
  const registry::lease held = readers.begin();
  for (int i = 0; i < 100; ++i) publish(readers, ++t);
  const auto life = [&readers, &t] {
    for (int i = 0; i < 10'000; ++i) publish(readers, ++t);
  };
  CHECK(macaw_test::allocations_of(life) == 0);
  CHECK(held.root().value == 1);
  CHECK(whole(held.root()));
}

TEST_CASE("Several registries in one thread do not mix up their slots") {
  std::vector<std::unique_ptr<registry>> all;
  for (std::uint64_t i = 0; i < 9; ++i) all.push_back(std::make_unique<registry>(root_of(i + 1), i + 1));
  for (int round = 0; round < 50; ++round) {
    std::vector<registry::lease> leases;
    for (std::uint64_t i = 0; i < all.size(); ++i) leases.push_back(all[i]->begin());
    for (std::uint64_t i = 0; i < all.size(); ++i) {
      REQUIRE(leases[i].root().value == i + 1);
      REQUIRE(scan_of(*all[i]) == numbers{i + 1});
    }
    leases.clear();
    // A registry that is gone leaves hints behind in the thread; a new one must not follow them.
    all.erase(all.begin());
    const std::uint64_t last = all.size() + 1;
    for (std::uint64_t i = 0; i < all.size(); ++i) publish(*all[i], static_cast<std::uint64_t>(round) * 100 + 200 + i);
    all.push_back(std::make_unique<registry>(root_of(last), last));
    for (std::uint64_t i = 0; i < all.size(); ++i) {
      all[i] = std::make_unique<registry>(root_of(i + 1), i + 1);
    }
  }
}

TEST_CASE("A random life agrees with a set of numbers") {
  const std::uint64_t seed = macaw_test::seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  registry readers(root_of(1), 1);
  std::uint64_t t = 1;
  std::vector<std::pair<registry::lease, std::uint64_t>> held;
  for (int step = 0; step < 20'000; ++step) {
    const std::uint64_t what = random() % 10;
    if (what < 3) {
      t += 1 + random() % 3;
      publish(readers, t);
    } else if (what < 6) {
      held.emplace_back(readers.begin(), t);
    } else if (what < 7 && !held.empty()) {
      const std::size_t at = random() % held.size();
      const std::uint64_t number = held[at].second;
      held.emplace_back(held[at].first.share(), number);
    } else if (!held.empty()) {
      const std::size_t at = random() % held.size();
      std::swap(held[at], held.back());
      REQUIRE(held.back().first.t() == held.back().second);
      REQUIRE(held.back().first.root().value == held.back().second);
      REQUIRE(whole(held.back().first.root()));
      held.pop_back();
    }
    std::set<std::uint64_t> expected;
    for (const auto& entry : held) expected.insert(entry.second);
    if (step % 16 == 0) REQUIRE(scan_of(readers) == numbers(expected.begin(), expected.end()));
  }
}

TEST_CASE("A failed allocation changes nothing in the registry of readers, whichever fails") {
  bool failed = true;
  for (std::uint64_t nth = 1; failed; ++nth) {
    CAPTURE(nth);
    registry readers(root_of(1), 1);
    std::vector<registry::lease> held;
    held.reserve(40);
    std::uint64_t t = 1;
    {
      const macaw_test::failing_allocation failure(nth);
      try {
        for (int i = 0; i < 40; ++i) {
          held.push_back(readers.begin());
          readers.reserve_publication();
          ++t;
          readers.publish(root_of(t), t);
        }
      } catch (const std::bad_alloc&) {
      }
      failed = failure.fired();
    }
    REQUIRE(readers.newest_t() == t);
    REQUIRE(readers.readers() == held.size());
    for (std::size_t i = 0; i < held.size(); ++i) REQUIRE(held[i].root().value == i + 1);
    held.clear();
    publish(readers, t + 1);
    REQUIRE(readers.begin().t() == t + 1);
    if (!failed && macaw_test::allocations_are_counted) REQUIRE(nth > 3);
  }
}

/// What a root reaches: written and read without synchronisation of its own, so that only the registry keeps
/// the writer from reusing it under a reader (and ThreadSanitizer tells where it does not).
struct resource {
  std::uint64_t stamp = 0;
};

TEST_CASE("What a reader sees is not reused before it leaves") {
  const std::uint64_t seed = macaw_test::seed();
  CAPTURE(seed);
  std::vector<resource> resources(64);
  std::vector<std::size_t> free;
  for (std::size_t i = 1; i < resources.size(); ++i) free.push_back(i);
  resources[0].stamp = 1;
  small_root first = root_of(0);
  registry readers(first, 1);
  std::atomic<bool> stop{false};
  std::atomic<std::uint64_t> wrong{0};

  const auto good = [&resources](const registry::lease& lease) {
    return whole(lease.root()) && resources[lease.root().value].stamp == lease.t();
  };
  std::atomic<unsigned> running{0};
  std::vector<std::thread> threads;
  for (unsigned number = 0; number < 3; ++number) {
    threads.emplace_back([&, number] {
      std::mt19937_64 random(seed + number);
      std::vector<registry::lease> held;
      ++running;
      while (!stop.load(std::memory_order_relaxed)) {
        registry::lease lease = readers.begin();
        if (!good(lease)) ++wrong;
        if (random() % 8 == 0 && held.size() < 6) held.push_back(lease.share());
        if (random() % 8 == 0 && !held.empty()) {
          const std::size_t at = random() % held.size();
          if (!good(held[at])) ++wrong;
          held[at] = std::move(held.back());
          held.pop_back();
        }
        if (!good(lease)) ++wrong;
      }
      for (const registry::lease& lease : held) {
        if (!good(lease)) ++wrong;
      }
    });
  }
  while (running.load() < 3) std::this_thread::yield();

  struct waiting {
    std::size_t index;
    std::uint64_t made;
    std::uint64_t dropped;
  };
  std::vector<waiting> retired;
  std::vector<std::uint64_t> pins;
  std::size_t current = 0;
  std::uint64_t current_made = 1;
  std::uint64_t t = 1;
  for (int publication = 0; publication < 30'000; ++publication) {
    while (free.empty()) {
      readers.scan(pins);
      std::erase_if(retired, [&](const waiting& entry) {
        const auto pin = std::lower_bound(pins.begin(), pins.end(), entry.made);
        if (pin != pins.end() && *pin < entry.dropped) return false;
        free.push_back(entry.index);
        return true;
      });
    }
    const std::size_t next = free.back();
    free.pop_back();
    resources[next].stamp = ++t;
    readers.reserve_publication();
    readers.publish(root_of(next), t);
    retired.push_back({current, current_made, t});
    current = next;
    current_made = t;
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == 0);
  CHECK(readers.readers() == 0);
}

TEST_CASE("A lease may be shared and left in any thread") {
  registry readers(root_of(1), 1);
  for (std::uint64_t round = 0; round < 300; ++round) {
    const std::uint64_t t = readers.newest_t();
    registry::lease lease = readers.begin();
    std::vector<std::thread> threads;
    std::atomic<unsigned> wrong{0};
    for (int i = 0; i < 3; ++i) {
      threads.emplace_back([shared = lease.share(), t, &wrong]() mutable {
        for (int j = 0; j < 20; ++j) {
          registry::lease next = shared.share();
          shared = std::move(next);
        }
        if (shared.root().value != t || !whole(shared.root())) ++wrong;
      });
    }
    lease = registry::lease();
    publish(readers, t + 1);
    for (std::thread& thread : threads) thread.join();
    REQUIRE(wrong == 0);
    REQUIRE(scan_of(readers).empty());
  }
}

TEST_CASE("What goes with a slot is the next reader's, whoever left it last") {
  registry readers(root_of(1), 1);
  int one = 1, two = 2;
  {
    const registry::lease a = readers.begin();
    REQUIRE(a.companion() == nullptr);
    a.companion() = &one;
    const registry::lease b = readers.begin();
    REQUIRE(b.companion() == nullptr);
    b.companion() = &two;
  }
  registry::lease again = readers.begin();
  REQUIRE(again.companion() == &two);  // the slot that this thread had last
  registry::lease shared = again.share();
  again.reset();
  REQUIRE(readers.begin().companion() != &two);
  shared.reset();
  shared.reset();
  REQUIRE(readers.readers() == 0);
}

}  // namespace
