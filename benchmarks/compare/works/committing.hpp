// SPDX-License-Identifier: MIT
//
// Works that measure synced commits: random puts of new values into an aged database.

#pragma once

#include "../measurement.hpp"
#include "../subject.hpp"

#include <cstddef>
#include <cstdint>

namespace macaw_benchmark {

/// Transactions of `batch` puts, each synced; the time is that of one transaction.
template <engine E>
measurement synced_commits(subject<E>& subject, std::size_t batch) {
  const auto visits = subject.rows().visits();
  E& engine = *subject.aged();
  const std::size_t commits = (subject.size().synced_commits + batch - 1) / batch;
  const std::uint64_t generation = subject.next_generation();
  const std::size_t first = generation * 7919 * batch;
  const auto row = [&](std::size_t i) { return visits[(first + i) % visits.size()]; };
  const waiting clock;
  for (std::size_t commit = 0; commit < commits; ++commit) {
    typename E::writer writer(engine);
    for (std::size_t i = commit * batch; i < (commit + 1) * batch; ++i) {
      writer.put(row_set::key(row(i)), row_set::value(row(i), generation));
    }
    writer.commit();
  }
  const measurement result = clock.per(commits);
  const typename E::reader reader(engine);
  for (std::size_t i = 0; i < commits * batch; ++i) {
    expect_equal(reader.get(row_set::key(row(i))).value_or(0), row_set::value(row(i), generation), "value committed");
  }
  return result;
}

}  // namespace macaw_benchmark
