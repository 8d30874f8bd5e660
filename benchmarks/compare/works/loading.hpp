// SPDX-License-Identifier: MIT
//
// Works that fill an empty database, and empty a full one.

#pragma once

#include "../measurement.hpp"
#include "../subject.hpp"

#include <cstddef>
#include <cstdint>

namespace macaw_benchmark {

/// Checks, outside of what is measured, that a database holds exactly the first `count` rows.
template <engine E>
void expect_rows(E& engine, std::size_t count) {
  std::uint64_t expected = 0;
  for (std::size_t i = 0; i < count; ++i) expected += digest(row_set::key(i), row_set::value(i));
  std::uint64_t found = 0;
  std::size_t found_rows = 0;
  typename E::reader(engine).scan([&](std::uint64_t key, std::uint64_t value) {
    found += digest(key, value);
    ++found_rows;
  });
  expect_equal(found_rows, count, "rows after loading");
  expect_equal(found, expected, "digest after loading");
}

/// All rows in order of their keys at once, in one transaction, with the sync of its commit.
template <engine E>
measurement ascending_load(subject<E>& subject) {
  auto database = subject.fresh(syncing::on);
  const waiting clock;
  {
    typename E::writer writer(*database);
    writer.load(subject.rows().sorted());
    writer.commit();
  }
  const measurement result = clock.per(subject.rows().size());
  expect_rows(*database, subject.rows().size());
  return result;
}

/// All rows in order of their keys, a call for each, in one transaction that is not synced.
template <engine E>
measurement ascending_appends(subject<E>& subject) {
  auto database = subject.fresh(syncing::off);
  const computing clock;
  {
    typename E::writer writer(*database);
    for (const auto& [key, value] : subject.rows().sorted()) writer.append(key, value);
    writer.commit();
  }
  const measurement result = clock.per(subject.rows().size());
  expect_rows(*database, subject.rows().size());
  return result;
}

/// Rows in random order in transactions of `batch` that are not synced.
template <engine E>
measurement random_load(subject<E>& subject, std::size_t count, std::size_t batch) {
  auto database = subject.fresh(syncing::off);
  const computing clock;
  put_rows(*database, 0, count, batch);
  const measurement result = clock.per(count);
  expect_rows(*database, count);
  return result;
}

/// Every row, in another random order than it came, in transactions of 10,000 that are not synced.
template <engine E>
measurement random_erase(subject<E>& subject) {
  constexpr std::size_t batch = 10'000;
  const std::size_t count = subject.size().small_rows;
  auto database = subject.fresh(syncing::off);
  put_rows(*database, 0, count, batch);
  std::size_t erased = 0;
  const computing clock;
  for (std::size_t i = 0; i < subject.rows().size();) {
    typename E::writer writer(*database);
    for (std::size_t left = batch; left > 0 && i < subject.rows().size(); ++i) {
      const std::size_t row = subject.rows().visits()[i];
      if (row >= count) continue;
      erased += writer.erase(row_set::key(row)) ? 1 : 0;
      --left;
    }
    writer.commit();
  }
  const measurement result = clock.per(count);
  expect_equal(erased, count, "rows erased");
  expect_rows(*database, 0);
  return result;
}

/// What the loaded database takes on the medium for each of its rows, which have 16 bytes.
template <engine E>
measurement file_size(subject<E>& subject) {
  const auto size = static_cast<double>(subject.loaded().file_size());
  return {size / static_cast<double>(subject.rows().size()), unit::bytes_per_row};
}

}  // namespace macaw_benchmark
