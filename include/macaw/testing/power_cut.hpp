// SPDX-License-Identifier: MIT
//
// What a power cut makes of writes that were not synced: the choices, and ready-made ways to choose.
// Layer 7 (testing).
//
// The laws of a disk that promises no more than it must: of the pending writes any subset reaches the
// medium, each in any subset of its sectors, a sector in any subset of its bytes, and a sector in flight may
// hold rubbish; no byte outside a write's range changes; lengths change in their order, independently of data,
// and may stop on the way; what a file has grown by may hold what was there before; names are independent of
// all that, and of each other.

#pragma once

#include <macaw/macros.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace macaw::inline MACAW_ABI::testing {

/// What a disk writes at once, if it writes at all.
inline constexpr std::uint64_t sector_size = 512;

/// A write that has not been synced.
struct pending_write {
  std::uint64_t file = 0;      ///< the file's number: files count from 0 in the order of their making
  std::uint64_t sequence = 0;  ///< the place among all effects on the disk
  std::uint64_t offset = 0;
  std::uint64_t size = 0;

  /// How many sectors it touches.
  [[nodiscard]] std::uint64_t sectors() const noexcept {
    return (offset + size + sector_size - 1) / sector_size - offset / sector_size;
  }
};

/// What becomes of a write.
enum class write_fate : std::uint8_t {
  lost,
  kept,
  torn,  ///< asked for each sector
};

/// What becomes of the part of a write that lies in one sector.
enum class sector_fate : std::uint8_t {
  lost,
  kept,
  zeros,
  ones,
  noise,
  elsewhere,  ///< what stands in another sector of the file
  torn,       ///< asked for each byte; only of choosers that have `byte`
};

using sequence_numbers = std::span<const std::uint64_t>;

/// Chooses what a power cut does. It is asked file by file in the order of their numbers, and within a file in
/// the order of the writes, so that a chooser may count.
///
///     c.begin(first, end)      called first: the sequence numbers of all pending effects are in [first, end)
///     c.name(sequence)         whether a name created, renamed or removed stays so
///     c.lengths(file, numbers) how many of a file's pending changes of length have happened, the first ones;
///                              their sequence numbers are given
///     c.write(w)               what becomes of a write
///     c.sector(w, sector)      what becomes of a torn write's part in the file's sector of that number
///
/// What it may have besides:
///
///     c.byte(w, offset)        whether a byte of a torn sector is kept
///     c.between(from, to)      where a file's length stops that was to grow: the first change not kept is asked about
///     c.holes_are_stale()      whether what the file has grown by holds noise where nothing was written, not zeros
template <class C>
concept cut_chooser = requires(C& c, const pending_write& w, std::uint64_t number, sequence_numbers numbers) {
  { c.begin(number, number) } -> std::same_as<void>;
  { c.name(number) } -> std::same_as<bool>;
  { c.lengths(number, numbers) } -> std::same_as<std::size_t>;
  { c.write(w) } -> std::same_as<write_fate>;
  { c.sector(w, number) } -> std::same_as<sector_fate>;
};

/// Everything pending is lost, or everything is kept.
struct uniform_cut {
  bool is_kept = false;

  void begin(std::uint64_t, std::uint64_t) noexcept {}
  [[nodiscard]] bool name(std::uint64_t) const noexcept { return is_kept; }
  [[nodiscard]] std::size_t lengths(std::uint64_t, sequence_numbers changes) const noexcept {
    return is_kept ? changes.size() : 0;
  }
  [[nodiscard]] write_fate write(const pending_write&) const noexcept {
    return is_kept ? write_fate::kept : write_fate::lost;
  }
  [[nodiscard]] sector_fate sector(const pending_write&, std::uint64_t) const noexcept {
    return is_kept ? sector_fate::kept : sector_fate::lost;
  }
};

/// Exactly the effects up to a sequence number have happened.
struct prefix_cut {
  std::uint64_t end = 0;  ///< one past the last that is kept

  void begin(std::uint64_t, std::uint64_t) noexcept {}
  [[nodiscard]] bool name(std::uint64_t sequence) const noexcept { return sequence < end; }
  [[nodiscard]] std::size_t lengths(std::uint64_t, sequence_numbers changes) const noexcept {
    std::size_t count = 0;
    while (count < changes.size() && changes[count] < end) ++count;
    return count;
  }
  [[nodiscard]] write_fate write(const pending_write& w) const noexcept {
    return w.sequence < end ? write_fate::kept : write_fate::lost;
  }
  [[nodiscard]] sector_fate sector(const pending_write&, std::uint64_t) const noexcept { return sector_fate::lost; }
};

/// A chooser that tears sectors.
template <class C>
concept byte_chooser = cut_chooser<C> && requires(C& c, const pending_write& w, std::uint64_t offset) {
  { c.byte(w, offset) } -> std::same_as<bool>;
};

/// A chooser of lengths between old and new ones, and of what stands there.
template <class C>
concept growth_chooser = cut_chooser<C> && requires(C& c, std::uint64_t length) {
  { c.between(length, length) } -> std::same_as<std::uint64_t>;
  { c.holes_are_stale() } -> std::same_as<bool>;
};

/// The i-th sector asked about is kept if `sectors[i]` is set, and is lost beyond: for exhaustive enumeration.
struct masked_cut {
  std::vector<bool> sectors;
  std::size_t lengths_kept = static_cast<std::size_t>(-1);  ///< of each file, at most
  bool names_kept = true;
  std::size_t asked = 0;  ///< sectors asked about so far

