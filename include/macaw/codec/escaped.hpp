// SPDX-License-Identifier: MIT
//
// Byte strings inside composite keys: the escaped form and its view. Layer 1.
//
// FROZEN: on disk. In front of other components a byte string ends with 00, so 00 inside it is written
// 01 01, and 01 is written 01 02; all other bytes stand for themselves.
//
// Invariants:
//  1. 00 occurs at the end only: prefix-free. 00 < 01 01 < 01 02 < 02: the order is that of the strings,
//     whatever follows.
//  2. The escaped form of a string's beginning, without the 00, begins the escaped form of the string.
//  3. A view borrows the bytes as they stand in the key. Strings without 00 and 01, which is nearly all
//     texts, are given out as they are; others are unescaped into a buffer of the view's own at the first
//     conversion. Comparing and iterating never allocate.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/codec/component.hpp>
#include <macaw/macros.hpp>

#include <atomic>
#include <compare>
#include <cstddef>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace macaw::inline MACAW_ABI {

namespace detail {

inline constexpr std::byte terminator{0x00};   // FROZEN: on disk
inline constexpr std::byte escape_mark{0x01};  // FROZEN: on disk

/// How many bytes `escape` writes, the terminator not counted.
[[nodiscard]] inline std::size_t escaped_size(bytes_view plain) noexcept {
  std::size_t size = plain.size();
  for (std::byte b : plain) size += b <= escape_mark;
  return size;
}

/// Writes the escaped form without the terminator; returns one past its end.
inline std::byte* escape(bytes_view plain, std::byte* out) noexcept {
  for (std::byte b : plain) {
    if (b <= escape_mark) [[unlikely]] {
      *out++ = escape_mark;
      b = static_cast<std::byte>(std::to_integer<int>(b) + 1);
    }
    *out++ = b;
  }
  return out;
}

/// Where `wanted` first stands in `bytes`, or their number.
[[nodiscard]] inline std::size_t find_byte(bytes_view bytes, std::byte wanted) noexcept {
  if (bytes.empty()) return 0;
  const void* found = std::memchr(bytes.data(), std::to_integer<int>(wanted), bytes.size());
  return found == nullptr ? bytes.size()
                          : static_cast<std::size_t>(static_cast<const std::byte*>(found) - bytes.data());
}

}  // namespace detail

/// A text or byte string inside a composite key, borrowed.
///
/// Behaves as `View` does (`std::string_view` or `bytes_view`) and converts to it. What the conversion
/// gives lives as long as this object and the entry it came from, so it is refused on a temporary; the
/// conversion to `Owned` is not.
///
/// Thread safety: const members may be called by many threads at once.
template <class View, class Owned>
class component_view {
 public:
  using element = std::remove_cv_t<typename View::value_type>;

  /// An empty string.
  component_view() noexcept = default;
  component_view(const component_view& other) noexcept
      : stored_(other.stored_), size_(other.size_), mask_(other.mask_) {}
  component_view& operator=(const component_view& other) noexcept {
    if (this != &other) {
      stored_ = other.stored_;
      size_ = other.size_;
      mask_ = other.mask_;
      delete[] plain_.exchange(nullptr, std::memory_order_acq_rel);
    }
    return *this;
  }
  ~component_view() { delete[] plain_.load(std::memory_order_acquire); }

  /// Decodes the string that `in` begins with, and eats it with its terminator.
  ///
  /// Returns: nothing where the bytes are not an escaped string.
  [[nodiscard]] static std::optional<component_view> read(component_input& in) noexcept;

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

  /// The string itself.
  ///
  /// Errors: bad_alloc, and only where the string has a byte 00 or 01 or is stored in descending order.
  [[nodiscard]] View view() const& { return is_plain() ? as_view(stored_.data()) : as_view(unescaped()); }
  [[nodiscard]] View view() const&& = delete;

  operator View() const& { return view(); }
  operator View() const&& = delete;

  /// An owned copy of the string.
  operator Owned() const {
    const View all = view();
    return Owned(all.begin(), all.end());
  }

