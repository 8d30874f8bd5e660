// SPDX-License-Identifier: MIT
//
// What a database has to offer to be measured. An engine is a class of its own, and works are templates over
// it, so that nothing stands between a work and the calls that a user would write.

#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace macaw_benchmark {

/// Whether a commit reaches the medium before it returns.
enum class syncing : bool { off, on };

/// Keys and values.
using row_span = std::span<const std::pair<std::uint64_t, std::uint64_t>>;

/// Keys in one call of `get_many`.
inline constexpr std::size_t group_size = 16;

/// A database of rows `uint64 -> uint64`, opened by `E(path, syncing)`, which makes the file where there is none.
///
///     E::name, E::has_file     what the table calls it; whether there is a file, and syncing
///     e.begin_and_end()        begins and ends a read transaction; something of it that must not be 0
///     e.sync()                 makes everything durable
///     E::reader(e)             a read transaction, ended by its destructor
///       r.get(key)             the value, or nothing
///       r.get_many(keys)       the sum of the values of `group_size` keys that are there
///       r.scan(use)            calls use(key, value) for each row in order
///       r.scan(from, n, use)   the same for at most n rows, from a key on
///     E::writer(e)             a write transaction
///       w.put, w.append        any key; one that is greater than all
///       w.load(rows)           rows in ascending order of keys, all greater than those there are
///       w.erase(key)           whether there was one
///       w.commit()
template <class E>
concept engine = std::constructible_from<E, const std::string&, syncing> &&
    std::constructible_from<typename E::reader, E&> && std::constructible_from<typename E::writer, E&> &&
    requires(E& e, typename E::reader& reader, typename E::writer& writer, std::uint64_t number,
             std::span<const std::uint64_t, group_size> keys, row_span rows,
             void (&use)(std::uint64_t key, std::uint64_t value)) {
  { E::name } -> std::convertible_to<std::string_view>;
  { E::has_file } -> std::convertible_to<bool>;
  { e.begin_and_end() } -> std::same_as<std::uint64_t>;
  e.sync();
  { reader.get(number) } -> std::same_as<std::optional<std::uint64_t>>;
  { reader.get_many(keys) } -> std::same_as<std::uint64_t>;
  reader.scan(use);
  reader.scan(number, std::size_t{1}, use);
  writer.put(number, number);
  writer.append(number, number);
  writer.load(rows);
  { writer.erase(number) } -> std::same_as<bool>;
  writer.commit();
};

}  // namespace macaw_benchmark
