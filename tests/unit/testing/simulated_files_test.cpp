// SPDX-License-Identifier: MIT

#include <macaw/testing/simulated_files.hpp>

#include "support/catch.hpp"
#include "support/random.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using macaw::errc;
using macaw::lock_mode;
using macaw::open_mode;
using macaw::sync_scope;
using macaw::testing::file_event;
using macaw::testing::masked_cut;
using macaw::testing::prefix_cut;
using macaw::testing::random_cut;
using macaw::testing::simulated_file;
using macaw::testing::simulated_files;
using macaw::testing::uniform_cut;

constexpr uniform_cut all_lost{false};
constexpr uniform_cut all_kept{true};

void write_text(simulated_file& file, std::uint64_t offset, std::string_view text) {
  const std::array pieces{macaw::as_bytes(text)};
  file.write(offset, pieces);
}

std::string read_text(const simulated_file& file, bool is_cached = true) {
  std::string text(100'000, '?');
  const auto into = std::as_writable_bytes(std::span(text));
  text.resize(is_cached ? file.read(0, into) : file.read_uncached(0, into));
  return text;
}

std::string text_of(simulated_files files, std::string_view path = "a") {
  return read_text(files.open(path, open_mode::read_only));
}

/// A disk whose file "a" holds `text` durably, under a durable name.
simulated_files disk_with(std::string_view text) {
  simulated_files disk;
  auto file = disk.open("a", open_mode::create_new);
  write_text(file, 0, text);
  file.sync(sync_scope::data_and_size);
  disk.sync_directory("a");
  return disk;
}

template <class Call>
errc kind_of(Call call) {
  try {
    call();
  } catch (const macaw::error& error) {
    return error.kind();
  }
  FAIL("nothing was raised");
  std::abort();
}

TEST_CASE("what was synced outlives every power cut", "[simulated_files]") {
  const auto disk = disk_with("durable");
  CHECK(disk.pending().writes.empty());
  CHECK(text_of(disk.after_power_cut(all_lost)) == "durable");
  for (std::uint64_t seed = 0; seed < 50; ++seed) CHECK(text_of(disk.after_power_cut(random_cut(seed))) == "durable");
}

TEST_CASE("pending writes are kept or lost in any combination", "[simulated_files]") {
  auto disk = disk_with("......");
  auto file = disk.open("a", open_mode::read_write);
  write_text(file, 0, "ab");
  write_text(file, 1, "XY");
  write_text(file, 4, "cd");
  std::set<std::string> states;
  for (unsigned mask = 0; mask < 8; ++mask) {
    states.insert(text_of(disk.after_power_cut(masked_cut{{(mask & 1) != 0, (mask & 2) != 0, (mask & 4) != 0}})));
  }
  CHECK(states ==
        std::set<std::string>{"......", "ab....", ".XY...", "aXY...", "....cd", "ab..cd", ".XY.cd", "aXY.cd"});
  CHECK(text_of(disk) == "aXY.cd");
  CHECK(read_text(file, false) == "......");
}

TEST_CASE("a write is torn in sectors of the file, and no byte outside it changes", "[simulated_files]") {
  const std::string before(3 * 512, '.');
  auto disk = disk_with(before);
  auto file = disk.open("a", open_mode::read_write);
  write_text(file, 500, std::string(600, 'x'));
  REQUIRE(disk.pending().sectors() == 3);
  const std::size_t parts[4] = {500, 512, 1024, 1100};
  for (unsigned mask = 0; mask < 8; ++mask) {
    std::string expected = before;
    for (unsigned i = 0; i < 3; ++i) {
      if ((mask >> i & 1) != 0)
        std::fill(expected.begin() + long(parts[i]), expected.begin() + long(parts[i + 1]), 'x');
    }
    CHECK(text_of(disk.after_power_cut(masked_cut{{(mask & 1) != 0, (mask & 2) != 0, (mask & 4) != 0}})) == expected);
  }
}

TEST_CASE("lengths reach the disk apart from the data, in their order", "[simulated_files]") {
  auto disk = disk_with("old");
  auto file = disk.open("a", open_mode::read_write);
  write_text(file, 3, "+new");
  file.allocate(0, 10);
  REQUIRE(disk.pending().lengths == 2);
  const auto state = [&](std::vector<bool> data, std::size_t lengths) {
    return text_of(disk.after_power_cut(masked_cut{std::move(data), lengths}));
  };
  CHECK(state({false}, 0) == "old");
  CHECK(state({true}, 0) == "old");
  CHECK(state({false}, 1) == std::string("old\0\0\0\0", 7));
  CHECK(state({true}, 1) == "old+new");
  CHECK(state({true}, 2) == std::string("old+new\0\0\0", 10));
  CHECK(state({false}, 2) == std::string("old\0\0\0\0\0\0\0", 10));
}

TEST_CASE("a cut file that grew again shows no bytes of its former life, or all of them", "[simulated_files]") {
  auto disk = disk_with("0123456789");
  auto file = disk.open("a", open_mode::read_write);
  file.truncate(4);
  file.truncate(8);
  CHECK(text_of(disk.after_power_cut(masked_cut{{}, 0})) == "0123456789");
  CHECK(text_of(disk.after_power_cut(masked_cut{{}, 1})) == "0123");
  CHECK(text_of(disk.after_power_cut(masked_cut{{}, 2})) == std::string("0123\0\0\0\0", 8));
  write_text(file, 6, "ab");
  file.sync(sync_scope::data);  // the data lies behind a pending cut, so that goes with it
  CHECK(text_of(disk.after_power_cut(all_lost)) == std::string("0123\0\0ab", 8));
}

TEST_CASE("a sync of data alone promises no length", "[simulated_files]") {
  auto disk = disk_with("old");
  auto file = disk.open("a", open_mode::read_write);
  write_text(file, 0, "OLD+new");
  file.sync(sync_scope::data);
  CHECK(text_of(disk.after_power_cut(all_lost)) == "OLD");
  CHECK(text_of(disk.after_power_cut(all_kept)) == "OLD+new");
  file.sync(sync_scope::data_and_size);
  CHECK(text_of(disk.after_power_cut(all_lost)) == "OLD+new");
}

TEST_CASE("names are durable only when their directory is synced", "[simulated_files]") {
  simulated_files disk;
  auto file = disk.open("a", open_mode::create_new);
  write_text(file, 0, "text");
  file.sync(sync_scope::data_and_size);
  CHECK_FALSE(disk.after_power_cut(all_lost).exists("a"));
  disk.sync_directory("elsewhere/a");
  CHECK_FALSE(disk.after_power_cut(all_lost).exists("a"));
  disk.sync_directory("a");
  CHECK(disk.after_power_cut(all_lost).exists("a"));

  disk.rename("a", "b");
  CHECK(text_of(disk.after_power_cut(all_lost), "a") == "text");
  CHECK(text_of(disk.after_power_cut(all_kept), "b") == "text");
  CHECK_FALSE(disk.after_power_cut(all_kept).exists("a"));
  disk.sync_directory("b");
  CHECK_FALSE(disk.after_power_cut(all_lost).exists("a"));

  disk.remove("b");
  CHECK(text_of(disk.after_power_cut(all_lost), "b") == "text");
  CHECK_FALSE(disk.after_power_cut(all_kept).exists("b"));
}

TEST_CASE("a replaced file comes back with its bytes when the rename is lost", "[simulated_files]") {
  auto disk = disk_with("old");
  {
    auto file = disk.open("a.new", open_mode::create_new);
    write_text(file, 0, "new");
  }
  disk.rename("a.new", "a");
  CHECK(text_of(disk.after_power_cut(all_lost)) == "old");
  CHECK(text_of(disk.after_power_cut(all_kept)) == "new");
  CHECK(text_of(disk.after_power_cut(masked_cut{{}, 0, true})).empty());  // renamed, but never synced
}

TEST_CASE("a kill loses nothing but handles and locks", "[simulated_files]") {
  auto disk = disk_with("old");
  auto file = disk.open("a", open_mode::read_write);
  REQUIRE(file.try_lock(lock_mode::exclusive));
  write_text(file, 0, "new");
  disk.process_kill();
  CHECK(kind_of([&] { write_text(file, 0, "zombie"); }) == errc::io);
  CHECK(kind_of([&] { static_cast<void>(file.size()); }) == errc::io);
  CHECK(kind_of([&] { file.sync(sync_scope::data); }) == errc::io);
  auto next = disk.open("a", open_mode::read_write);
  CHECK(next.try_lock(lock_mode::exclusive));
  { const auto dead = std::move(file); }
  CHECK_FALSE(disk.open("a", open_mode::read_only).try_lock(lock_mode::shared));
  CHECK(read_text(next) == "new");
  CHECK(text_of(disk.after_power_cut(all_lost)) == "old");
  next.sync(sync_scope::data);  // the next process's sync covers what the dead one wrote
  CHECK(text_of(disk.after_power_cut(all_lost)) == "new");
}

TEST_CASE("a seal outlives a kill, and neither damage nor a power cut", "[simulated_files]") {
  simulated_files disk;
  const auto seal = [&] {
    auto file = disk.open("a", open_mode::read_write);
    file.seal(5);
    CHECK(file.sealed() == 5);
  };
  const auto sealed = [](simulated_files& of) { return of.open("a", open_mode::read_only).sealed(); };
  {
    auto file = disk.open("a", open_mode::create_new);
    file.truncate(100);
    file.sync(sync_scope::data_and_size);
    disk.sync_directory("a");
  }
  seal();
  disk.process_kill();
  CHECK(sealed(disk) == 5);
  simulated_files twin = disk.duplicate();
  CHECK(sealed(twin) == 5);
  simulated_files after = disk.after_power_cut(all_kept);
  CHECK_FALSE(sealed(after));
  CHECK(sealed(disk) == 5);
  const std::array byte{std::byte{1}};
  twin.damage("a", 5, byte);
  CHECK_FALSE(sealed(twin));
  auto dead = disk.open("a", open_mode::read_write);
  disk.power_cut(all_kept);
  CHECK_FALSE(sealed(disk));
  dead.seal(6);
  CHECK_FALSE(dead.sealed());
  CHECK_FALSE(sealed(disk));
}

TEST_CASE("a power cut in place leaves one of the states, and kills handles and mappings are safe",
          "[simulated_files]") {
  auto disk = disk_with("old");
  auto file = disk.open("a", open_mode::read_write);
  const auto mapping = file.map(100);
  write_text(file, 0, "new");
  disk.power_cut(all_lost);
  CHECK(macaw::as_text(mapping.bytes().first(3)) == "new");
  CHECK(kind_of([&] { write_text(file, 0, "zombie"); }) == errc::io);
  CHECK(text_of(disk) == "old");
  CHECK(disk.pending().writes.empty());
}

TEST_CASE("after a failed sync the cache keeps what no later sync makes durable", "[simulated_files]") {
  auto disk = disk_with("old");
  auto file = disk.open("a", open_mode::read_write);
  write_text(file, 0, "new");
  disk.fail_sync({.sync = 1});
  {
    auto other = disk.open("b", open_mode::create_new);
    other.sync(sync_scope::data);
  }
  CHECK_FALSE(disk.sync_fault_fired());
  CHECK(kind_of([&] { file.sync(sync_scope::data); }) == errc::io);
  CHECK(disk.sync_fault_fired());
  file.sync(sync_scope::data_and_size);
  CHECK(read_text(file) == "new");
  CHECK(read_text(file, false) == "old");
  CHECK(text_of(disk.after_power_cut(all_kept)) == "old");
  write_text(file, 0, "New");  // written anew, it counts again
  file.sync(sync_scope::data);
  CHECK(text_of(disk.after_power_cut(all_lost)) == "New");
}

TEST_CASE("of a failed sync anything may have reached the medium", "[simulated_files]") {
  std::set<std::string> states;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    auto disk = disk_with(std::string(1024, '.'));
    auto file = disk.open("a", open_mode::read_write);
    write_text(file, 0, std::string(1024, 'x'));
    disk.fail_sync({.reached = seed});
    CHECK(kind_of([&] { file.sync(sync_scope::data); }) == errc::io);
    states.insert(text_of(disk.after_power_cut(all_kept)));
  }
  CHECK(states.size() == 4);
}

