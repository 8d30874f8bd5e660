// SPDX-License-Identifier: MIT
//
// Operations on a database of which one call fails: the n-th allocation, or the n-th call of the file system, once or
// from then on. Every n is tried, until none is left.
//
// What must hold: a change that failed has changed nothing, or its level can only be rolled back; looking changes
// nothing; a state is published whole or not at all; what is left opens, is sound, and takes another commit.

#pragma once

#include "model/database_model.hpp"
#include "support/allocations.hpp"
#include "support/catch.hpp"
#include "support/random.hpp"

#include <macaw/ops/check.hpp>
#include <macaw/storage/memory_files.hpp>
#include <macaw/testing/faulty_files.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace macaw_test {

using fault_files = macaw::testing::faulty_files<macaw::memory_files>;

struct fault_config : macaw::file_config<512> {
  using file_system = fault_files;
};
using fault_database = macaw::basic_database<fault_config>;
using fault_txn = fault_database::write_txn;

enum class failing_call : std::uint8_t { allocation, file };

/// Which call fails.
struct planned_fault {
  failing_call of;
  std::uint64_t nth;  ///< from 1 on
  bool persists;      ///< whether all later ones fail too
};

/// The ways to fail in this build: under AddressSanitizer, where all takes many times as long, only once. Calls
/// `f(of, persists)`.
template <class F>
void for_each_kind_of_fault(F&& f) {
  for (const bool persists : {false, true}) {
    if (persists && slowdown > 1) continue;
    if (allocations_are_counted) f(failing_call::allocation, persists);
    f(failing_call::file, persists);
  }
}

/// What became of something that a call failed in.
struct attempt_result {
  bool fired = false;    ///< whether the call was made, and failed
  bool done = false;     ///< whether all went well
  bool unknown = false;  ///< whether the outcome of a commit is unknown
};

/// Runs `f` with a failing call. Only errors that such a call brings about may come of it.
template <class F>
attempt_result run_failing(const planned_fault& fault, macaw::testing::file_faults& files, F&& f) {
  attempt_result result;
  std::optional<macaw::error> raised;
  const bool is_allocation = fault.of == failing_call::allocation;
  if (!is_allocation) files.fail({.call = fault.nth - 1, .persists = fault.persists});
  {
    const failing_allocation allocation(is_allocation ? fault.nth : 0, fault.persists);
    try {
      f();
      result.done = true;
    } catch (const std::bad_alloc&) {
    } catch (const macaw::error& failure) {
      raised = failure;
      result.unknown = failure.outcome() == macaw::commit_outcome::unknown;
    }
    result.fired = is_allocation ? allocation.fired() : files.fired();
  }
  files.heal();
  if (raised) {
    // A check of what was copied says what is wrong in its own words, but why, too.
    const bool is_named = std::string_view(raised->what()).find("injected fault") != std::string_view::npos;
    CHECK((raised->kind() == macaw::errc::io || is_named));
    // Memory is asked for before the point of no return, but by the system's calls behind it.
    if (is_allocation) CHECK(result.unknown);
  }
  CHECK((result.done || result.fired));
  return result;
}

inline void require_sound(const fault_database& db) {
  const macaw::check_report report = db.check();
  for (const auto& finding : report.findings) UNSCOPED_INFO(finding.to_text());
  REQUIRE(report.ok());
}

/// Rows in every table, some of them large.
inline void fill(fault_txn& txn, std::uint64_t first, std::uint64_t last) {
  for (std::uint64_t i = first; i < last; ++i) {
    txn[numbers].put(i, i);
    txn[lines].put(i, std::string(i % 40, 'l'));
    txn[texts].put("text " + std::to_string(i), std::string(i % 30, 't'));
    txn[pairs].put({"pair", static_cast<std::uint32_t>(i)}, i);
  }
  txn[lines].put(first, std::string(3000, 'L'));
}

/// The bytes of a file.
inline std::string bytes_of_file(macaw::memory_files& files, const std::string& path) {
  const auto file = files.open(path, macaw::open_mode::read_only);
  std::string bytes(static_cast<std::size_t>(file.size()), '\0');
  static_cast<void>(file.read(0, std::as_writable_bytes(std::span(bytes))));
  return bytes;
}
inline void make_file(macaw::memory_files& files, const std::string& path, const std::string& bytes) {
  auto file = files.open(path, macaw::open_mode::create_new);
  const std::array pieces{macaw::as_bytes(std::string_view(bytes))};
  file.write(0, pieces);
}

/// A file with rows in every table, made once.
inline const std::string& filled_image() {
  static const std::string image = [] {
    fault_files files;
    auto db = fault_database::open("db", {}, files);
    db.write([](fault_txn& txn) { fill(txn, 0, 60); });
    db.close();
    return bytes_of_file(files.wrapped(), "db");
  }();
  return image;
}

/// A database with a durable state, and another on top that is not.
struct fault_subject {
  explicit fault_subject(std::size_t dirty_size = std::size_t{1} << 20) : dirty(dirty_size) {
    make_file(files.wrapped(), "db", filled_image());
    db.emplace(open());
    durable = read_contents(db->begin_read());
    db->write([](fault_txn& txn) { fill(txn, 30, 34); }, {.durability = macaw::durability::deferred});
    published = read_contents(db->begin_read());
  }

  [[nodiscard]] fault_database open(bool read_only = false) {
    return fault_database::open("db", {.cache_size = 1 << 14, .dirty_size = dirty, .read_only = read_only}, files);
  }

