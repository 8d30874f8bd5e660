// SPDX-License-Identifier: MIT
//
// The transactions of a tested life, each of which follows from a seed and its number, and the states that they lead
// through.

#pragma once

#include "crash/crash_model.hpp"

#include <cstddef>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

namespace macaw_test {

inline constexpr std::size_t tested_page_size = 1024;

/// The row that holds the number of the last transaction: out of reach of what crash actions erase.
inline constexpr std::uint64_t number_key = 1'000'000;

/// Takes changes that are meant for the model alone.
struct unwritten_txn {
  struct unwritten_table {
    template <class... Arguments>
    void put(const Arguments&...) {}
    template <class... Arguments>
    void erase(const Arguments&...) {}
    template <class... Arguments>
    [[nodiscard]] int range(const Arguments&...) {
      return 0;
    }
  };

  template <class Table>
  [[nodiscard]] unwritten_table operator[](const Table&) {
    return {};
  }
  template <class Table>
  void drop(const Table&) {}
  [[nodiscard]] unwritten_txn nested() { return {}; }
  void commit() {}
};

/// The changes of a transaction, which follow from the seed and its number. Returns the action that it ends with.
template <class Txn>
crash_action change(Txn& txn, contents& model, std::uint64_t seed, std::uint64_t number) {
  std::mt19937_64 random(seed * 1'000'003 + number);
  auto action = crash_action::small_insert;
  for (auto steps = 1 + random() % 3; steps > 0; --steps) {
    const std::uint64_t kind = random() % (crash_action_count + 2);
    const std::uint64_t draw = random();
    if (kind < crash_action_count) {
      action = static_cast<crash_action>(kind);
      act(txn, model, action, draw, tested_page_size);
    } else if (kind == crash_action_count) {  // several pieces, or more than one sync proves
      detail_crash::put_text(txn, model, "huge", 20'000 + draw % (draw % 8 == 0 ? 5'000'000 : 200'000), draw);
    } else {  // much growth, which range erases undo
      for (std::uint64_t i = 0; i < 150; ++i) detail_crash::put_number(txn, model, draw % 60 + i, draw + i);
    }
  }
  detail_crash::put_number(txn, model, number_key, number);
  return action;
}

/// The states after transactions, from one that a file surely holds, or held.
class life_states {
 public:
  life_states(contents first, std::uint64_t number) : number_(number) { states_.push_back(std::move(first)); }

  /// The transactions to come follow from this seed.
  void go_on_with(std::uint64_t seed) { seed_ = seed; }

  [[nodiscard]] std::uint64_t first_number() const noexcept { return number_; }
  [[nodiscard]] const contents& first() const noexcept { return states_.front(); }
  /// The state after a transaction, not before the first.
  [[nodiscard]] const contents& after(std::uint64_t number) {
    while (number_ + states_.size() <= number) {
      unwritten_txn none;
      contents next = states_.back();
      change(none, next, seed_, number_ + states_.size());
      states_.push_back(std::move(next));
    }
    return states_[number - number_];
  }

 private:
  std::uint64_t number_;
  std::uint64_t seed_ = 0;
  std::vector<contents> states_;
};

}  // namespace macaw_test
