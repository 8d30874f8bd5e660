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
#include <utility>
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
  std::uint64_t sum = 0;
  const repetition done = repeat(keys.size(), [&] { sum += get_rows<E>(reader, keys); });
  expect_equal(sum, done.times * sum_of_visits<typename E::rows>(subject.rows().visits()), "sum of values");
  return done.time;
}

template <engine E>
double missing_get(subject<E>& subject) {
  const auto keys = subject.rows().absent_keys();
  const typename E::reader reader(*subject.loaded());
  std::size_t found = 0;
  const repetition done = repeat(keys.size(), [&] {
    for (const auto& key : keys) found += reader.get(key, [](const auto&) {}) ? 1 : 0;
  });
  expect_equal(found, 0, "keys found that are not there");
  return done.time;
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
  const repetition done = repeat(keys.size(), [&] {
    for (std::size_t group = 0; group < groups; ++group) {
      const auto wanted = keys.subspan(group * group_size).template first<group_size>();
      if constexpr (gets_many<E>) {
        reader.get_many(wanted, add);
      } else {
        for (const auto& key : wanted) static_cast<void>(reader.get(key, add));
      }
    }
  });
  std::uint64_t expected = 0;
  for (const std::uint32_t row : subject.rows().visits().first(keys.size())) {
    expected += rows::digest({}, rows::value(row));
  }
  expect_equal(sum, done.times * expected, "sum of values");
  return done.time;
}

/// All rows in order; the time is that of one row.
template <engine E>
double full_scan(subject<E>& subject) {
  using rows = typename E::rows;
  const auto sorted = subject.rows().sorted();
  std::uint64_t expected = 0;
  for (const auto& [key, value] : sorted) expected += rows::digest(key, value);
  const typename E::reader reader(*subject.loaded());
  std::uint64_t found = 0;
  const repetition done = repeat(sorted.size(), [&] {
    reader.scan([&](const auto& key, const auto& value) { found += rows::digest(key, value); });
  });
  expect_equal(found, done.times * expected, "digest of the scan");
  return done.time;
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
  const repetition done = repeat(places.size(), [&] {
    for (const std::uint32_t place : places) {
      reader.scan(sorted[place].first, length,
                  [&](const auto& key, const auto& value) { found += rows::digest(key, value); });
    }
  });
  expect_equal(found, done.times * expected, "digest of the ranges");
  return done.time;
}

template <begins_readers E>
double begin_and_end(subject<E>& subject) {
  E& engine = *subject.loaded();
  constexpr std::size_t count = 10'000;
  std::size_t seen = 0;
  const repetition done = repeat(count, [&] {
    for (std::size_t i = 0; i < count; ++i) seen += engine.begin_and_end() != 0 ? 1 : 0;
  });
  expect_equal(seen, done.times * count, "transactions with a number");
  return done.time;
}

/// A read transaction for each key.
template <engine E>
double single_gets(subject<E>& subject) {
  E& engine = *subject.loaded();
  const auto keys = subject.rows().visited_keys().first((subject.rows().size() + 3) / 4);
  std::uint64_t sum = 0;
  const repetition done = repeat(keys.size(), [&] {
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const typename E::reader reader(engine);
      sum += get_rows<E>(reader, keys.subspan(i, 1));
    }
  });
  const std::uint64_t expected = sum_of_visits<typename E::rows>(subject.rows().visits().first(keys.size()));
  expect_equal(sum, done.times * expected, "sum of values");
  return done.time;
}

/// The time of random gets on so many threads at once, each of which gets the same rows, again and again.
template <engine E>
double threaded_get(subject<E>& subject, std::size_t threads) {
  const std::size_t gets = std::clamp<std::size_t>(subject.rows().size() / 5, 50'000, 500'000);
  E& engine = *subject.loaded();
  const auto keys = subject.rows().visited_keys().first(std::min(gets, subject.rows().size()));
  const std::size_t times = gets / keys.size();
  std::vector<std::uint64_t> sums(threads);
  const waiting clock;
  {
    std::vector<std::jthread> running;
    for (std::uint64_t& sum : sums) {
      running.emplace_back([&engine, &sum, keys, times] {
        const typename E::reader reader(engine);
        for (std::size_t i = 0; i < times; ++i) sum += get_rows<E>(reader, keys);
      });
    }
  }
  const double result = clock.per(keys.size() * times * threads);
  const std::uint64_t expected = times * sum_of_visits<typename E::rows>(subject.rows().visits().first(keys.size()));
  for (const std::uint64_t sum : sums) expect_equal(sum, expected, "sum of values on a thread");
  return result;
}

/// The share of the time of one thread that two at once take for as many gets: 0.5 is perfect. Of each the best of
/// several runs in turns: others on the machine can only make two threads slower, and hit one thread otherwise.
template <engine E>
double two_readers(subject<E>& subject) {
  double one = threaded_get(subject, 1);
  double two = threaded_get(subject, 2);
  for (int i = 1; i < 5; ++i) {
    one = std::min(one, threaded_get(subject, 1));
    two = std::min(two, threaded_get(subject, 2));
  }
  return two / one;
}

/// Opening a closed store and getting one row: the time of both.
template <engine E>
double open_and_get(test_store<E>& store, std::size_t row, std::uint64_t generation) {
  using rows = typename E::rows;
  const auto key = rows::key(row);
  std::uint64_t found = 0;
  const waiting clock;
  store.open(syncing::off);
  std::optional<typename E::reader> reader;
  reader.emplace(*store);
  static_cast<void>(reader->get(key, [&](const auto& value) { found = rows::digest(key, value); }));
  const double result = clock.per(1);
  reader.reset();
  expect_equal(found, rows::digest(key, rows::value(row, generation)), "value of the first row");
  return result;
}

/// The median of several openings of the loaded store. What the system holds of the file in memory it keeps.
template <engine E>
double open_to_first_get(subject<E>& subject) {
  constexpr std::size_t times = 11;
  auto& store = subject.loaded();
  std::vector<double> found;
  for (std::size_t i = 0; i < times; ++i) {
    store.close();
    found.push_back(open_and_get(store, subject.rows().visits()[i % subject.rows().size()], 0));
  }
  return middle_of(std::move(found));
}

}  // namespace macaw_benchmark
