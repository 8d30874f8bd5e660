// SPDX-License-Identifier: MIT
//
// Long lives, and disks that do more than lose what was not synced: syncs that fail or lie, parts that decay.
// And whether what judges all this would see anything wrong.

#include "crash/crash_program.hpp"
#include "support/catch.hpp"
#include "support/random.hpp"

#include <macaw/ops/compact.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace macaw_test;
using small = simulated_file_config<512>;
using small_database = macaw::basic_database<small>;

crash_action random_action(std::mt19937_64& random) { return static_cast<crash_action>(random() % crash_action_count); }

/// Long lives: transactions of all kinds, deferred and immediate, in a few openings, with snapshots of all ages held.
template <class Config>
void live(std::uint64_t lives, unsigned transactions, const campaign_plan& plan) {
  crash_campaign<Config> campaign(plan, seed());
  for (std::uint64_t life = 0; life < lives; ++life) {
    INFO("MACAW_SEED=" << seed() + life);
    std::mt19937_64 random(seed() + life);
    crash_program<Config> program{simulated_files()};
    for (unsigned i = 0; i < transactions; ++i) {
      if (i % 40 == 0) program.open();
      if (random() % 4 == 0) program.hold_reader(random() % 6);
      program.step(random_action(random), random());
      program.expect_readers_unchanged();
      if (i % 40 == 39) program.close();
      REQUIRE(program.fault() == "");
      if (random() % 8 == 0) REQUIRE(campaign.judge(program.trace().windows(), program.history()) == "");
      program.trace().forget_windows();
    }
  }
  WARN(campaign.counts().to_text());
  CHECK(campaign.counts().states[0] > transactions);
}

const campaign_plan sampled{.first = {.exhaustive_parts = 10, .paired_parts = 60, .draws = 60}, .failed_draws = 4};

}  // namespace

TEST_CASE("two hundred transactions with snapshots held survive cuts: pages of 512 bytes") {
  live<small>((rounds(24) + 23) / 24, 200, sampled);
}

TEST_CASE("eighty transactions with snapshots held survive cuts: pages of 4096 bytes") {
  // A page is eight sectors here, so that there are many more ways to tear it.
  live<simulated_file_config<4096>>((rounds(24) + 23) / 24, 80,
                                    {.first = {.exhaustive_parts = 8, .paired_parts = 24, .draws = 40},
                                     .deeper = {.exhaustive_parts = 4, .paired_parts = 0, .draws = 8},
                                     .deeper_every = {16, 80},
                                     .failed_draws = 4});
}

TEST_CASE("a database that is cut off while it is made is there or not, and can be made again") {
  crash_campaign<small> campaign({}, seed());
  crash_program<small> program{simulated_files()};
  program.open();
  program.step(crash_action::small_insert, 5);
  program.close();
  program.trace().take_window();
  CHECK(campaign.judge(program.trace().windows(), program.history()) == "");
  CHECK(campaign.counts().states[0] > 20);
}

TEST_CASE("a compacting copy that is cut off is whole, or is not there and can be made again") {
  const auto seeded = seed_tree<small>(11);
  const auto db = small_database::open(crash_path, crash_options(), seeded.first);
  simulated_files target;
  disk_trace trace(target);
  trace.begin(1);
  macaw::compact(db, "copy", {}, target);
  trace.acknowledge(1);
  std::size_t missing = 0;
  const auto look = [&](simulated_files left, const trace_bounds& bounds) {
    const bool is_there = left.exists("copy");
    missing += is_there ? 0 : 1;
    CHECK((is_there || bounds.acknowledged == 0));
    if (!is_there) macaw::compact(db, "copy", {}, left);
    const auto copy = small_database::open("copy", {.create = false}, left);
    CHECK(shows(copy.begin_read(), seeded.second->model));
    CHECK(copy.check().ok());
  };
  const std::size_t states = trace.for_each_state({.exhaustive_parts = 8, .paired_parts = 30}, look);
  CHECK(missing > 0);
  CHECK(missing < states);
}

TEST_CASE("a sync that fails poisons the database; opened again, it shows a commit and goes on") {
  crash_campaign<small> campaign(sampled, seed());
  unsigned failures = 0;
  for (std::uint64_t life = 0; life < (rounds(24) + 7) / 8; ++life) {
    INFO("MACAW_SEED=" << seed() + life);
    std::mt19937_64 random(seed() + life);
    crash_program<small> program{simulated_files()};
    program.open();
    for (unsigned i = 0; i < 20; ++i) {
      if (random() % 4 == 0) program.disk().fail_sync({.sync = random() % 2, .reached = random()});
      try {
        program.step(random_action(random), random());
      } catch (const macaw::error& error) {
        ++failures;
        CHECK(error.outcome() == macaw::commit_outcome::unknown);
        CHECK_THROWS_AS(static_cast<void>(program.db().begin_write()), macaw::error);
        program.restart();
      }
      REQUIRE(program.fault() == "");
    }
    program.disk().fail_sync({.sync = ~std::uint64_t{0}});
    program.close();
    REQUIRE(campaign.judge(program.trace().windows(), program.history()) == "");
  }
  CHECK(failures > 0);
  WARN(failures << " syncs failed; " << campaign.counts().to_text());
}