TEST_CASE("a lying disk makes nothing durable", "[simulated_files]") {
  auto disk = disk_with("old");
  auto file = disk.open("a", open_mode::read_write);
  disk.set_syncs_lie(true);
  write_text(file, 0, "new");
  file.sync(sync_scope::data_and_size);
  disk.rename("a", "b");
  disk.sync_directory("b");
  CHECK(text_of(disk.after_power_cut(all_lost)) == "old");
  disk.set_syncs_lie(false);
  file.sync(sync_scope::data);
  CHECK(text_of(disk.after_power_cut(all_lost)) == "new");
}

TEST_CASE("a duplicate goes its own way from the same state", "[simulated_files]") {
  auto disk = disk_with("old");
  auto file = disk.open("a", open_mode::read_write);
  REQUIRE(file.try_lock(lock_mode::exclusive));
  write_text(file, 0, "new");
  disk.rename("a", "b");
  auto twin = disk.duplicate();
  auto other = twin.open("b", open_mode::read_write);
  CHECK(other.try_lock(lock_mode::exclusive));
  CHECK(read_text(other) == "new");
  CHECK(text_of(twin.after_power_cut(all_lost)) == "old");
  CHECK(twin.pending().writes.size() == 1);
  other.sync(sync_scope::data);
  write_text(other, 0, "own");
  CHECK(text_of(disk, "b") == "new");
  CHECK(disk.pending().writes.size() == 1);
  CHECK(text_of(twin.after_power_cut(all_lost), "a") == "new");
}

