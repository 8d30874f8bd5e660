// SPDX-License-Identifier: MIT
//
// Knows every state that a database was ever to show, and holds readers to them: a snapshot's state lies between the
// last commit acknowledged before it began and the last one begun when it did, and all it shows is that state, for its
// whole life.
//
// The oracle must not order threads where the database fails to: ThreadSanitizer would not see it. So a state is
// published before its transaction begins, and what is told after that is told by relaxed stores. Only readers that ask
// for the last acknowledged commit are ordered behind it, as users are that were told of it; others hold the database
// to never going back.

#pragma once

#include <macaw/macaw.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace macaw_test {

inline constexpr macaw::table<std::uint64_t, std::uint64_t> oracle_numbers{"numbers"};
inline constexpr macaw::table<std::string, std::string> oracle_texts{"texts"};

/// What a database holds after a commit. Never changes once it is known to the oracle.
struct known_state {
  std::map<std::uint64_t, std::uint64_t> numbers;
  std::map<std::string, std::string> texts;
};

/// The states of one life, by the number of the commit, from 0 (empty) on.
class snapshot_oracle {
 public:
  explicit snapshot_oracle(std::size_t commits_max) : states_(commits_max + 1) { states_[0].content = &nothing_; }

  // The writer's part, in this order for each commit.

  /// There may be such a state. Comes before the transaction begins.
  void announce(known_state&& state) {
    kept_.push_back(std::make_unique<const known_state>(std::move(state)));
    states_[kept_.size()].content.store(kept_.back().get(), std::memory_order_release);
  }
  /// Its transaction is about to be committed as this one.
  void begin(macaw::txn_id id) {
    states_[kept_.size()].published.store(id.value, std::memory_order_relaxed);
    begun_.store(kept_.size(), std::memory_order_relaxed);
  }
  void acknowledge() { acknowledged_.store(kept_.size(), std::memory_order_release); }
  /// The newest state, or the empty one.
  [[nodiscard]] const known_state& newest() const { return kept_.empty() ? nothing_ : *kept_.back(); }

  // The readers' part.

  /// The last commit that is known to be done.
  [[nodiscard]] std::size_t acknowledged() const { return acknowledged_.load(std::memory_order_acquire); }
  /// The last commit begun, as far as this thread has been told.
  [[nodiscard]] std::size_t begun() const { return begun_.load(std::memory_order_relaxed); }
  /// The commit that a snapshot of this number shows: the last one begun that was published under no larger one.
  [[nodiscard]] std::size_t commit_of(macaw::txn_id id) const {
    std::size_t commit = begun();
    while (commit > 0 && states_[commit].published.load(std::memory_order_relaxed) > id.value) {
      --commit;
    }
    return commit;
  }
  [[nodiscard]] const known_state& state(std::size_t commit) const {
    return *states_[commit].content.load(std::memory_order_acquire);
  }

 private:
  struct entry {
    std::atomic<const known_state*> content{nullptr};
    std::atomic<std::uint64_t> published{0};
  };

  known_state nothing_;
  std::vector<entry> states_;
  std::vector<std::unique_ptr<const known_state>> kept_;  ///< the writer's
  std::atomic<std::size_t> begun_{0};
  std::atomic<std::size_t> acknowledged_{0};
};

/// Whether rows, in this order, are those of [first, last).
template <class Rows, class Iterator>
[[nodiscard]] bool are_rows(const Rows& rows, Iterator first, Iterator last) {
  for (const auto& [key, value] : rows) {
    if (first == last || key != first->first || value != first->second) return false;
    ++first;
  }
  return first == last;
}

/// Whether a transaction shows this state, as far as one way of looking tells, which is chosen at random.
template <class Txn>
[[nodiscard]] bool shows(const Txn& txn, const known_state& state, std::mt19937_64& random) {
  const auto numbers = txn[oracle_numbers];
  const auto texts = txn[oracle_texts];
  const auto& rows = state.numbers;
  const std::uint64_t key = random() % 700;
  switch (random() % 5) {
    case 0: return are_rows(numbers, rows.begin(), rows.end());
    case 1: return are_rows(numbers.reverse(), rows.rbegin(), rows.rend());
    case 2: return are_rows(texts, state.texts.begin(), state.texts.end()) && texts.size() == state.texts.size();
    case 3: return are_rows(numbers.range(key, key + 60), rows.lower_bound(key), rows.lower_bound(key + 60));
    default: break;
  }
  for (std::uint64_t i = key; i < key + 20; ++i) {
    const auto known = rows.find(i);
    const auto shown = numbers.get(i);
    if (shown.has_value() != (known != rows.end()) || (shown && *shown != known->second)) return false;
  }
  return numbers.size() == rows.size();
}

}  // namespace macaw_test
