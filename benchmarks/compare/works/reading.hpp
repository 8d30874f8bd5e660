// SPDX-License-Identifier: MIT
//
// Works that read the loaded store. What was read is summed up and compared with what was put.

#pragma once

#include "../measurement.hpp"
#include "../subject.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <thread>
#include <vector>

namespace macaw_benchmark {

/// The sum of digests of the first values of the rows that these visits lead to.
template <class Rows>
[[nodiscard]] std::uint64_t sum_of_visits(std::span<const std::uint32_t> visits) {
  std::uint64_t sum = 0;
  for (const std::uint32_t row : visits) sum += Rows::digest(Rows::key(row), Rows::value(row));
  return sum;
}

/// Gets the rows of these keys; the sum of their digests.
template <engine E>
[[nodiscard]] std::uint64_t get_rows(const typename E::reader& reader,
                                     std::span<const typename E::rows::key_type> keys) {
  std::uint64_t sum = 0;
  for (const auto& key : keys) {
    static_cast<void>(reader.get(key, [&](const auto& value) { sum += E::rows::digest(key, value); }));
  }
  return sum;
}

template <engine E>
double random_get(subject<E>& subject) {
  const auto keys = subject.rows().visited_keys();
  const typename E::reader reader(*subject.loaded());
  const computing clock;
  const std::uint64_t sum = get_rows<E>(reader, keys);
  const double result = clock.per(keys.size());
  expect_equal(sum, sum_of_visits<typename E::rows>(subject.rows().visits()), "sum of values");
  return result;
}

template <engine E>
double missing_get(subject<E>& subject) {
  const auto keys = subject.rows().absent_keys();
  const typename E::reader reader(*subject.loaded());
  std::size_t found = 0;
  const computing clock;
  for (const auto& key : keys) found += reader.get(key, [](const auto&) {}) ? 1 : 0;
  const double result = clock.per(keys.size());
  expect_equal(found, 0, "keys found that are not there");
  return result;
}

/// Groups of keys in one call, or one by one; the time is that of one key.
template <engine E>
double grouped_get(subject<E>& subject) {
  using rows = typename E::rows;
  const std::size_t groups = subject.rows().size() / group_size;
  const auto keys = subject.rows().visited_keys().first(groups * group_size);
  const typename E::reader reader(*subject.loaded());
  std::uint64_t sum = 0;
  const auto add = [&](const auto& value) { sum += rows::digest({}, value); };
  const computing clock;
  for (std::size_t group = 0; group < groups; ++group) {
    const auto wanted = keys.subspan(group * group_size).template first<group_size>();
    if constexpr (gets_many<E>) {
      reader.get_many(wanted, add);
    } else {
      for (const auto& key : wanted) static_cast<void>(reader.get(key, add));
    }
  }
  const double result = clock.per(keys.size());
  std::uint64_t expected = 0;
  for (const std::uint32_t row : subject.rows().visits().first(keys.size())) {
    expected += rows::digest({}, rows::value(row));
  }
  expect_equal(sum, expected, "sum of values");
  return result;
}

/// All rows in order, several times over; the time is that of one row.
template <engine E>
double full_scan(subject<E>& subject) {
  using rows = typename E::rows;
  constexpr std::size_t times = 5;
  const auto sorted = subject.rows().sorted();
  std::uint64_t expected = 0;
  for (const auto& [key, value] : sorted) expected += rows::digest(key, value) * times;
  const typename E::reader reader(*subject.loaded());
  std::uint64_t found = 0;
  const computing clock;
  for (std::size_t i = 0; i < times; ++i) {
    reader.scan([&](const auto& key, const auto& value) { found += rows::digest(key, value); });
  }
  const double result = clock.per(times * sorted.size());
  expect_equal(found, expected, "digest of the scan");
  return result;
}

/// A hundred rows from a random key on; the time is that of one range.
template <engine E>
double short_ranges(subject<E>& subject) {
  using rows = typename E::rows;
  constexpr std::size_t length = 100;
  const auto sorted = subject.rows().sorted();
  const auto places = subject.rows().visits().first((subject.rows().size() + 19) / 20);
  std::uint64_t expected = 0;
  for (const std::uint32_t place : places) {
    for (const auto& [key, value] : sorted.subspan(place, std::min(length, sorted.size() - place))) {
      expected += rows::digest(key, value);
    }
  }
  const typename E::reader reader(*subject.loaded());
  std::uint64_t found = 0;
  const computing clock;
  for (const std::uint32_t place : places) {
    reader.scan(sorted[place].first, length,
                [&](const auto& key, const auto& value) { found += rows::digest(key, value); });
  }
  const double result = clock.per(places.size());
  expect_equal(found, expected, "digest of the ranges");
  return result;
}

template <begins_readers E>
double begin_and_end(subject<E>& subject) {
  E& engine = *subject.loaded();
  const std::size_t count = subject.rows().size();
  std::size_t seen = 0;
  const computing clock;
  for (std::size_t i = 0; i < count; ++i) seen += engine.begin_and_end() != 0 ? 1 : 0;
  const double result = clock.per(count);
  expect_equal(seen, count, "transactions with a number");
  return result;
}

/// A read transaction for each key.
template <engine E>
double single_gets(subject<E>& subject) {
  E& engine = *subject.loaded();
  const auto keys = subject.rows().visited_keys().first((subject.rows().size() + 3) / 4);
  std::uint64_t sum = 0;
  const computing clock;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const typename E::reader reader(engine);
    sum += get_rows<E>(reader, keys.subspan(i, 1));
  }
  const double result = clock.per(keys.size());
  expect_equal(sum, sum_of_visits<typename E::rows>(subject.rows().visits().first(keys.size())), "sum of values");
  return result;
}

/// The time of random gets on so many threads at once, each of which gets all rows.
template <engine E>
double threaded_get(subject<E>& subject, std::size_t threads) {
  E& engine = *subject.loaded();
  const auto keys = subject.rows().visited_keys();
  std::vector<std::uint64_t> sums(threads);
  const waiting clock;
  {
    std::vector<std::jthread> running;
    for (std::uint64_t& sum : sums) {
      running.emplace_back([&engine, &sum, keys] {
        const typename E::reader reader(engine);
        sum = get_rows<E>(reader, keys);
      });
    }
  }
  const double result = clock.per(keys.size() * threads);
  const std::uint64_t expected = sum_of_visits<typename E::rows>(subject.rows().visits());
  for (const std::uint64_t sum : sums) expect_equal(sum, expected, "sum of values on a thread");
  return result;
}

/// The share of the time of one thread that two at once take for as many gets: 0.5 is perfect.
template <engine E>
double two_readers(subject<E>& subject) {
  const double one = threaded_get(subject, 1);
  return threaded_get(subject, 2) / one;
}

/// Opening the store and getting one row. What the system holds of the file in memory it keeps.
template <engine E>
double open_to_first_get(subject<E>& subject) {
  auto& store = subject.loaded();
  constexpr std::size_t times = 5;
  double total = 0;
  for (std::size_t i = 0; i < times; ++i) {
    const std::size_t visit = i % subject.rows().size();
    store.close();
    const waiting clock;
    store.open(syncing::off);
    std::optional<typename E::reader> reader;
    reader.emplace(*store);
    const std::uint64_t sum = get_rows<E>(*reader, subject.rows().visited_keys().subspan(visit, 1));
    total += clock.per(1);
    expect_equal(sum, sum_of_visits<typename E::rows>(subject.rows().visits().subspan(visit, 1)),
                 "value of the first row");
  }
  return total / times;
}

}  // namespace macaw_benchmark