  friend bool operator==(const component_view& a, const component_view& b) noexcept {
    return a.size() == b.size() && (a <=> b) == 0;
  }
  friend std::strong_ordering operator<=>(const component_view& a, const component_view& b) noexcept {
    return compare(cursor(a), cursor(b));
  }
  friend bool operator==(const component_view& a, const View& b) noexcept {
    return a.size() == b.size() && (a <=> b) == 0;
  }
  friend std::strong_ordering operator<=>(const component_view& a, const View& b) noexcept {
    return compare(cursor(a), cursor(b));
  }

  /// Writes a text to a stream, as `std::string_view` does.
  template <class Stream>
    requires requires(Stream& stream, View view) { stream << view; }
  friend Stream& operator<<(Stream& stream, const component_view& text) {
    stream << text.view();
    return stream;
  }

 private:
  // Yields the plain bytes one after another.
  class cursor {
   public:
    explicit cursor(const component_view& of) noexcept
        : at_(of.stored_.data()), end_(at_ + of.stored_.size()), mask_(of.mask_), escapes_(true) {}
    explicit cursor(const View& of) noexcept
        : at_(reinterpret_cast<const std::byte*>(of.data())), end_(at_ + of.size()) {}

    [[nodiscard]] bool at_end() const noexcept { return at_ == end_; }
    [[nodiscard]] std::byte next() noexcept {
      std::byte b = *at_++ ^ mask_;
      if (escapes_ && b == detail::escape_mark) {
        b = static_cast<std::byte>(std::to_integer<int>(*at_++ ^ mask_) - 1);
      }
      return b;
    }

   private:
    const std::byte* at_;
    const std::byte* end_;
    std::byte mask_{0};
    bool escapes_ = false;
  };

  static std::strong_ordering compare(cursor a, cursor b) noexcept {
    while (!a.at_end() && !b.at_end()) {
      if (const auto order = a.next() <=> b.next(); order != 0) return order;
    }
    return b.at_end() <=> a.at_end();
  }

  [[nodiscard]] bool is_plain() const noexcept { return size_ == stored_.size() && mask_ == std::byte{0}; }
  [[nodiscard]] View as_view(const std::byte* bytes) const noexcept {
    return View(reinterpret_cast<const element*>(bytes), size_);
  }
  const std::byte* unescaped() const;

  bytes_view stored_;                               // without the terminator
  std::size_t size_ = 0;                            // of the plain string
  std::byte mask_{0};                               // what stored bytes are to be combined with
  mutable std::atomic<std::byte*> plain_{nullptr};  // the plain string once somebody asked for it
};

template <class View, class Owned>
std::optional<component_view<View, Owned>> component_view<View, Owned>::read(component_input& in) noexcept {
  const std::byte mask = in.mask();
  const std::size_t length = detail::find_byte(in.rest(), detail::terminator ^ mask);
  if (length == in.rest().size()) return std::nullopt;
  const bytes_view stored = in.rest().first(length);
  in.skip(length + 1);

  std::size_t escapes = 0;
  for (std::size_t at = 0;; at += 2, ++escapes) {
    at += detail::find_byte(stored.subspan(at), detail::escape_mark ^ mask);
    if (at == length) break;
    if (at + 1 == length) return std::nullopt;
    const std::byte which = stored[at + 1] ^ mask;
    if (which != std::byte{1} && which != std::byte{2}) return std::nullopt;
  }
  std::optional<component_view> result(std::in_place);
  result->stored_ = stored;
  result->size_ = length - escapes;
  result->mask_ = mask;
  return result;
}

template <class View, class Owned>
const std::byte* component_view<View, Owned>::unescaped() const {
  if (const std::byte* ready = plain_.load(std::memory_order_acquire)) return ready;
  auto* mine = new std::byte[size_ + 1];
  std::byte* out = mine;
  for (cursor at(*this); !at.at_end();) *out++ = at.next();
  std::byte* first = nullptr;
  if (plain_.compare_exchange_strong(first, mine, std::memory_order_acq_rel, std::memory_order_acquire)) return mine;
  delete[] mine;
  return first;
}

