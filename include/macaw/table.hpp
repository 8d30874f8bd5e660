// SPDX-License-Identifier: MIT
//
// `table<Key, Value>`: what a table is called and what it holds. Layer 6 (API).
//
// A descriptor is a constant that names a table; it holds no data and belongs to no database. Binding
// it to a transaction, `txn[events]`, gives the table itself.

#pragma once

#include <macaw/codec/codec.hpp>
#include <macaw/fwd.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

namespace macaw::inline MACAW_ABI {

/// The longest name of a table, in bytes.
inline constexpr std::size_t table_name_size_max = 64;

namespace detail {

/// What is wrong with a table's name, or nothing.
[[nodiscard]] constexpr const char* table_name_fault(std::string_view name) noexcept {
  if (name.empty()) return "macaw: a table's name must not be empty";
  if (name.size() > table_name_size_max) return "macaw: a table's name has at most 64 bytes";
  for (const char c : name) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return "macaw: a table's name has no control characters";
  }
  return nullptr;
}

/// Checks a name that is known at run time only. Errors: std::invalid_argument.
inline void require_table_name(std::string_view name) {
  if (const char* fault = table_name_fault(name)) throw std::invalid_argument(fault);
}

/// Types that a table can hold. Binding asks for it, so that a missing codec is one error and not many.
template <class Key, class Value>
concept table_types_known = key_codec<key_codec_for<Key>> && value_codec<value_codec_for<Value>>;

}  // namespace detail

/// A table's name, and the types of its keys and values.
///
/// `Key` and `Value` are types with a codec, or codecs themselves; `Features` is room for later.
template <class Key, class Value, class... Features>
class table {
 public:
  static_assert(sizeof...(Features) == 0, "macaw: no table features are known yet");

  using key_codec_type = key_codec_for<Key>;
  using value_codec_type = value_codec_for<Value>;

  /// Requires: a string literal of 1 to 64 bytes without control characters; anything else does not compile.
  template <std::size_t Size>
  consteval explicit table(const char (&name)[Size]) : name_(name, Size - 1) {
    if (const char* fault = detail::table_name_fault(name_)) throw std::invalid_argument(fault);
  }

  [[nodiscard]] constexpr std::string_view name() const noexcept { return name_; }

 private:
  std::string_view name_;
};

/// A table whose name is known at run time only, read and written as bytes whatever its codecs are.
class raw_table {
 public:
  /// Errors: std::invalid_argument where the name breaks the rules of `table`.
  explicit raw_table(std::string_view name) : name_(name) { detail::require_table_name(name_); }

  [[nodiscard]] const std::string& name() const noexcept { return name_; }

 private:
  std::string name_;
};

}  // namespace macaw::inline MACAW_ABI
