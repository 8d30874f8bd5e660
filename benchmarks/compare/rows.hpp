// SPDX-License-Identifier: MIT
//
// The rows that every engine stores: their keys come at random places. All is computed from a row's number, so each
// engine sees the same data in the same order. A kind of rows is a class with static members:
//
//     R::key_type, R::value_type   what a row is put as; keys compare as the engines order them
//     R::raw_size                  bytes of key and value
//     R::key(i)                    the key of row i
//     R::value(i, generation)      the value that it gets when it is put for the `generation`th time: another one
//     R::digest(key, value)        depends on both; the same however an engine shows them

#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <numeric>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace macaw_benchmark {

/// A bijection that spreads numbers (the finaliser of SplitMix64).
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t x) noexcept {
  x += 0x9E3779B97F4A7C15;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
  return x ^ (x >> 31);
}

/// Numbers of 8 bytes as keys and values.
struct number_rows {
  using key_type = std::uint64_t;
  using value_type = std::uint64_t;
  static constexpr std::size_t raw_size = 16;

  [[nodiscard]] static constexpr key_type key(std::size_t i) noexcept { return mix(i); }
  [[nodiscard]] static constexpr value_type value(std::size_t i, std::uint64_t generation = 0) noexcept {
    return ~std::uint64_t{i} + (generation << 32);
  }
  [[nodiscard]] static constexpr std::uint64_t digest(key_type key, value_type value) noexcept {
    return key * 3 + value;
  }
};

/// 24 letters and digits.
struct text_key : std::array<char, 24> {
  operator std::string_view() const noexcept { return {data(), size()}; }
};

/// Text as keys, and random bytes as values.
template <std::size_t ValueSize>
struct text_rows {
  using key_type = text_key;
  using value_type = std::string_view;
  static constexpr std::size_t raw_size = text_key{}.size() + ValueSize;

  [[nodiscard]] static key_type key(std::size_t i) noexcept {
    key_type result;
    std::uint64_t bits = mix(i);
    for (std::size_t at = 0; at < result.size(); ++at) {
      result[at] = "0123456789abcdefghijklmnopqrstuv"[bits % 32];
      bits = at == 11 ? mix(~std::uint64_t{i}) : bits / 32;
    }
    return result;
  }
  /// Views bytes that never change or go away.
  [[nodiscard]] static value_type value(std::size_t i, std::uint64_t generation = 0) noexcept {
    return std::string_view(noise()).substr(mix(i ^ (generation << 40)) % places, ValueSize);
  }
  /// Reads all bytes of the value, as who gets it does.
  [[nodiscard]] static std::uint64_t digest(std::string_view key, std::string_view value) noexcept {
    std::uint64_t sum = word_of(key) * 3 + value.size();
    for (; value.size() >= sizeof sum; value.remove_prefix(sizeof sum)) sum += word_of(value);
    return sum;
  }

 private:
  static constexpr std::size_t places = 65'536;

  [[nodiscard]] static const std::string& noise() {
    static const std::string bytes = [] {
      std::string made(places + ValueSize, '\0');
      for (std::size_t i = 0; i < made.size(); ++i) made[i] = static_cast<char>(mix(i));
      return made;
    }();
    return bytes;
  }
  [[nodiscard]] static std::uint64_t word_of(std::string_view bytes) noexcept {
    std::uint64_t result = 0;
    std::memcpy(&result, bytes.data(), sizeof result);
    return result;
  }
};

/// So many rows of a kind. Keys are made beforehand, in the orders in which works use them: making a text takes as long
/// as finding it.
template <class Rows>
class row_set {
 public:
  using key_type = typename Rows::key_type;
  using row = std::pair<key_type, typename Rows::value_type>;

  explicit row_set(std::size_t count) : visits_(count) {
    std::iota(visits_.begin(), visits_.end(), std::uint32_t{0});
    std::shuffle(visits_.begin(), visits_.end(), std::mt19937_64(1));
    keys_.reserve(count);
    for (std::size_t i = 0; i < count; ++i) keys_.push_back(Rows::key(i));
    visited_keys_.reserve(count);
    for (const std::uint32_t i : visits_) visited_keys_.push_back(keys_[i]);
    sorted_.reserve(count);
    for (std::size_t i = 0; i < count; ++i) sorted_.emplace_back(keys_[i], Rows::value(i));
    std::sort(sorted_.begin(), sorted_.end(), [](const row& a, const row& b) { return a.first < b.first; });
  }

  [[nodiscard]] std::size_t size() const noexcept { return keys_.size(); }
  /// The key of a row: in order of the rows' numbers they come at random places.
  [[nodiscard]] const key_type& key(std::size_t i) const noexcept { return keys_[i]; }
  /// As many keys as there are rows, which no row has.
  [[nodiscard]] std::vector<key_type> absent_keys() const {
    std::vector<key_type> keys;
    for (std::size_t i = 0; i < size(); ++i) keys.push_back(Rows::key(i + size()));
    return keys;
  }
  /// The numbers of all rows, in a random order that is always the same; and their keys.
  [[nodiscard]] std::span<const std::uint32_t> visits() const noexcept { return visits_; }
  [[nodiscard]] std::span<const key_type> visited_keys() const noexcept { return visited_keys_; }
  /// Keys and first values in order of keys.
  [[nodiscard]] std::span<const row> sorted() const noexcept { return sorted_; }

 private:
  std::vector<std::uint32_t> visits_;
  std::vector<key_type> keys_;
  std::vector<key_type> visited_keys_;
  std::vector<row> sorted_;
};

}  // namespace macaw_benchmark
