// SPDX-License-Identifier: MIT

#include "fault/fault_life.hpp"
#include "support/allocations.hpp"
#include "support/catch.hpp"
#include "support/random.hpp"

#include <cstdint>
#include <new>
#include <string>
#include <vector>

namespace {

template <class Config>
void fail_everything(macaw::testing::file_fault fault) {
  for (const bool has_file : {true, false}) {
    CAPTURE(has_file);
    const std::uint64_t calls = macaw_test::fail_every_call(
        fault, [&] { return macaw_test::fault_life<Config>(has_file); }, [](auto& life) { life.live(); });
    CHECK(calls > 10);
  }
}

constexpr macaw::commit_options deferred{.durability = macaw::durability::deferred};

/// What one life goes through, from an opening to an end of either kind. Notes each state before it is published.
template <class Config>
void live_briefly(macaw_test::faulty_memory_files& files, bool closes, std::vector<macaw_test::rows>& states) {
  using macaw_test::lines;
  auto db = macaw::basic_database<Config>::open("db", {.cache_size = 1 << 14, .dirty_size = 12'000}, files);
  const auto put = [&](std::uint64_t first, std::size_t size, const macaw::commit_options& how) {
    auto txn = db.begin_write();
    for (std::uint64_t key = first; key < first + 20; ++key) txn[lines].put(key, std::string(size, 'p'));
    states.push_back(macaw_test::read_rows(txn));
    txn.commit(how);
  };
  put(0, 30, {});
  put(10, 900, deferred);  // spills
  put(100, 40, deferred);
  db.sync();
  put(5, 50, {.two_phase = true});
  put(200, 20, deferred);
  static_cast<void>(db.check());
  if (closes) db.close();
}

}  // namespace

TEMPLATE_TEST_CASE("an allocation that fails anywhere in a life leaves one of its states", "",
                   macaw_test::faulty_file_config, macaw_test::faulty_mmap_config) {
  if (!macaw_test::allocations_are_counted) return;
  for (const bool closes : {true, false}) {
    if (!closes && macaw_test::slowdown > 1) continue;
    for (std::uint64_t nth = 1;; ++nth) {
      CAPTURE(closes, nth);
      macaw_test::faulty_memory_files files;
      std::vector<macaw_test::rows> states(1);  // nothing
      states.reserve(8);
      bool fired = false;
      auto outcome = macaw::commit_outcome::none;
      {
        const macaw_test::failing_allocation failing(nth);
        try {
          live_briefly<TestType>(files, closes, states);
        } catch (const std::bad_alloc&) {
        } catch (const macaw::error& failure) {
          outcome = failure.outcome();  // the file system's memory ran out in the midst of a commit
        }
        fired = failing.fired();
      }
      CHECK((outcome == macaw::commit_outcome::none || outcome == macaw::commit_outcome::unknown));
      auto db = macaw::basic_database<TestType>::open("db", {}, files);
      const macaw_test::rows found = macaw_test::read_rows(db.begin_read());
      bool expected = false;
      for (const macaw_test::rows& state : states) expected = expected || found == state;
      CHECK(expected);
      macaw_test::require_sound(db);
      db.put(macaw_test::lines, 7, "after");
      macaw_test::require_sound(db);
      if (!fired) {
        CHECK(found == states.back());
        break;
      }
    }
  }
}

TEST_CASE("an I/O error at any call leaves the state before or after a commit: file pager") {
  fail_everything<macaw_test::faulty_file_config>({.kind = macaw::errc::io});
}

TEST_CASE("I/O errors from any call on leave the state before or after a commit: file pager") {
  fail_everything<macaw_test::faulty_file_config>({.kind = macaw::errc::io, .persists = true});
}

TEST_CASE("a write broken off anywhere leaves the state before or after a commit: file pager") {
  fail_everything<macaw_test::faulty_file_config>(
      {.kind = macaw::errc::io, .of = macaw::testing::file_call::write, .writes_half = true});
}

TEST_CASE("a full disk at any call leaves the state before or after a commit: file pager") {
  fail_everything<macaw_test::faulty_file_config>({.kind = macaw::errc::no_space});
}

TEST_CASE("a full disk from any call on leaves the state before or after a commit: file pager") {
  fail_everything<macaw_test::faulty_file_config>({.kind = macaw::errc::no_space, .persists = true});
}

TEST_CASE("an I/O error at any call leaves the state before or after a commit: mapped pager") {
  fail_everything<macaw_test::faulty_mmap_config>({.kind = macaw::errc::io});
}

TEST_CASE("I/O errors from any call on leave the state before or after a commit: mapped pager") {
  fail_everything<macaw_test::faulty_mmap_config>({.kind = macaw::errc::io, .persists = true, .writes_half = true});
}

TEST_CASE("a full disk from any call on leaves the state before or after a commit: mapped pager") {
  fail_everything<macaw_test::faulty_mmap_config>({.kind = macaw::errc::no_space, .persists = true});
}

TEMPLATE_TEST_CASE("an error in a commit too large to be staged leaves the state before or after it", "",
                   macaw_test::faulty_file_config, macaw_test::faulty_mmap_config) {
  for (const bool persists : {false, true}) {
    CAPTURE(persists);
    const std::uint64_t calls = macaw_test::fail_every_call(
        {.kind = persists ? macaw::errc::no_space : macaw::errc::io, .persists = persists, .writes_half = !persists},
        [] { return macaw_test::fault_life<TestType>(true, std::size_t{64} << 20); },
        [](auto& life) { life.live_largely(); });
    CHECK(calls > 10);
  }
}
