// SPDX-License-Identifier: MIT
//
// XXH3-64, the default checksum: the algorithm of Yann Collet's xxHash, in an implementation of our own
// that gives the same hashes as `XXH3_64bits_withSeed`. Layer 0 (policy axis).
//
// Invariant: how the input is cut into calls of `xxh3_stream::update` does not change its digest.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/checksum/concept.hpp>
#include <macaw/detail/base/endian.hpp>
#include <macaw/detail/base/xxh3_core.hpp>
#include <macaw/detail/base/xxh3_lanes.hpp>
#include <macaw/macros.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace macaw::inline MACAW_ABI {
namespace detail::xxh3_core {

/// Inputs up to this size are hashed without lanes.
inline constexpr std::size_t short_size_max = 240;

/// The hash of up to 240 bytes.
[[nodiscard]] std::uint64_t hash_short(bytes_view bytes, std::uint64_t seed) noexcept;

[[nodiscard]] inline std::uint64_t word_at(const std::byte* from) noexcept { return load_le<std::uint64_t>(from); }

[[nodiscard]] constexpr std::uint64_t rotated_left(std::uint64_t value, int count) noexcept {
  return (value << count) | (value >> (64 - count));
}

/// The last step of inputs up to 3 bytes, taken over from XXH64.
[[nodiscard]] constexpr std::uint64_t strong_avalanche(std::uint64_t hash) noexcept {
  hash = (hash ^ (hash >> 33)) * prime64_2;
  hash = (hash ^ (hash >> 29)) * prime64_3;
  return hash ^ (hash >> 32);
}

[[nodiscard]] inline std::uint64_t hash_to_3(bytes_view bytes, std::uint64_t seed) noexcept {
  if (bytes.empty()) return strong_avalanche(seed ^ word_at(secret_at(56)) ^ word_at(secret_at(64)));
  const std::uint32_t combined =
      std::to_integer<std::uint32_t>(bytes[0]) << 16 | std::to_integer<std::uint32_t>(bytes[bytes.size() / 2]) << 24 |
      std::to_integer<std::uint32_t>(bytes.back()) | static_cast<std::uint32_t>(bytes.size()) << 8;
  const std::uint64_t flip = load_le<std::uint32_t>(secret_at(0)) ^ load_le<std::uint32_t>(secret_at(4));
  return strong_avalanche(combined ^ (flip + seed));
}

[[nodiscard]] inline std::uint64_t hash_4_to_8(bytes_view bytes, std::uint64_t seed) noexcept {
  seed ^= static_cast<std::uint64_t>(byte_swap(static_cast<std::uint32_t>(seed))) << 32;
  const std::uint64_t first = load_le<std::uint32_t>(bytes.data());
  const std::uint64_t last = load_le<std::uint32_t>(bytes.data() + bytes.size() - 4);
  const std::uint64_t flip = (word_at(secret_at(8)) ^ word_at(secret_at(16))) - seed;
  std::uint64_t hash = (last + (first << 32)) ^ flip;
  hash ^= rotated_left(hash, 49) ^ rotated_left(hash, 24);
  hash *= 0x9FB2'1C65'1E98'DF25U;
  hash ^= (hash >> 35) + bytes.size();
  hash *= 0x9FB2'1C65'1E98'DF25U;
  return hash ^ (hash >> 28);
}

[[nodiscard]] inline std::uint64_t hash_9_to_16(bytes_view bytes, std::uint64_t seed) noexcept {
  const std::uint64_t flip_low = (word_at(secret_at(24)) ^ word_at(secret_at(32))) + seed;
  const std::uint64_t flip_high = (word_at(secret_at(40)) ^ word_at(secret_at(48))) - seed;
  const std::uint64_t low = word_at(bytes.data()) ^ flip_low;
  const std::uint64_t high = word_at(bytes.data() + bytes.size() - 8) ^ flip_high;
  return avalanche(bytes.size() + byte_swap(low) + high + multiply_fold(low, high));
}

[[nodiscard]] inline std::uint64_t mix_16(const std::byte* from, std::size_t key, std::uint64_t seed) noexcept {
  return multiply_fold(word_at(from) ^ (word_at(secret_at(key)) + seed),
                       word_at(from + 8) ^ (word_at(secret_at(key + 8)) - seed));
}

[[nodiscard]] inline std::uint64_t hash_17_to_128(bytes_view bytes, std::uint64_t seed) noexcept {
  const std::byte* const end = bytes.data() + bytes.size();
  std::uint64_t sum = bytes.size() * prime64_1;
  const std::size_t pairs = (bytes.size() - 1) / 32 + 1;  // of 16 bytes from the front and 16 from the back
  for (std::size_t i = 0; i < pairs; ++i) {
    sum += mix_16(bytes.data() + 16 * i, 32 * i, seed);
    sum += mix_16(end - 16 * (i + 1), 32 * i + 16, seed);
  }
  return avalanche(sum);
}

[[nodiscard]] inline std::uint64_t hash_129_to_240(bytes_view bytes, std::uint64_t seed) noexcept {
  std::uint64_t sum = bytes.size() * prime64_1;
  for (std::size_t i = 0; i < 8; ++i) sum += mix_16(bytes.data() + 16 * i, 16 * i, seed);
  sum = avalanche(sum);
  for (std::size_t i = 8; i < bytes.size() / 16; ++i) sum += mix_16(bytes.data() + 16 * i, 16 * (i - 8) + 3, seed);
  sum += mix_16(bytes.data() + bytes.size() - 16, 136 - 17, seed);
  return avalanche(sum);
}

inline std::uint64_t hash_short(bytes_view bytes, std::uint64_t seed) noexcept {
  if (bytes.size() <= 3) return hash_to_3(bytes, seed);
  if (bytes.size() <= 8) return hash_4_to_8(bytes, seed);
  if (bytes.size() <= 16) return hash_9_to_16(bytes, seed);
  if (bytes.size() <= 128) return hash_17_to_128(bytes, seed);
  return hash_129_to_240(bytes, seed);
}

}  // namespace detail::xxh3_core

