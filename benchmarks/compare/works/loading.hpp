// SPDX-License-Identifier: MIT
//
// Works that fill an empty store, and empty a full one.

#pragma once

#include "../measurement.hpp"
#include "../subject.hpp"

#include <cstddef>
#include <cstdint>

namespace macaw_benchmark {

/// Transactions that are not synced have so many rows, where they are not the matter.
inline constexpr std::size_t usual_batch = 10'000;

/// Checks, outside of what is measured, that a store holds exactly the first `count` rows.
template <engine E>
void expect_rows(E& engine, std::size_t count) {
  using rows = typename E::rows;
  std::uint64_t expected = 0;
  for (std::size_t i = 0; i < count; ++i) expected += rows::digest(rows::key(i), rows::value(i));
  std::uint64_t found = 0;
  std::size_t found_rows = 0;
  typename E::reader(engine).scan([&](const auto& key, const auto& value) {
    found += rows::digest(key, value);
    ++found_rows;
  });
  expect_equal(found_rows, count, "rows in the store");
  expect_equal(found, expected, "digest of the store");
}

/// All rows in order of their keys, in one transaction, with the sync of its commit.
template <engine E>
double ascending_load(subject<E>& subject) {
  auto store = subject.fresh(syncing::on);
  const auto sorted = subject.rows().sorted();
  const waiting clock;
  {
    typename E::writer writer(*store);
    if constexpr (loads<E>) {
      writer.load(sorted);
    } else {
      for (const auto& [key, value] : sorted) writer.put(key, value);
    }
    writer.commit();
  }
  const double result = clock.per(sorted.size());
  expect_rows(*store, sorted.size());
  return result;
}

/// All rows in order of their keys, a call for each, in one transaction that is not synced.
template <appends E>
double ascending_appends(subject<E>& subject) {
  auto store = subject.fresh(syncing::off);
  const computing clock;
  {
    typename E::writer writer(*store);
    for (const auto& [key, value] : subject.rows().sorted()) writer.append(key, value);
    writer.commit();
  }
  const double result = clock.per(subject.rows().size());
  expect_rows(*store, subject.rows().size());
  return result;
}

/// Rows in random order in transactions of `batch` that are not synced.
template <engine E>
double random_load(subject<E>& subject, std::size_t count, std::size_t batch) {
  auto store = subject.fresh(syncing::off);
  const computing clock;
  put_rows(*store, subject.rows(), 0, count, batch);
  const double result = clock.per(count);
  expect_rows(*store, count);
  return result;
}

/// Every row, in another random order than it came, in transactions that are not synced.
template <engine E>
double random_erase(subject<E>& subject) {
  const std::size_t count = subject.size().small_rows();
  auto store = subject.fresh(syncing::off);
  put_rows(*store, subject.rows(), 0, count, usual_batch);
  std::size_t erased = 0;
  const computing clock;
  for (std::size_t i = 0; i < subject.rows().size();) {
    typename E::writer writer(*store);
    for (std::size_t left = usual_batch; left > 0 && i < subject.rows().size(); ++i) {
      const std::size_t row = subject.rows().visits()[i];
      if (row >= count) continue;
      erased += writer.erase(subject.rows().key(row)) ? 1 : 0;
      --left;
    }
    writer.commit();
  }
  const double result = clock.per(count);
  expect_equal(erased, count, "rows erased");
  expect_rows(*store, 0);
  return result;
}

/// The middle half of all keys at once, in one transaction that is not synced; the time is that of a row erased.
template <erases_ranges E>
double range_erase(subject<E>& subject) {
  const auto sorted = subject.rows().sorted();
  auto store = subject.fresh(syncing::off);
  put_rows(*store, subject.rows(), 0, sorted.size(), usual_batch);
  const std::size_t first = sorted.size() / 4;
  const std::size_t last = first + sorted.size() / 2;
  const computing clock;
  {
    typename E::writer writer(*store);
    writer.erase_between(sorted[first].first, sorted[last].first);
    writer.commit();
  }
  const double result = clock.per(last - first);
  std::size_t left = 0;
  typename E::reader(*store).scan([&](const auto&, const auto&) { ++left; });
  expect_equal(left, sorted.size() - (last - first), "rows left");
  return result;
}

/// What the loaded store takes on the medium for each of its rows.
template <engine E>
double file_size(subject<E>& subject) {
  return static_cast<double>(subject.loaded().file_size()) / static_cast<double>(subject.rows().size());
}

}  // namespace macaw_benchmark