TEST_CASE("where syncs lie, a cut leaves a commit, if an older one, or an error") {
  std::uint64_t commits = 0;
  std::uint64_t errors = 0;
  for (std::uint64_t life = 0; life < rounds(24); ++life) {
    INFO("MACAW_SEED=" << seed() + life);
    std::mt19937_64 random(seed() + life);
    crash_program<small> program{simulated_files()};
    program.open();
    for (unsigned i = 0; i < 6; ++i) program.step(random_action(random), random());
    program.disk().set_syncs_lie(true);
    auto db = std::move(program.db());
    std::vector<step_pointer> steps = program.history();
    for (unsigned i = 0; i < 6; ++i) {
      auto txn = db.begin_write();
      contents next = steps.back()->model;
      const crash_action action = random_action(random);
      act(txn, next, action, random(), small::page_size);
      steps.push_back(std::make_shared<const step_contents>(std::move(next)));
      txn.commit(commit_as(action));
    }
    for (unsigned i = 0; i < 30; ++i) {
      try {
        const auto left = small_database::open(crash_path, crash_options(),
                                               program.disk().after_power_cut(macaw::testing::random_cut(random())));
        const auto snapshot = left.begin_read();
        std::size_t found = 0;
        while (found < steps.size() && !shows(snapshot, steps[found]->model)) ++found;
        CHECK(found < steps.size());
        ++commits;
      } catch (const macaw::error& error) {
        CHECK(error.kind() == macaw::errc::corrupt);
        ++errors;
      }
    }
  }
  CHECK(commits > 0);
  CHECK(errors > 0);
}

TEST_CASE("where parts of a file decay, it reads as one of its commits, or an error is raised") {
  std::uint64_t errors = 0;
  std::uint64_t tried = 0;
  for (std::uint64_t life = 0; life < (rounds(24) + 11) / 12; ++life) {
    INFO("MACAW_SEED=" << seed() + life);
    std::mt19937_64 random(seed() + life);
    simulated_files disk;
    disk.keep_overwritten(true);
    crash_program<small> program(disk);
    program.open();
    for (unsigned i = 0; i < 20; ++i) program.step(random_action(random), random());
    program.close();
    const std::uint64_t size = disk.open(crash_path, macaw::open_mode::read_only).size();
    for (std::uint64_t offset = 0; offset < size; offset += offset < 8192 ? 4096 : 512) {
      for (const auto kind : {macaw::testing::decay_kind::bit_flip, macaw::testing::decay_kind::older,
                              macaw::testing::decay_kind::elsewhere}) {
        if (!disk.decay_part(crash_path, {kind, offset, offset < 8192 ? 4096U : 512U, random()})) continue;
        ++tried;
        try {
          const auto db = small_database::open(crash_path, {.read_only = true}, disk);
          const auto snapshot = db.begin_read();
          std::size_t found = 0;
          while (found < program.history().size() && !shows(snapshot, program.history()[found]->model)) ++found;
          CHECK(found < program.history().size());
        } catch (const macaw::error& error) {
          CHECK(error.kind() == macaw::errc::corrupt);
          ++errors;
        }
        disk.heal(crash_path);
      }
    }
    auto db = small_database::open(crash_path, {}, disk);
    CHECK(db.check().ok());
  }
  CHECK(errors > 0);
  WARN(tried << " decays, " << errors << " errors");
}

namespace {

unsigned newest_slot(const macaw::testing::simulated_file& file) {
  const auto d = [&](unsigned slot) { return macaw::detail::read_meta(file, slot, file.size()).meta.d; };
  return d(0) > d(1) ? 0 : 1;
}

/// Takes, at one of the effects on a disk, what a cut leaves there.
class cut_on_the_way final : public macaw::testing::file_observer {
 public:
  cut_on_the_way(simulated_files disk, std::uint64_t draw) : disk_(std::move(disk)), random_(draw) {
    disk_.add_observer(*this);
  }
  ~cut_on_the_way() override { disk_.remove_observer(*this); }
  cut_on_the_way(const cut_on_the_way&) = delete;
  cut_on_the_way& operator=(const cut_on_the_way&) = delete;

  void observe(const macaw::testing::file_event&) override {
    if (random_() % ++effects_ == 0) left_ = disk_.after_power_cut(macaw::testing::random_cut(random_()));
  }
  [[nodiscard]] simulated_files left() const { return left_ ? *left_ : disk_; }