/// The default checksum: XXH3-64.
struct xxh3 {
  static constexpr std::uint32_t id = 1;  // FROZEN: on disk

  [[nodiscard]] static std::uint64_t compute(bytes_view bytes, std::uint64_t seed) noexcept {
    if (bytes.size() <= detail::xxh3_core::short_size_max) return detail::xxh3_core::hash_short(bytes, seed);
    return detail::xxh3_core::hash_long(bytes.data(), bytes.size(), seed);
  }
};

static_assert(checksum<xxh3>);

/// XXH3-64 over bytes that come piece by piece: the digest is that of all pieces joined.
class xxh3_stream {
 public:
  explicit xxh3_stream(std::uint64_t seed) noexcept : seed_(seed), key_(seed) {}

  /// Appends bytes to the input.
  void update(bytes_view bytes) noexcept {
    size_ += bytes.size();
    while (!bytes.empty()) {
      // A block ends only when more follows it: the last one is hashed apart, and never scrambled.
      if (filled_ == block_size) end_block(block());
      if (filled_ == 0 && bytes.size() > block_size) {
        end_block(bytes.data());
        bytes = bytes.subspan(block_size);
        continue;
      }
      const std::size_t room = block_size - filled_;
      const std::size_t taken = bytes.size() < room ? bytes.size() : room;
      std::memcpy(block() + filled_, bytes.data(), taken);
      filled_ += taken;
      bytes = bytes.subspan(taken);
    }
  }

  /// The hash of the input so far; more may follow.
  [[nodiscard]] std::uint64_t digest() const noexcept {
    using namespace detail::xxh3_core;
    const std::byte* const last_block = buffer_.data() + stripe_size;
    if (size_ <= short_size_max) return hash_short({last_block, static_cast<std::size_t>(size_)}, seed_);
    return finish(state_, last_block, filled_, size_, key_);
  }

 private:
  static constexpr std::size_t stripe_size = detail::xxh3_core::stripe_size;
  static constexpr std::size_t block_size = detail::xxh3_core::block_size;

  [[nodiscard]] std::byte* block() noexcept { return buffer_.data() + stripe_size; }

  void end_block(const std::byte* from) noexcept {
    detail::xxh3_core::accumulate_block(state_, from, key_);
    std::memcpy(buffer_.data(), from + block_size - stripe_size, stripe_size);
    filled_ = 0;
  }

  std::uint64_t seed_;
  std::uint64_t size_ = 0;
  std::size_t filled_ = 0;  // of the block being gathered; never 0 once there was input
  detail::xxh3_core::secret key_;
  detail::xxh3_core::native_lanes state_;
  std::array<std::byte, stripe_size + block_size> buffer_{};  // the last stripe before the block, and the block
};

}  // namespace macaw::inline MACAW_ABI
