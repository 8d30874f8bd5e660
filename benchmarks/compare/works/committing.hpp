// SPDX-License-Identifier: MIT
//
// Works that measure synced commits, into an aged store, and what a killed program leaves.

#pragma once

#include "../measurement.hpp"
#include "../subject.hpp"
#include "reading.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace macaw_benchmark {

/// Transactions of `batch` random puts of new values, each synced; the time is that of one transaction.
template <engine E>
double synced_commits(subject<E>& subject, std::size_t batch) {
  using rows = typename E::rows;
  const auto visits = subject.rows().visits();
  E& engine = *subject.aged();
  // Fewer of large transactions, but never so few that one hiccup of the medium decides.
  const std::size_t commits = std::max<std::size_t>(subject.size().synced_commits() / (batch >= 100 ? 5 : 1), 5);
  const std::uint64_t generation = subject.next_generation();
  const std::size_t first = generation * 7919 * batch;
  const auto row = [&](std::size_t i) { return visits[(first + i) % visits.size()]; };
  const waiting clock;
  for (std::size_t commit = 0; commit < commits; ++commit) {
    typename E::writer writer(engine);
    for (std::size_t i = commit * batch; i < (commit + 1) * batch; ++i) {
      writer.put(subject.rows().key(row(i)), rows::value(row(i), generation));
    }
    writer.commit();
  }
  const double result = clock.per(commits);
  const typename E::reader reader(engine);
  for (std::size_t i = 0; i < commits * batch; ++i) {
    const auto key = rows::key(row(i));
    std::uint64_t found = 0;
    static_cast<void>(reader.get(key, [&](const auto& value) { found = rows::digest(key, value); }));
    expect_equal(found, rows::digest(key, rows::value(row(i), generation)), "value committed");
  }
  return result;
}

/// Opening a store whose program was killed after a hundred synced transactions of one put, and getting one row: the
/// median of several copies of what it left. They are on the medium before they are opened, as what it committed was.
template <engine E>
double open_after_kill(subject<E>& subject) {
  constexpr std::size_t commits = 100;
  auto store = subject.fresh(syncing::off);
  put_rows(*store, subject.rows(), 0, subject.size().small_rows(), 10'000);
  (*store).sync();
  store.reopen(syncing::on);
  for (std::size_t i = 0; i < commits; ++i) {
    const std::size_t row = i % subject.size().small_rows();
    put_rows(*store, subject.rows(), row, row + 1, 1, 1);
  }
  std::vector<double> found;
  for (int i = 0; i < 3; ++i) {
    auto left = subject.fresh(syncing::off, "killed");
    left.close();
    left.copy_from(store);
    found.push_back(open_and_get(left, (commits - 1) % subject.size().small_rows(), 1));
  }
  return middle_of(std::move(found));
}

}  // namespace macaw_benchmark
