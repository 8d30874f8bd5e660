// SPDX-License-Identifier: MIT
//
// What the tests of cuts do with databases. Compiled once, in tested_databases.cpp, since it takes long.

#pragma once

#include "cuts/life_steps.hpp"
#include "cuts/pager_kind.hpp"
#include "cuts/tested_life.hpp"

#include <cstdint>
#include <string>

namespace macaw_test {

/// What a child says.
struct message {
  enum class kind : std::uint64_t { opened, begun, durable, copied, failed };

  kind what;
  std::uint64_t number;
};

/// Runs the child of a life with the database in this file, and exits.
[[noreturn]] void live_in_child(const life_plan& plan, const std::string& path, const life_states& states, int pipe);

/// What a judge finds.
struct judgement {
  std::string fault;         ///< empty: none
  std::uint64_t number = 0;  ///< the transaction that the file shows
  contents left;             ///< what the file holds in the end
};

/// Opens a database, which must show one of the states from `lowest` to `highest`, in every way of reading it, and pass
/// check(). With `goes_on` it must take another transaction, which puts the number that follows.
[[nodiscard]] judgement judge_database(pager_kind pager, const std::string& path, life_states& states,
                                       std::uint64_t lowest, std::uint64_t highest, bool goes_on);

}  // namespace macaw_test