/// A text inside a composite key, borrowed.
using component_text = component_view<std::string_view, std::string>;
/// A byte string inside a composite key, borrowed.
using component_bytes = component_view<bytes_view, std::vector<std::byte>>;

namespace detail {

/// Keys that are strings of bytes: plain alone, escaped in front of other components.
template <class View, class Owned, class Argument, class Derived>
struct string_key {
  using value_type = Owned;
  using view_type = View;
  using argument_type = Argument;
  using component_view_type = component_view<View, Owned>;

  static constexpr std::size_t fixed_size = 0;
  static constexpr bool is_ordered = true;

  [[nodiscard]] static std::size_t size(Argument argument) noexcept { return argument.bytes().size(); }
  static std::byte* encode(Argument argument, std::byte* out) noexcept {
    const bytes_view bytes = argument.bytes();
    if (!bytes.empty()) std::memcpy(out, bytes.data(), bytes.size());
    return out + bytes.size();
  }
  [[nodiscard]] static std::optional<View> decode(bytes_view in) noexcept { return Derived::from_bytes(in); }
  [[nodiscard]] static Owned own(View view) { return Owned(view.begin(), view.end()); }

  [[nodiscard]] static std::size_t component_size(Argument argument) noexcept {
    return escaped_size(argument.bytes()) + 1;
  }
  static std::byte* encode_component(Argument argument, std::byte* out) noexcept {
    out = escape(argument.bytes(), out);
    *out = terminator;
    return out + 1;
  }
  [[nodiscard]] static std::optional<Owned> decode_component(bytes_view& in) {
    return decode_component_by_view<Derived>(in);
  }
  [[nodiscard]] static std::optional<component_view_type> view_component(component_input& in) noexcept {
    return component_view_type::read(in);
  }
  [[nodiscard]] static Owned own_component(const component_view_type& view) { return view; }

  /// The size of the bytes that begin the component forms of exactly the strings that begin with `argument`.
  [[nodiscard]] static std::size_t component_prefix_size(Argument argument) noexcept {
    return escaped_size(argument.bytes());
  }
  /// Writes those bytes.
  static std::byte* encode_component_prefix(Argument argument, std::byte* out) noexcept {
    return escape(argument.bytes(), out);
  }
  /// The bytes that begin the keys of exactly the strings that begin with `argument`.
  [[nodiscard]] static std::vector<std::byte> encode_leading_prefix(Argument argument) {
    const bytes_view bytes = argument.bytes();
    return {bytes.begin(), bytes.end()};
  }
};

/// Values that are strings of bytes, stored as they are.
template <class View, class Owned, class Argument, class Derived>
struct string_value {
  using value_type = Owned;
  using view_type = View;
  using argument_type = Argument;

  static constexpr std::size_t fixed_size = 0;

  [[nodiscard]] static bool reads(std::string_view stored) noexcept { return stored == Derived::name; }
  [[nodiscard]] static std::size_t size(Argument argument) noexcept { return argument.bytes().size(); }
  static std::byte* encode(Argument argument, std::byte* out) noexcept {
    const bytes_view bytes = argument.bytes();
    if (!bytes.empty()) std::memcpy(out, bytes.data(), bytes.size());
    return out + bytes.size();
  }
  [[nodiscard]] static std::optional<View> decode(bytes_view in) noexcept { return Derived::from_bytes(in); }
  [[nodiscard]] static Owned own(View view) { return Owned(view.begin(), view.end()); }
};

/// Whether `C` is a component of which a beginning can be asked for.
template <class C>
concept prefixable = requires(const typename C::argument_type& argument, std::byte* out) {
  { C::component_prefix_size(argument) } -> std::same_as<std::size_t>;
  { C::encode_component_prefix(argument, out) } -> std::same_as<std::byte*>;
};

}  // namespace detail

}  // namespace macaw::inline MACAW_ABI