class recorder : public macaw::testing::file_observer {
 public:
  void observe(const file_event& event) override {
    constexpr std::string_view letters = "WLSsfCRUD";
    trace += letters[static_cast<std::size_t>(event.what)];
    if (event.what == file_event::kind::write) trace += std::to_string(event.offset) + "+" + std::to_string(event.size);
    if (trace.size() >= limit) throw 42;
  }
  std::string trace;
  std::size_t limit = 1'000;
};

TEST_CASE("observers are told of every effect before it takes place, and may prevent it", "[simulated_files]") {
  simulated_files disk;
  recorder observer;
  disk.add_observer(observer);
  auto file = disk.open("a", open_mode::create_new);
  write_text(file, 5, "abc");
  file.allocate(0, 10);
  file.truncate(3);
  file.sync(sync_scope::data);
  disk.fail_sync({});
  CHECK_THROWS_AS(file.sync(sync_scope::data), macaw::error);
  disk.rename("a", "b");
  disk.sync_directory("b");
  disk.remove("b");
  CHECK(observer.trace == "CW5+3LLSsSfRDU");
  observer.limit = 0;
  CHECK_THROWS_AS(write_text(file, 0, "x"), int);
  CHECK(read_text(file) == std::string(3, '\0'));
  CHECK_THROWS_AS(disk.open("c", open_mode::create_new), int);
  CHECK_FALSE(disk.exists("c"));
  disk.remove_observer(observer);
  write_text(file, 0, "x");
}

