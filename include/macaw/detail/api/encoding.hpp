// SPDX-License-Identifier: MIT
//
// From arguments to bytes, and from stored bytes to what users get. Layer 6 (API).
//
// Encoding is finished before a tree is touched, so a codec that throws changes nothing; only a codec
// whose `encode` is noexcept writes straight into the page.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/codec/concepts.hpp>
#include <macaw/detail/api/small_bytes.hpp>
#include <macaw/error.hpp>
#include <macaw/macros.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace macaw::inline MACAW_ABI::detail {

[[noreturn]] MACAW_NOINLINE inline void throw_key_too_large(std::size_t size, std::size_t size_max) {
  throw error(errc::key_too_large, "the encoded key has " + std::to_string(size) + " bytes; at most " +
                                       std::to_string(size_max) + " fit: use shorter keys or larger pages");
}

[[noreturn]] MACAW_NOINLINE inline void throw_bad_encoding(std::string_view codec) {
  throw error(errc::bad_encoding, "stored bytes are no encoding of " + std::string(codec));
}

/// A codec whose `size` and `encode` cannot throw, so that it may write into a page.
template <class C>
concept writes_in_place = codec_role<C> &&
    noexcept(C::size(std::declval<const typename C::argument_type&>())) && noexcept(
        C::encode(std::declval<const typename C::argument_type&>(), nullptr));

/// Bytes in which an encoded key is kept: as many as every key has, or room that grows.
template <codec_role C>
using encoding_buffer =
    std::conditional_t<(C::fixed_size > 0 && C::fixed_size <= 256), fixed_bytes<C::fixed_size>, small_bytes<64>>;

/// The bytes of an argument, owned; on the stack while they are few.
template <codec_role C>
class encoded {
 public:
  explicit encoded(const typename C::argument_type& argument) {
    const std::size_t size = C::size(argument);
    std::byte* const out = bytes_.resize(size);
    [[maybe_unused]] const std::byte* const end = C::encode(argument, out);
    MACAW_ASSERT(end == out + size);
  }

  [[nodiscard]] bytes_view view() const noexcept { return bytes_.view(); }

 private:
  encoding_buffer<C> bytes_;
};

/// An encoded key, known to fit a page of this size.
template <codec_role C, std::size_t SizeMax>
class encoded_key : public encoded<C> {
 public:
  static_assert(C::fixed_size <= SizeMax, "macaw: this key is too large for the page size");

  explicit encoded_key(const typename C::argument_type& argument) : encoded<C>(argument) {
    if (C::fixed_size == 0 && this->view().size() > SizeMax) throw_key_too_large(this->view().size(), SizeMax);
  }
};

/// The view that stored bytes spell. Errors: `bad_encoding`.
template <codec_role C>
[[nodiscard]] MACAW_ALWAYS_INLINE typename C::view_type decode_or_throw(bytes_view bytes) {
  auto view = C::decode(bytes);
  if (!view) [[unlikely]]
    throw_bad_encoding(C::name);
  return *std::move(view);
}

/// What users get for stored bytes. Errors: `bad_encoding`; bad_alloc where the codec presents owned values.
template <codec_role C>
[[nodiscard]] MACAW_ALWAYS_INLINE presented<C> present_bytes(bytes_view bytes) {
  if constexpr (presents_owned<C>) {
    return C::own(decode_or_throw<C>(bytes));
  } else {
    return decode_or_throw<C>(bytes);
  }
}

/// An owned value for stored bytes. Errors: `bad_encoding`, bad_alloc.
template <codec_role C>
[[nodiscard]] typename C::value_type own_bytes(bytes_view bytes) {
  return C::own(decode_or_throw<C>(bytes));
}

/// Whether what users get points into the page it came from. An owned value does not; neither does a view that is
/// the value itself (an integer).
template <codec_role C>
inline constexpr bool borrows = !presents_owned<C> && !std::is_same_v<typename C::view_type, typename C::value_type>;

}  // namespace macaw::inline MACAW_ABI::detail
