// SPDX-License-Identifier: MIT
//
// One file on a simulated disk: the bytes that are surely there, and the effects that may or may not
// have got there. Layer 7 (testing); part of simulated_files.hpp.
//
// Invariants:
//  1. Effects are in the order of their sequence numbers.
//  2. `bytes_` may be longer than `length_` (data synced without their length) or shorter (the rest is
//     zero).
// Thread safety: none.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/macros.hpp>
#include <macaw/storage/file_system.hpp>
#include <macaw/testing/power_cut.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

namespace macaw::inline MACAW_ABI::testing {

class medium {
 public:
  medium() = default;
  /// A file whose bytes are all durable.
  explicit medium(std::vector<std::byte> bytes) noexcept : bytes_(std::move(bytes)), length_(bytes_.size()) {}

  /// Takes note of a write.
  void write(std::uint64_t offset, std::span<const bytes_view> pieces, std::uint64_t sequence) {
    const std::size_t data = data_.size();
    for (const bytes_view piece : pieces) data_.insert(data_.end(), piece.begin(), piece.end());
    effects_.push_back({sequence, offset, data_.size() - data, data, false});
  }
  /// Takes note of a change of length.
  void set_length(std::uint64_t length, std::uint64_t sequence) {
    effects_.push_back({sequence, 0, length, 0, true});
    const std::uint64_t before = lengths_ == 0 ? length_ : last_length_;
    shrinks_ = shrinks_ || length < before;
    last_length_ = length;
    ++lengths_;
  }

  /// Makes what is pending durable: with `sync_scope::data` no more than the data, where that makes sense.
  void sync(sync_scope scope) {
    // Data written behind a cut that is still pending would fall to that cut.
    const bool with_lengths = scope == sync_scope::data_and_size || shrinks_;
    std::vector<effect> rest;
    for (const effect& e : effects_) {
      if (!e.is_length) {
        put(bytes_, e.offset, {data_.data() + e.data, static_cast<std::size_t>(e.size)});
      } else if (with_lengths) {
        change_length(bytes_, length_, e.size);
      } else {
        rest.push_back(e);
      }
    }
    effects_ = std::move(rest);
    data_.clear();
    if (with_lengths) forget_lengths();
  }

  /// A sync has failed: of the data something chosen is durable, the rest never will be; lengths stay pending.
  template <cut_chooser C>
  void fail_sync(std::uint64_t file, C& chooser) {
    apply(bytes_, file, chooser, 0);
    std::vector<effect> rest;
    for (const effect& e : effects_) {
      if (e.is_length) rest.push_back(e);
    }
    effects_ = std::move(rest);
    data_.clear();
  }

  /// The bytes of the file after a power cut.
  template <cut_chooser C>
  [[nodiscard]] std::vector<std::byte> after_power_cut(std::uint64_t file, C& chooser) const {
    std::vector<std::byte> bytes = bytes_;
    std::vector<std::uint64_t> lengths;
    std::vector<std::uint64_t> sizes;
    for (const effect& e : effects_) {
      if (!e.is_length) continue;
      lengths.push_back(e.sequence);
      sizes.push_back(e.size);
    }
    const std::size_t kept = lengths.empty() ? 0 : chooser.lengths(file, lengths);
    if constexpr (growth_chooser<C>) {
      if (!lengths.empty() && chooser.holes_are_stale()) fill_with_stale_bytes(bytes);
    }
    std::uint64_t length = apply(bytes, file, chooser, kept);
    if constexpr (growth_chooser<C>) {
      if (kept < sizes.size() && sizes[kept] > length) length = chooser.between(length, sizes[kept]);
    }
    bytes.resize(static_cast<std::size_t>(length));
    return bytes;
  }