 private:
  simulated_files disk_;
  std::mt19937_64 random_;
  std::uint64_t effects_ = 0;
  std::optional<simulated_files> left_;
};

}  // namespace

TEST_CASE("a thousand crashes and recoveries on constant data do not make the file grow") {
  INFO("MACAW_SEED=" << seed());
  std::mt19937_64 random(seed());
  simulated_files disk;
  small_database::open(crash_path, crash_options(), disk).write([](auto& txn) {
    for (std::uint64_t i = 0; i < 400; ++i) txn[numbers].put(i, i);
  });
  std::uint64_t size_at_first = 0;
  for (unsigned cycle = 0; cycle < 1000; ++cycle) {
    const cut_on_the_way cut(disk, random());
    {
      auto db = small_database::open(crash_path, crash_options(), disk);
      REQUIRE(db.read([](const auto& txn) { return txn[numbers].size(); }) == 400);
      for (unsigned i = 0; i < 3; ++i) db.put(numbers, random() % 400, random());
    }
    disk = cut.left().duplicate();
    if (cycle == 50) size_at_first = disk.open(crash_path, macaw::open_mode::read_only).size();
  }
  CHECK(disk.open(crash_path, macaw::open_mode::read_only).size() <= size_at_first + size_at_first / 10);
  CHECK(small_database::open(crash_path, crash_options(), disk).check().ok());
}

TEST_CASE("the judges reject a disk that lies") {
  crash_campaign<small> campaign({.odd_draws = 0, .failed_draws = 0}, seed());
  crash_program<small> program{simulated_files()};
  program.open();
  program.step(crash_action::small_insert, 1);
  program.disk().set_syncs_lie(true);
  program.step(crash_action::small_insert, 2);
  CHECK(program.fault().find("not durable") != std::string::npos);
  program.trace().take_window();
  CHECK(campaign.judge(program.trace().windows(), program.history()) != "");
}

TEST_CASE("the judges reject a commit that is not quite what the model says") {
  crash_campaign<small> campaign({.odd_draws = 0, .failed_draws = 0}, seed());
  crash_program<small> program{simulated_files()};
  program.open();
  program.step(crash_action::small_insert, 1);
  program.step(crash_action::nested_commit, 2);
  program.close();
  contents wrong = program.history().back()->model;
  wrong.numbers.begin()->second ^= 1;
  program.history().back() = std::make_shared<const step_contents>(wrong);
  CHECK(campaign.judge(program.trace().windows(), program.history()) != "");
}

TEST_CASE("the watch on writes rejects what no commit may do") {
  simulated_files disk;
  auto db = small_database::open(crash_path, crash_options(), disk);
  db.put(numbers, 1, 1);
  write_set_oracle<small::page_size> watch(disk, crash_path);
  db.put(numbers, 2, 2);
  CHECK(watch.fault() == "");
  CHECK(watch.pages() > 0);
  CHECK(watch.metas() == 1);
  auto file = disk.open(crash_path, macaw::open_mode::read_write);
  std::vector<std::byte> whole(static_cast<std::size_t>(file.size()));
  REQUIRE(file.read(0, whole) == whole.size());
  SECTION("a page that is in use is written") {
    const std::array pieces{macaw::bytes_view(whole).subspan(8192)};
    file.write(8192, pieces);
    CHECK(watch.fault().find("is overwritten") != std::string::npos);
  }
  SECTION("the living meta page is written") {
    const bool is_first = newest_slot(file) == 0;
    const std::array pieces{macaw::bytes_view(whole).subspan(is_first ? 0 : 4096, 4096)};
    file.write(is_first ? 0 : 4096, pieces);
    CHECK(watch.fault().find("last durable commit") != std::string::npos);
  }
  SECTION("a meta page is written before its pages, and proves nothing") {
    const unsigned slot = newest_slot(file);
    macaw::detail::meta_page next = macaw::detail::read_meta(file, slot, whole.size()).meta;
    const auto root = static_cast<std::size_t>(to_number(next.catalog.ref.id)) * small::page_size;
    next.base = next.d++;
    next.two_phase = true;
    next.run_count = 0;
    next.catalog.ref.id = macaw::page_id{next.mark++};
    const std::array page{macaw::bytes_view(whole).subspan(root, small::page_size)};
    file.write(std::uint64_t{next.mark - 1} * small::page_size, page);
    macaw::detail::write_meta(file, next, 1 - slot);
    CHECK(watch.fault().find("neither durable nor proven") != std::string::npos);
  }
  SECTION("a commit returns before it is durable") {
    disk.set_syncs_lie(true);
    db.put(numbers, 3, 3);
    watch.expect_durable();
    CHECK(watch.fault().find("has returned") != std::string::npos);
  }
}