  void begin(std::uint64_t, std::uint64_t) noexcept { asked = 0; }
  [[nodiscard]] bool name(std::uint64_t) const noexcept { return names_kept; }
  [[nodiscard]] std::size_t lengths(std::uint64_t, sequence_numbers changes) const noexcept {
    return changes.size() < lengths_kept ? changes.size() : lengths_kept;
  }
  [[nodiscard]] write_fate write(const pending_write&) const noexcept { return write_fate::torn; }
  [[nodiscard]] sector_fate sector(const pending_write&, std::uint64_t) {
    const std::size_t index = asked++;
    return index < sectors.size() && sectors[index] ? sector_fate::kept : sector_fate::lost;
  }
};

/// What a random cut may do beyond losing sectors.
struct random_cut_options {
  unsigned rubbish = 0;                ///< up to so many sectors in flight hold zeros, ones, noise or another sector
  std::uint64_t bytes_torn_below = 0;  ///< sectors before this offset may be torn at any byte
  bool odd_growth = false;             ///< lengths may stop on the way, and holes may be stale
};

/// A power cut drawn at random, the same for the same seed: one of several temperaments (all lost, all kept, a
/// prefix torn at its end, whole writes, sectors rarely, often or mostly kept, one write odd), with independent
/// lengths and names.
class random_cut {
 public:
  explicit random_cut(std::uint64_t seed, const random_cut_options& options = {}) noexcept
      : state_(seed), options_(options) {}

  void begin(std::uint64_t first, std::uint64_t end) noexcept {
    temperament_ = static_cast<temperament>(next() % temperament_count);
    pivot_ = first + (end > first ? next() % (end - first) : 0);
    pivot_is_kept_ = next() % 2 == 0;
  }
  [[nodiscard]] bool name(std::uint64_t) noexcept { return next() % 2 == 0; }
  [[nodiscard]] std::size_t lengths(std::uint64_t, sequence_numbers changes) noexcept {
    // Most states of interest need the whole length, so it gets half of the draws.
    return next() % 2 == 0 ? changes.size() : static_cast<std::size_t>(next() % (changes.size() + 1));
  }
  [[nodiscard]] write_fate write(const pending_write& w) noexcept {
    switch (temperament_) {
      case temperament::all_lost: return write_fate::lost;
      case temperament::all_kept: return options_.rubbish != 0 ? write_fate::torn : write_fate::kept;
      case temperament::prefix:
        return w.sequence == pivot_ ? write_fate::torn : w.sequence < pivot_ ? write_fate::kept : write_fate::lost;
      case temperament::whole_writes: return next() % 2 == 0 ? write_fate::kept : write_fate::lost;
      case temperament::one_odd: return (w.sequence == pivot_) == pivot_is_kept_ ? write_fate::kept : write_fate::lost;
      default: return write_fate::torn;
    }
  }
  [[nodiscard]] sector_fate sector(const pending_write&, std::uint64_t sector) noexcept {
    const std::uint64_t draw = next();
    if (options_.rubbish != 0 && draw / 8 % 8 == 0) {
      --options_.rubbish;
      constexpr sector_fate kinds[] = {sector_fate::zeros, sector_fate::ones, sector_fate::noise,
                                       sector_fate::elsewhere};
      return kinds[draw / 64 % 4];
    }
    if (sector * sector_size < options_.bytes_torn_below && draw / 256 % 4 == 0) {
      bytes_ = next() % 8;
      return sector_fate::torn;
    }
    const std::uint64_t kept_of_8 = temperament_ == temperament::all_kept         ? 8
                                    : temperament_ == temperament::sectors_mostly ? 7
                                    : temperament_ == temperament::sectors_rarely ? 1
                                                                                  : 4;
    return draw % 8 < kept_of_8 ? sector_fate::kept : sector_fate::lost;
  }
  /// Bytes come in runs: a few new ones, many, or a beginning.
  [[nodiscard]] bool byte(const pending_write&, std::uint64_t offset) noexcept {
    if (bytes_ == 0) return offset % sector_size < next() % sector_size;
    return next() % 8 < bytes_;
  }
  [[nodiscard]] std::uint64_t between(std::uint64_t from, std::uint64_t to) noexcept {
    if (!options_.odd_growth || next() % 2 == 0) return from;
    const std::uint64_t length = from + next() % (to - from + 1);
    return next() % 2 == 0 ? length : length - length % sector_size < from ? from : length - length % sector_size;
  }
  [[nodiscard]] bool holes_are_stale() noexcept { return options_.odd_growth && next() % 2 == 0; }

 private:
  enum class temperament : std::uint8_t {
    all_lost,
    all_kept,
    prefix,
    whole_writes,
    one_odd,
    sectors_rarely,
    sectors_often,
    sectors_mostly,
  };
  static constexpr std::uint64_t temperament_count = 8;

  // SplitMix64: small, and the same everywhere.
  std::uint64_t next() noexcept {
    std::uint64_t value = state_ += 0x9E37'79B9'7F4A'7C15U;
    value = (value ^ (value >> 30)) * 0xBF58'476D'1CE4'E5B9U;
    value = (value ^ (value >> 27)) * 0x94D0'49BB'1331'11EBU;
    return value ^ (value >> 31);
  }

  std::uint64_t state_;
  random_cut_options options_;
  std::uint64_t bytes_ = 0;  // of the sector being torn, so many of eight are kept; 0: up to some byte
  temperament temperament_ = temperament::all_lost;
  std::uint64_t pivot_ = 0;
  bool pivot_is_kept_ = false;
};

static_assert(cut_chooser<uniform_cut> && cut_chooser<prefix_cut> && cut_chooser<masked_cut>);
static_assert(byte_chooser<random_cut> && growth_chooser<random_cut>);

}  // namespace macaw::inline MACAW_ABI::testing