  /// Copies durable bytes; where there are none yet, zeros.
  void read(std::uint64_t offset, std::span<std::byte> into) const noexcept {
    const std::size_t have = offset >= bytes_.size() ? 0 : bytes_.size() - static_cast<std::size_t>(offset);
    const std::size_t count = have < into.size() ? have : into.size();
    if (count != 0) std::memcpy(into.data(), bytes_.data() + offset, count);
    if (count != into.size()) std::memset(into.data() + count, 0, into.size() - count);
  }

  /// Changes durable bytes behind everybody's back.
  void damage(std::uint64_t offset, bytes_view bytes) { put(bytes_, offset, bytes); }

  /// Calls `f(pending_write, sector, offset, bytes)` for each part of a pending write that lies in one sector of the
  /// file, in the order in which a chooser is asked.
  template <class F>
  void for_each_pending_part(std::uint64_t file, F f) const {
    for (const effect& e : effects_) {
      if (e.is_length) continue;
      const pending_write write{file, e.sequence, e.offset, e.size};
      const bytes_view data(data_.data() + e.data, static_cast<std::size_t>(e.size));
      for_each_part(write, data, [&](std::uint64_t sector, std::uint64_t offset, bytes_view bytes) {
        f(write, sector, offset, bytes);
      });
    }
  }
  /// The length after so many of the pending changes; `sequence` becomes the number of the last of them.
  [[nodiscard]] std::uint64_t length_after(std::size_t changes, std::uint64_t& sequence) const noexcept {
    std::uint64_t length = length_;
    for (const effect& e : effects_) {
      if (changes == 0) break;
      if (!e.is_length) continue;
      --changes;
      length = e.size;
      sequence = e.sequence;
    }
    return length;
  }
  /// Whether a pending change makes the file shorter.
  [[nodiscard]] bool shrinks() const noexcept { return shrinks_; }

  /// The durable length.
  [[nodiscard]] std::uint64_t length() const noexcept { return length_; }
  /// How many changes of length are pending.
  [[nodiscard]] std::size_t pending_lengths() const noexcept { return lengths_; }

  /// Calls `f(pending_write)` for each pending write, in order.
  template <class F>
  void for_each_pending_write(std::uint64_t file, F f) const {
    for (const effect& e : effects_) {
      if (!e.is_length) f(pending_write{file, e.sequence, e.offset, e.size});
    }
  }
  /// The sequence number of the oldest pending effect, or `none`.
  [[nodiscard]] std::uint64_t oldest(std::uint64_t none) const noexcept {
    return effects_.empty() ? none : effects_.front().sequence;
  }

 private:
  struct effect {
    std::uint64_t sequence;
    std::uint64_t offset;
    std::uint64_t size;  // of the write, or the new length
    std::size_t data;    // where in data_ the bytes are
    bool is_length;
  };

  static void put(std::vector<std::byte>& bytes, std::uint64_t offset, bytes_view from) {
    if (from.empty()) return;
    if (offset + from.size() > bytes.size()) bytes.resize(static_cast<std::size_t>(offset) + from.size());
    std::memcpy(bytes.data() + offset, from.data(), from.size());
  }
  // Growth leaves bytes that are there already: data may have been synced ahead of its length.
  static void change_length(std::vector<std::byte>& bytes, std::uint64_t& length, std::uint64_t to) {
    if (to < length && to < bytes.size()) bytes.resize(static_cast<std::size_t>(to));
    length = to;
  }
  void forget_lengths() noexcept {
    lengths_ = 0;
    shrinks_ = false;
  }

  /// Applies what the chooser keeps, and the first `lengths` changes of length; gives the length reached.
  template <cut_chooser C>
  std::uint64_t apply(std::vector<std::byte>& bytes, std::uint64_t file, C& chooser, std::size_t lengths) const {
    std::uint64_t length = length_;
    for (const effect& e : effects_) {
      if (e.is_length) {
        if (lengths == 0) continue;
        --lengths;
        change_length(bytes, length, e.size);
        continue;
      }
      const pending_write write{file, e.sequence, e.offset, e.size};
      const bytes_view data(data_.data() + e.data, static_cast<std::size_t>(e.size));
      const write_fate fate = chooser.write(write);
      if (fate == write_fate::kept) put(bytes, e.offset, data);
      if (fate == write_fate::torn) apply_torn(bytes, write, data, chooser);
    }
    return length;
  }

