// SPDX-License-Identifier: MIT
//
// What a store has to offer to be measured. An engine is a class template over the kind of rows, and works are
// templates over engines, so that nothing stands between a work and the calls that a user would write.

#pragma once

#include "rows.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace macaw_benchmark {

/// Whether a commit reaches the medium before it returns.
enum class syncing : bool { off, on };

/// How a store is opened.
struct opening {
  syncing commits = syncing::off;
  std::uint64_t data_size = 0;  ///< bytes of all rows that it will hold, for the size of its cache
};

/// Keys in one call of `get_many`.
inline constexpr std::size_t group_size = 16;

/// A store of rows, made where there is none.
///
///     E::rows                kind of the rows
///     E::name, E::has_file   what tables call it; whether there is a file, and syncing
///     E(path, opening)       opens it
///     e.sync()               makes everything durable
///     E::reader(e)           a read transaction, or what comes next to it, ended by its destructor
///       r.get(key, use)      calls use(value) and returns true, or there is none
///       r.scan(use)          calls use(key, value) for each row in order
///       r.scan(from, n, use) the same for at most n rows, from a key on
///     E::writer(e)           a write transaction, or what comes next to it
///       w.put(key, value)
///       w.erase(key)         whether there was one
///       w.commit()
///
/// Where there is more, more is measured:
///
///     e.begin_and_end()      begins and ends a read transaction; something of it that must not be 0
///     r.get_many(keys, use)  calls use(value) for those of `group_size` keys that are there
///     w.append(key, value)   a key that is greater than all
///     w.load(rows)           rows in ascending order of keys, all greater than those there are
///     w.erase_between(a, b)  all keys not less than a and less than b
template <class E>
concept engine = std::constructible_from<E, const std::string&, const opening&> &&
    std::constructible_from<typename E::reader, E&> && std::constructible_from<typename E::writer, E&> &&
    requires(E& e, typename E::reader& reader, typename E::writer& writer, typename E::rows::key_type key,
             typename E::rows::value_type value, void (&use_value)(typename E::rows::value_type),
             void (&use)(typename E::rows::key_type, typename E::rows::value_type)) {
  { E::name } -> std::convertible_to<std::string_view>;
  { E::has_file } -> std::convertible_to<bool>;
  e.sync();
  { reader.get(key, use_value) } -> std::same_as<bool>;
  writer.put(key, value);
  { writer.erase(key) } -> std::same_as<bool>;
  writer.commit();
};

template <class E>
concept begins_readers = engine<E> && requires(E& e) {
  { e.begin_and_end() } -> std::same_as<std::uint64_t>;
};

template <class E>
concept gets_many = engine<E> &&
    requires(typename E::reader& reader, std::span<const typename E::rows::key_type, group_size> keys,
             void (&use)(typename E::rows::value_type)) {
  reader.get_many(keys, use);
};

template <class E>
concept appends = engine<E> &&
    requires(typename E::writer& writer, typename E::rows::key_type key, typename E::rows::value_type value) {
  writer.append(key, value);
};

template <class E>
concept loads = engine<E> &&
    requires(typename E::writer& writer, std::span<const typename row_set<typename E::rows>::row> rows) {
  writer.load(rows);
};

template <class E>
concept erases_ranges = engine<E> && requires(typename E::writer& writer, typename E::rows::key_type key) {
  writer.erase_between(key, key);
};

}  // namespace macaw_benchmark