  std::size_t dirty;
  fault_files files;
  std::optional<fault_database> db;
  contents durable;
  contents published;
};

inline bool is_usable(fault_txn& txn) {
  try {
    static_cast<void>(txn[others].erase(1'000'000));
    return true;
  } catch (const macaw::error& failure) {
    REQUIRE(failure.kind() == macaw::errc::txn_failed);
    return false;
  }
}

using change_function = std::function<void(fault_txn&)>;
using look_function = std::function<std::uint64_t(fault_database&)>;
using publish_function = std::function<void(fault_subject&)>;

/// Changes a transaction with a fault, of which the outermost or an inner level is new. Returns whether it fired.
inline bool change_once(const planned_fault& fault, bool inner, const change_function& change, const contents& after) {
  fault_subject alive;
  auto txn = alive.db->begin_write();
  fill(txn, 20, 22);
  std::optional<fault_database::savepoint> point;
  if (inner) point = txn.savepoint();
  const contents before = read_contents(txn);
  const attempt_result result = run_failing(fault, alive.files.faults(), [&] { change(txn); });
  const bool usable = is_usable(txn);
  if (result.done) {
    REQUIRE(usable);
    REQUIRE(read_contents(txn) == after);
  } else if (usable) {
    REQUIRE(read_contents(txn) == before);
  } else if (inner) {
    txn.rollback_to(*point);
    REQUIRE(is_usable(txn));
    REQUIRE(read_contents(txn) == before);
  }
  if (usable || inner) {
    const contents last = read_contents(txn);
    txn.commit();
    REQUIRE(read_contents(alive.db->begin_read()) == last);
  } else {
    txn.rollback();
    REQUIRE(read_contents(alive.db->begin_read()) == alive.published);
  }
  require_sound(*alive.db);
  return result.fired;
}

/// Fails every call of something done in a transaction.
inline void fail_change(const char* name, const change_function& change) {
  contents after;
  {
    fault_subject reference;
    auto txn = reference.db->begin_write();
    fill(txn, 20, 22);
    change(txn);
    after = read_contents(txn);
  }
  for_each_kind_of_fault([&](failing_call of, bool persists) {
    for (const bool inner : {false, true}) {
      for (std::uint64_t nth = 1;; ++nth) {
        CAPTURE(name, static_cast<int>(of), persists, inner, nth);
        if (!change_once({of, nth, persists}, inner, change, after)) break;
      }
    }
  });
}

/// Fails every call of something that changes nothing, and tells what it has seen as a number.
inline void fail_look(const char* name, const look_function& look) {
  fault_subject reference;
  const std::uint64_t seen = look(*reference.db);
  for_each_kind_of_fault([&](failing_call of, bool persists) {
    for (std::uint64_t nth = 1;; ++nth) {
      CAPTURE(name, static_cast<int>(of), persists, nth);
      fault_subject alive;
      alive.db.reset();
      alive.db.emplace(alive.open());  // with all durable, and nothing in the cache
      std::uint64_t found = 0;
      const attempt_result result =
          run_failing({of, nth, persists}, alive.files.faults(), [&] { found = look(*alive.db); });
      if (result.done) CHECK(found == seen);
      CHECK(look(*alive.db) == seen);
      if (!result.fired) break;
    }
    CHECK(read_contents(reference.db->begin_read()) == reference.published);
  });
}

/// Looks at what is left after something that was to publish a state. Requires: nothing fails any more.
inline void require_left(fault_subject& alive, const attempt_result& result, const contents& after) {
  std::vector<contents> possible{alive.durable, alive.published, after};
  const auto is_open = [&] {
    try {
      return alive.db.has_value() && alive.db->stats().durable > 0;
    } catch (const macaw::error&) {
      return false;  // closed
    }
  };
  if (is_open()) {
    contents expected = result.done ? after : alive.published;
    REQUIRE(read_contents(alive.db->begin_read()) == expected);
    require_sound(*alive.db);
    if (result.unknown) {
      REQUIRE_THROWS_AS(alive.db->begin_write(), macaw::error);
    } else {
      alive.db->put(others, 1, 1);
      alive.db->close();
      expected.others[1] = 1;
      expected.names.insert("other numbers");
      possible = {expected};
    }
  }
  alive.db.reset();
  alive.db.emplace(alive.open());
  const contents found = read_contents(alive.db->begin_read());
  bool expected = false;
  for (const contents& state : possible) expected = expected || found == state;
  REQUIRE(expected);
  require_sound(*alive.db);
  alive.db->put(others, 2, 2);
  require_sound(*alive.db);
}

/// Fails every call of something that publishes a state, or ends the database.
inline void fail_publication(const char* name, std::size_t dirty_size, const publish_function& publish) {
  contents after;
  {
    fault_subject reference(dirty_size);
    publish(reference);
    if (!reference.db || !reference.files.exists("db")) FAIL("the reference has no database");
    reference.db.reset();
    after = read_contents(reference.open().begin_read());
  }
  for_each_kind_of_fault([&](failing_call of, bool persists) {
    for (std::uint64_t nth = 1;; ++nth) {
      CAPTURE(name, static_cast<int>(of), persists, nth);
      fault_subject alive(dirty_size);
      const attempt_result result = run_failing({of, nth, persists}, alive.files.faults(), [&] { publish(alive); });
      require_left(alive, result, after);
      if (!result.fired) break;
    }
  });
}

}  // namespace macaw_test