  /// Calls `f(sector, offset, bytes)` for the parts of a write.
  template <class F>
  static void for_each_part(const pending_write& write, bytes_view data, F f) {
    const std::uint64_t end = write.offset + write.size;
    for (std::uint64_t sector = write.offset / sector_size; sector * sector_size < end; ++sector) {
      const std::uint64_t from = sector * sector_size < write.offset ? write.offset : sector * sector_size;
      const std::uint64_t to = (sector + 1) * sector_size < end ? (sector + 1) * sector_size : end;
      f(sector, from, data.subspan(static_cast<std::size_t>(from - write.offset), static_cast<std::size_t>(to - from)));
    }
  }

  template <cut_chooser C>
  static void apply_torn(std::vector<std::byte>& bytes, const pending_write& write, bytes_view data, C& chooser) {
    for_each_part(write, data, [&](std::uint64_t sector, std::uint64_t from, bytes_view part) {
      const sector_fate fate = chooser.sector(write, sector);
      if (fate == sector_fate::lost) return;
      if (fate == sector_fate::kept) return put(bytes, from, part);
      if (fate == sector_fate::torn) return apply_bytes(bytes, write, from, part, chooser);
      std::vector<std::byte> rubbish(part.size());
      for (std::size_t i = 0; i < rubbish.size(); ++i) {
        rubbish[i] = rubbish_byte(bytes, fate, from + i, write.sequence);
      }
      put(bytes, from, rubbish);
    });
  }

  template <cut_chooser C>
  static void apply_bytes(std::vector<std::byte>& bytes, const pending_write& write, std::uint64_t from,
                          bytes_view part, C& chooser) {
    MACAW_ASSERT(byte_chooser<C>);
    if constexpr (byte_chooser<C>) {
      for (std::size_t i = 0; i < part.size(); ++i) {
        if (chooser.byte(write, from + i)) put(bytes, from + i, part.subspan(i, 1));
      }
    }
  }

  static std::byte rubbish_byte(bytes_view bytes, sector_fate fate, std::uint64_t place,
                                std::uint64_t sequence) noexcept {
    if (fate == sector_fate::zeros) return std::byte{0};
    if (fate == sector_fate::ones) return std::byte{0xFF};
    if (fate == sector_fate::noise || bytes.empty()) return noise(place ^ (sequence << 20));
    const std::uint64_t other = (place / sector_size * 7 + sequence * 13 + 1) * sector_size + place % sector_size;
    return bytes[static_cast<std::size_t>(other % bytes.size())];
  }
  static std::byte noise(std::uint64_t place) noexcept {
    return static_cast<std::byte>((place * 0x9E37'79B9'7F4A'7C15U) >> 56);
  }

  /// Extends bytes to all that pending effects reach: what is durable by zeros, what is new by noise.
  void fill_with_stale_bytes(std::vector<std::byte>& bytes) const {
    if (bytes.size() < length_) bytes.resize(static_cast<std::size_t>(length_));
    std::uint64_t end = bytes.size();
    for (const effect& e : effects_) {
      const std::uint64_t reached = e.is_length ? e.size : e.offset + e.size;
      if (reached > end) end = reached;
    }
    for (std::uint64_t at = bytes.size(); at < end; ++at) bytes.push_back(noise(at));
  }

  std::vector<std::byte> bytes_;
  std::uint64_t length_ = 0;
  std::vector<effect> effects_;
  std::vector<std::byte> data_;  // of all pending writes, one after another
  std::size_t lengths_ = 0;      // changes of length among the effects
  std::uint64_t last_length_ = 0;
  bool shrinks_ = false;  // whether one of them cuts
};

}  // namespace macaw::inline MACAW_ABI::testing
