// SPDX-License-Identifier: MIT
//
// Programs for databases: sequences of operations as data, so that a sequence that goes wrong can be shortened.
//
// Every operation means something in every state (a row operation begins a transaction where none is open), so
// any part of a program is a program.

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace macaw_test {

/// What is done. The table, the key and the value come from the operation's numbers.
enum class action : std::uint8_t {
  put,
  insert,
  replace,
  update,
  extract,
  erase,
  erase_at,
  erase_range,
  erase_if,
  clear,
  append,
  load,
  failing_load,
  walk,
  stream,
  look_up,
  look_around,
  count,
  drop_table,
  rename_table,
  begin_nested,
  commit_nested,
  roll_back_nested,
  mark,
  return_to_mark,
  release_mark,
  commit,
  commit_deferred,
  commit_two_phase,
  roll_back,
  compare,
  take_snapshot,
  copy_snapshot,
  refresh_snapshot,
  compare_snapshot,
  drop_snapshot,
  sync,
  check,
  reopen,
};
inline constexpr std::size_t action_count = static_cast<std::size_t>(action::reopen) + 1;

struct operation {
  action what{};
  std::uint64_t table = 0;
  std::uint64_t key = 0;
  std::uint64_t value = 0;
};

using program = std::vector<operation>;

[[nodiscard]] inline const char* name_of(action what) {
  static constexpr const char* names[action_count] = {"put",
                                                      "insert",
                                                      "replace",
                                                      "update",
                                                      "extract",
                                                      "erase",
                                                      "erase_at",
                                                      "erase_range",
                                                      "erase_if",
                                                      "clear",
                                                      "append",
                                                      "load",
                                                      "failing_load",
                                                      "walk",
                                                      "stream",
                                                      "look_up",
                                                      "look_around",
                                                      "count",
                                                      "drop_table",
                                                      "rename_table",
                                                      "begin_nested",
                                                      "commit_nested",
                                                      "roll_back_nested",
                                                      "mark",
                                                      "return_to_mark",
                                                      "release_mark",
                                                      "commit",
                                                      "commit_deferred",
                                                      "commit_two_phase",
                                                      "roll_back",
                                                      "compare",
                                                      "take_snapshot",
                                                      "copy_snapshot",
                                                      "refresh_snapshot",
                                                      "compare_snapshot",
                                                      "drop_snapshot",
                                                      "sync",
                                                      "check",
                                                      "reopen"};
  return names[static_cast<std::size_t>(what)];
}

/// A program at random: rows mostly, the rest as often as it is worth.
[[nodiscard]] inline program random_program(std::uint64_t seed, std::size_t length) {
  std::mt19937_64 random(seed);
  std::vector<unsigned> weights(action_count, 2);
  const auto weigh = [&](action what, unsigned weight) { weights[static_cast<std::size_t>(what)] = weight; };
  weigh(action::put, 60);
  weigh(action::insert, 10);
  weigh(action::update, 10);
  weigh(action::erase, 15);
  weigh(action::extract, 5);
  weigh(action::erase_range, 4);
  weigh(action::clear, 1);
  weigh(action::append, 10);
  weigh(action::load, 4);
  weigh(action::look_up, 8);
  weigh(action::drop_table, 1);
  weigh(action::begin_nested, 4);
  weigh(action::mark, 4);
  weigh(action::commit, 8);
  weigh(action::commit_deferred, 6);
  weigh(action::take_snapshot, 4);
  weigh(action::check, 1);
  weigh(action::reopen, 1);
  std::discrete_distribution<std::size_t> choose(weights.begin(), weights.end());
  program made(length);
  for (operation& at : made) at = {static_cast<action>(choose(random)), random(), random(), random()};
  return made;
}

/// What a run of a program ends with: nothing, or what went wrong.
using outcome = std::optional<std::string>;

/// Shortens a program that goes wrong: leaves out ever smaller parts as long as it still does, so often at most.
[[nodiscard]] inline program shrink(program failing, const std::function<outcome(const program&)>& run,
                                    unsigned runs_max = 1000) {
  for (std::size_t part = failing.size() / 2; part > 0; part /= 2) {
    for (std::size_t at = 0; at < failing.size() && runs_max > 0; --runs_max) {
      program shorter = failing;
      const auto first = shorter.begin() + static_cast<std::ptrdiff_t>(at);
      const auto last = shorter.end() - first > static_cast<std::ptrdiff_t>(part)
                            ? first + static_cast<std::ptrdiff_t>(part)
                            : shorter.end();
      shorter.erase(first, last);
      if (run(shorter)) {
        failing = std::move(shorter);
      } else {
        at += part;
      }
    }
  }
  return failing;
}

[[nodiscard]] inline std::string to_text(const program& operations) {
  std::string text;
  for (const operation& at : operations) {
    text += "  {action::" + std::string(name_of(at.what)) + ", " + std::to_string(at.table % 5) + ", " +
            std::to_string(at.key) + "u, " + std::to_string(at.value) + "u},\n";
  }
  return text;
}

}  // namespace macaw_test