TEST_CASE("from within an observer the disk can be cut at every point of a run", "[simulated_files]") {
  class cutter : public macaw::testing::file_observer {
   public:
    explicit cutter(simulated_files& disk) : disk_(disk) {}
    void observe(const file_event&) override { states.push_back(text_of(disk_.after_power_cut(all_kept))); }
    std::vector<std::string> states;

   private:
    simulated_files& disk_;
  };
  auto disk = disk_with("0");
  cutter observer(disk);
  disk.add_observer(observer);
  auto file = disk.open("a", open_mode::read_write);
  write_text(file, 0, "1");
  write_text(file, 0, "2");
  file.sync(sync_scope::data);
  CHECK(observer.states == std::vector<std::string>{"0", "1", "2", "2"});
}

TEST_CASE("damage shows in the cache and on the medium", "[simulated_files]") {
  auto disk = disk_with("good");
  disk.damage("a", 1, macaw::as_bytes("aa"));
  const auto file = disk.open("a", open_mode::read_only);
  CHECK(read_text(file) == "gaad");
  CHECK(read_text(file, false) == "gaad");
  CHECK(text_of(disk.after_power_cut(all_lost)) == "gaad");
}

/// A life drawn from a seed; calls `at(disk)` after each step.
template <class At>
void random_life(std::uint64_t seed, At at) {
  std::uint64_t state = seed;
  const auto draw = [&](std::uint64_t limit) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return (state >> 33) % limit;
  };
  auto disk = disk_with(std::string(2'000, '.'));
  auto file = disk.open("a", open_mode::read_write);
  for (int step = 0; step < 30; ++step) {
    const std::uint64_t action = draw(10);
    if (action < 6) write_text(file, draw(4'000), std::string(1 + draw(1'500), static_cast<char>('a' + step % 26)));
    if (action == 6) file.truncate(draw(4'000));
    if (action == 7) file.allocate(0, draw(6'000));
    if (action == 8) file.sync(sync_scope::data);
    if (action == 9) file.sync(sync_scope::data_and_size);
    at(disk, file);
  }
}

TEST_CASE("losing nothing gives the cache, losing all gives the last sync, for random lives", "[simulated_files]") {
  const std::uint64_t base = macaw_test::seed();
  for (std::uint64_t seed = base; seed < base + 100; ++seed) {
    CAPTURE(seed);
    std::string synced;
    random_life(seed, [&](simulated_files& disk, simulated_file& file) {
      const auto pending = disk.pending();
      const std::string now = read_text(file);
      REQUIRE(text_of(disk.after_power_cut(all_kept)) == now);
      REQUIRE(text_of(disk.after_power_cut(prefix_cut{~std::uint64_t{0}})) == now);
      REQUIRE(text_of(disk.duplicate()) == now);
      REQUIRE(text_of(disk.after_power_cut(prefix_cut{0})) == text_of(disk.after_power_cut(all_lost)));
      if (pending.writes.empty() && pending.lengths == 0) synced = now;
      // What was cut off is never seen, and data synced alone may show early: compare where neither happened.
      auto twin = disk.duplicate();
      twin.open("a", open_mode::read_write).sync(sync_scope::data_and_size);
      REQUIRE(text_of(twin.after_power_cut(all_lost)) == now);
    });
  }
}

TEST_CASE("every byte after a power cut comes from a write, the last sync, or a gap", "[simulated_files]") {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    random_life(seed, [&](simulated_files& disk, simulated_file&) {
      const std::string lost = text_of(disk.after_power_cut(all_lost));
      for (std::uint64_t cut = 0; cut < 5; ++cut) {
        const std::string state = text_of(disk.after_power_cut(random_cut(seed * 5 + cut)));
        REQUIRE(state == text_of(disk.after_power_cut(random_cut(seed * 5 + cut))));  // same seed, same state
        const auto writes = disk.pending().writes;
        std::size_t strays = 0;
        for (std::size_t i = 0; i < state.size(); ++i) {
          const bool is_written = std::any_of(writes.begin(), writes.end(),
                                              [&](const auto& w) { return i >= w.offset && i < w.offset + w.size; });
          const bool is_old = i >= lost.size() || state[i] == lost[i];
          strays += is_written || is_old || state[i] == '\0' ? 0U : 1U;
        }
        REQUIRE(strays == 0);
      }
    });
  }
}

TEST_CASE("sectors in flight may hold rubbish, as many as are asked for", "[simulated_files]") {
  auto disk = disk_with(std::string(20 * 512, '.'));
  auto file = disk.open("a", open_mode::read_write);
  write_text(file, 0, std::string(20 * 512, 'x'));
  std::size_t most = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const std::string state = text_of(disk.after_power_cut(random_cut(seed, {.rubbish = 2})));
    std::size_t odd = 0;
    for (std::size_t at = 0; at < state.size(); at += 512) {
      const std::string sector = state.substr(at, 512);
      odd += sector != std::string(512, 'x') && sector != std::string(512, '.') ? 1U : 0U;
    }
    most = std::max(most, odd);
    REQUIRE(odd <= 2);
  }
  CHECK(most == 2);
}

TEST_CASE("random cuts reach every combination of a few writes", "[simulated_files]") {
  auto disk = disk_with("...");
  auto file = disk.open("a", open_mode::read_write);
  write_text(file, 0, "a");
  write_text(file, 1, "b");
  write_text(file, 2, "c");
  std::set<std::string> states;
  for (std::uint64_t seed = 0; seed < 300; ++seed) states.insert(text_of(disk.after_power_cut(random_cut(seed))));
  CHECK(states.size() == 8);
}

TEST_CASE("a disk is used from many threads", "[simulated_files]") {
  simulated_files disk;
  auto file = disk.open("shared", open_mode::create_new);
  write_text(file, 0, std::string(1'000, 's'));
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      auto own = disk.open(std::to_string(t), open_mode::create_new);
      for (std::uint64_t i = 0; i < 100; ++i) {
        write_text(own, i * 10, "0123456789");
        if (i % 10 == 0) own.sync(sync_scope::data_and_size);
        std::array<std::byte, 100> into;
        static_cast<void>(file.read(i, into));
        static_cast<void>(disk.pending());
        if (i % 20 == 0) static_cast<void>(disk.after_power_cut(random_cut(i)));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(text_of(disk, "3").size() == 1'000);
}

TEST_CASE("sectors are torn at bytes where that is asked for, and no byte outside the write changes",
          "[simulated_files]") {
  auto disk = disk_with(std::string(1024, '.'));
  auto file = disk.open("a", open_mode::read_write);
  write_text(file, 100, std::string(600, 'x'));
  std::set<std::string> states;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const std::string state = text_of(disk.after_power_cut(random_cut(seed, {.bytes_torn_below = 512})));
    REQUIRE(state.size() == 1024);
    CHECK(state.find_first_not_of(".x") == std::string::npos);
    CHECK(state.substr(0, 100) == std::string(100, '.'));
    CHECK((state.substr(512, 188) == std::string(188, '.') || state.substr(512, 188) == std::string(188, 'x')));
    CHECK(state.substr(700) == std::string(324, '.'));
    states.insert(state.substr(100, 412));
  }
  CHECK(states.size() > 10);
}

TEST_CASE("a file that was growing may have any length on the way, and rubbish where nothing was written",
          "[simulated_files]") {
  auto disk = disk_with("durable");
  auto file = disk.open("a", open_mode::read_write);
  file.allocate(0, 2000);
  std::set<std::size_t> lengths;
  bool saw_stale = false;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const std::string state = text_of(disk.after_power_cut(random_cut(seed, {.odd_growth = true})));
    REQUIRE(state.size() >= 7);
    REQUIRE(state.size() <= 2000);
    CHECK(state.substr(0, 7) == "durable");
    lengths.insert(state.size());
    saw_stale = saw_stale || state.substr(7).find_first_not_of('\0') != std::string::npos;
  }
  CHECK(lengths.size() > 10);
  CHECK(saw_stale);
}

TEST_CASE("a part that has decayed reads otherwise, cached or not, until it is healed", "[simulated_files]") {
  using macaw::testing::decay_kind;
  auto disk = disk_with("aaaabbbbccccdddd");
  auto file = disk.open("a", open_mode::read_write);
  CHECK(!disk.decay_part("a", {decay_kind::older, 4, 4}));
  disk.keep_overwritten(true);
  write_text(file, 4, "BBBB");
  file.sync(sync_scope::data);
  const auto decayed = [&](const macaw::testing::decay& how) {
    REQUIRE(disk.decay_part("a", how));
    const std::string text = read_text(file);
    CHECK(read_text(file, false) == text);
    std::array<std::byte, 2> middle;
    REQUIRE(file.read(5, middle) == 2);
    CHECK(std::memcmp(middle.data(), text.data() + 5, 2) == 0);
    disk.heal("a");
    CHECK(read_text(file) == "aaaaBBBBccccdddd");
    return text;
  };
  CHECK(decayed({decay_kind::older, 4, 4}) == "aaaabbbbccccdddd");
  CHECK(decayed({decay_kind::bit_flip, 4, 4, 1}) == "aaaa@BBBccccdddd");
  std::set<std::string> others;
  for (std::uint64_t seed = 0; seed < 6; ++seed) others.insert(decayed({decay_kind::elsewhere, 4, 4, seed}));
  CHECK(others == std::set<std::string>{"aaaaaaaaccccdddd", "aaaaccccccccdddd", "aaaaddddccccdddd"});
  CHECK(!disk.decay_part("a", {decay_kind::bit_flip, 14, 4}));
}

TEST_CASE("an observer is told of reads, by path and place", "[simulated_files]") {
  struct reader final : macaw::testing::file_observer {
    void observe(const file_event&) override {}
    void observe_read(const macaw::testing::file_read& read) override {
      list.push_back(std::string(read.path) + " " + std::to_string(read.offset) + "+" + std::to_string(read.size));
    }
    std::vector<std::string> list;
  };
  auto disk = disk_with("text");
  reader told;
  disk.add_observer(told);
  const auto file = disk.open("a", open_mode::read_only);
  std::array<std::byte, 3> into;
  static_cast<void>(file.read(1, into));
  static_cast<void>(file.read_uncached(2, into));
  static_cast<void>(file.map(4));
  disk.remove_observer(told);
  static_cast<void>(file.read(0, into));
  CHECK(told.list == std::vector<std::string>{"a 1+3", "a 2+3", "a 0+4"});
}

}  // namespace
