// SPDX-License-Identifier: MIT
//
// Works that read the loaded database. What was read is summed up and compared with what was put.

#pragma once

#include "../measurement.hpp"
#include "../subject.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace macaw_benchmark {

/// The sum of the first values of the rows that the first `count` visits lead to.
[[nodiscard]] inline std::uint64_t sum_of_visits(const row_set& rows, std::size_t count) {
  std::uint64_t sum = 0;
  for (const std::uint32_t row : rows.visits().first(count)) sum += row_set::value(row);
  return sum;
}

template <engine E>
measurement random_get(subject<E>& subject) {
  const auto visits = subject.rows().visits();
  const typename E::reader reader(*subject.loaded());
  std::uint64_t sum = 0;
  const computing clock;
  for (const std::uint32_t row : visits) sum += reader.get(row_set::key(row)).value_or(0);
  const measurement result = clock.per(visits.size());
  expect_equal(sum, sum_of_visits(subject.rows(), visits.size()), "sum of values");
  return result;
}

template <engine E>
measurement missing_get(subject<E>& subject) {
  const row_set& rows = subject.rows();
  const typename E::reader reader(*subject.loaded());
  std::size_t found = 0;
  const computing clock;
  for (const std::uint32_t row : rows.visits()) found += reader.get(rows.absent_key(row)).has_value() ? 1 : 0;
  const measurement result = clock.per(rows.size());
  expect_equal(found, 0, "keys found that are not there");
  return result;
}

/// Groups of keys in one call; the time is that of one key.
template <engine E>
measurement grouped_get(subject<E>& subject) {
  const auto visits = subject.rows().visits();
  const std::size_t groups = visits.size() / group_size;
  const typename E::reader reader(*subject.loaded());
  std::array<std::uint64_t, group_size> keys;
  std::uint64_t sum = 0;
  const computing clock;
  for (std::size_t group = 0; group < groups; ++group) {
    for (std::size_t i = 0; i < group_size; ++i) keys[i] = row_set::key(visits[group * group_size + i]);
    sum += reader.get_many(keys);
  }
  const measurement result = clock.per(groups * group_size);
  expect_equal(sum, sum_of_visits(subject.rows(), groups * group_size), "sum of values");
  return result;
}

/// All rows in order, several times over; the time is that of one row.
template <engine E>
measurement full_scan(subject<E>& subject) {
  constexpr std::size_t times = 5;
  const auto sorted = subject.rows().sorted();
  std::uint64_t expected = 0;
  for (const auto& [key, value] : sorted) expected += digest(key, value) * times;
  const typename E::reader reader(*subject.loaded());
  std::uint64_t found = 0;
  const computing clock;
  for (std::size_t i = 0; i < times; ++i) {
    reader.scan([&](std::uint64_t key, std::uint64_t value) { found += digest(key, value); });
  }
  const measurement result = clock.per(times * sorted.size());
  expect_equal(found, expected, "digest of the scan");
  return result;
}

/// A hundred rows from a random key on; the time is that of one range.
template <engine E>
measurement short_ranges(subject<E>& subject) {
  constexpr std::size_t length = 100;
  const auto sorted = subject.rows().sorted();
  const auto places = subject.rows().visits().first((subject.rows().size() + 19) / 20);
  std::uint64_t expected = 0;
  for (const std::uint32_t place : places) {
    for (const auto& [key, value] : sorted.subspan(place, std::min(length, sorted.size() - place))) {
      expected += digest(key, value);
    }
  }
  const typename E::reader reader(*subject.loaded());
  std::uint64_t found = 0;
  const computing clock;
  for (const std::uint32_t place : places) {
    reader.scan(sorted[place].first, length,
                [&](std::uint64_t key, std::uint64_t value) { found += digest(key, value); });
  }
  const measurement result = clock.per(places.size());
  expect_equal(found, expected, "digest of the ranges");
  return result;
}

template <engine E>
measurement begin_and_end(subject<E>& subject) {
  E& engine = *subject.loaded();
  const std::size_t count = subject.rows().size();
  std::size_t seen = 0;
  const computing clock;
  for (std::size_t i = 0; i < count; ++i) seen += engine.begin_and_end() != 0 ? 1 : 0;
  const measurement result = clock.per(count);
  expect_equal(seen, count, "transactions with a number");
  return result;
}

/// A read transaction for each key.
template <engine E>
measurement single_gets(subject<E>& subject) {
  E& engine = *subject.loaded();
  const auto visits = subject.rows().visits().first((subject.rows().size() + 3) / 4);
  std::uint64_t sum = 0;
  const computing clock;
  for (const std::uint32_t row : visits) {
    const typename E::reader reader(engine);
    sum += reader.get(row_set::key(row)).value_or(0);
  }
  const measurement result = clock.per(visits.size());
  expect_equal(sum, sum_of_visits(subject.rows(), visits.size()), "sum of values");
  return result;
}

}  // namespace macaw_benchmark
