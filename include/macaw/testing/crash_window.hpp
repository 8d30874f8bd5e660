// SPDX-License-Identifier: MIT
//
// All that a power cut may leave of a disk, as a product of choices: which parts of the pending writes are
// kept, how many changes of length, which names. Layer 7 (testing).
//
// Invariants:
//  1. A part is what one write changes in one sector. Parts that change nothing are not counted.
//  2. Two choices have the same identity exactly if they leave the same names, lengths and bytes, up to
//     collisions of a 64-bit hash. Identities of different windows compare.
// Thread safety: `const` members from any thread.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/checksum/xxh3.hpp>
#include <macaw/macros.hpp>
#include <macaw/testing/power_cut.hpp>
#include <macaw/testing/simulated_disk.hpp>
#include <macaw/testing/simulated_files.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace macaw::inline MACAW_ABI::testing {

/// What of the pending effects has happened.
struct crash_choice {
  std::vector<bool> parts;  ///< of each part of a write, in the order of the writes, whether it is kept
  std::size_t lengths = 0;  ///< of each file's changes of length, how many are kept
  std::uint64_t names = 0;  ///< of the changes of names, which are kept: bit i stands for the i-th
};

/// A sector that may hold one thing or another.
struct crash_cell {
  std::uint64_t file = 0;
  std::uint64_t sector = 0;
  std::array<std::byte, sector_size> before{};
  std::vector<std::size_t> parts{};     ///< that lie in it, in order
  std::vector<std::uint64_t> hashes{};  ///< of its bytes, by the set of parts kept, as bits; empty if too many
};

/// A disk with pending effects, and what a cut may make of it.
class crash_window {
 public:
  /// A window of what is pending on a disk now. The disk is copied.
  explicit crash_window(const simulated_files& disk);

  /// How many parts of writes may be kept or lost.
  [[nodiscard]] std::size_t parts() const noexcept { return parts_.size(); }
  /// How many changes of length the file has that has the most.
  [[nodiscard]] std::size_t lengths() const noexcept { return lengths_; }
  /// How many names are pending.
  [[nodiscard]] std::size_t names() const noexcept { return names_; }
  /// Whether nothing is pending, so that there is one state only.
  [[nodiscard]] bool is_settled() const noexcept { return parts_.empty() && lengths_ == 0 && names_ == 0; }

  /// The disk that is left.
  [[nodiscard]] simulated_files disk(const crash_choice& choice) const { return disk_.after_power_cut(cut(choice)); }
  /// The disk before the cut, for other ways of choosing.
  [[nodiscard]] const simulated_files& before() const noexcept { return disk_; }
  /// The sequence number that the first effect has that may be lost.
  [[nodiscard]] std::uint64_t first_effect() const noexcept { return first_effect_; }
  /// One past the last effect that is kept: the cut may have been as early as that.
  [[nodiscard]] std::uint64_t earliest_end(const crash_choice& choice) const noexcept;
  /// A hash of all that is left.
  [[nodiscard]] std::uint64_t identity(const crash_choice& choice) const;

  [[nodiscard]] std::span<const crash_cell> cells() const noexcept { return cells_; }
  /// What a cell holds: equal numbers, equal bytes.
  [[nodiscard]] std::uint64_t cell_hash(const crash_cell& cell, const crash_choice& choice) const;

 private:
  struct write_part {
    std::uint64_t sequence;
    std::uint64_t offset;
    std::vector<std::byte> bytes;
  };
  struct file_state {
    std::uint64_t number;
    std::vector<std::uint64_t> lengths;    // after 0, 1, ... changes
    std::vector<std::uint64_t> sequences;  // of the changes
    std::vector<std::uint64_t> base;       // hash of the durable bytes, by the number of changes
    std::size_t first_asked;               // of its sectors in `part_asked_`
  };
  static constexpr std::size_t parts_of_a_cell_max = 8;

  /// Asks a choice what becomes of each sector, in the order in which a disk asks.
  struct chosen_cut {
    const crash_window* window;
    const crash_choice* choice;
    std::uint64_t file = static_cast<std::uint64_t>(-1);
    std::size_t asked = 0;  // of the file's sectors
    std::size_t name_asked = 0;

    void begin(std::uint64_t, std::uint64_t) noexcept {}
    [[nodiscard]] bool name(std::uint64_t) noexcept { return (choice->names >> name_asked++ & 1U) != 0; }
    [[nodiscard]] std::size_t lengths(std::uint64_t, sequence_numbers changes) const noexcept {
      return changes.size() < choice->lengths ? changes.size() : choice->lengths;
    }
    [[nodiscard]] write_fate write(const pending_write&) const noexcept { return write_fate::torn; }
    [[nodiscard]] sector_fate sector(const pending_write& write, std::uint64_t) noexcept {
      // Files whose names are lost are not asked about.
      if (file != write.file) {
        file = write.file;
        asked = window->find_file(file)->first_asked;
      }
      const std::size_t index = window->part_asked_[asked++];
      return index == no_part || choice->parts[index] ? sector_fate::kept : sector_fate::lost;
    }
  };
  [[nodiscard]] chosen_cut cut(const crash_choice& choice) const noexcept { return {this, &choice}; }

  static constexpr std::size_t no_part = static_cast<std::size_t>(-1);

  static std::uint64_t hash_of(std::uint64_t file, std::uint64_t sector, bytes_view bytes) noexcept {
    for (const std::byte byte : bytes) {
      if (byte != std::byte{0}) return xxh3::compute(bytes, file << 40U ^ sector);
    }
    return 0;  // so that a sector of zeros and one that the medium does not have are the same
  }
  void add_file(const detail_simulated::node& node);
  void add_parts(const detail_simulated::node& node);
  void settle_cells();
  [[nodiscard]] std::uint64_t kept_in(const crash_cell& cell, const crash_choice& choice) const noexcept;
  [[nodiscard]] std::array<std::byte, sector_size> bytes_of(const crash_cell& cell, std::uint64_t kept) const noexcept;
  [[nodiscard]] static std::uint64_t durable_hash(const detail_simulated::node& node, std::uint64_t length);
  /// Of a file under its name, from that of its sectors.
  [[nodiscard]] static std::uint64_t name_hash(std::string_view name, std::uint64_t sectors,
                                               std::uint64_t length) noexcept {
    const std::uint64_t image[] = {sectors, length};
    return xxh3::compute(std::as_bytes(std::span(image)), xxh3::compute(as_bytes(name), 0));
  }
  [[nodiscard]] std::uint64_t image_hash(std::string_view name, const file_state& file,
                                         const crash_choice& choice) const;
  [[nodiscard]] std::uint64_t slow_identity(const crash_choice& choice) const;
  [[nodiscard]] const file_state* find_file(std::uint64_t number) const noexcept {
    for (const file_state& file : files_) {
      if (file.number == number) return &file;
    }
    return nullptr;
  }

  simulated_files disk_;
  std::vector<file_state> files_;
  std::vector<write_part> parts_;
  std::vector<crash_cell> cells_;
  std::vector<std::size_t> part_asked_;  // which part a disk asks about, in its order; `no_part`: it does not matter
  std::size_t lengths_ = 0;
  std::size_t names_ = 0;
  std::uint64_t first_effect_ = 0;
  bool is_plain_ = true;  // no file is cut shorter, no cell has too many parts: identities come from cells
};

inline crash_window::crash_window(const simulated_files& disk) : disk_(disk.duplicate()) {
  const auto& state = *disk_.disk_;
  first_effect_ = state.oldest_pending();
  names_ = state.name_changes.size();
  MACAW_ASSERT(names_ < 64);
  state.for_each_node([this](const detail_simulated::node& node) {
    add_file(node);
    add_parts(node);
  });
  settle_cells();
}

inline void crash_window::add_parts(const detail_simulated::node& node) {
  is_plain_ = is_plain_ && !node.durable.shrinks();
  node.durable.for_each_pending_part(
      node.number, [&](const pending_write& write, std::uint64_t sector, std::uint64_t offset, bytes_view bytes) {
        crash_cell* in = nullptr;
        for (crash_cell& known : cells_) {
          if (known.file == node.number && known.sector == sector) in = &known;
        }
        if (in == nullptr) {
          in = &cells_.emplace_back();
          in->file = node.number;
          in->sector = sector;
          node.durable.read(sector * sector_size, in->before);
        }
        in->parts.push_back(parts_.size());
        parts_.push_back({write.sequence, offset, {bytes.begin(), bytes.end()}});
      });
}

/// Drops what changes nothing, and numbers what is left.
inline void crash_window::settle_cells() {
  std::vector<bool> matters(parts_.size(), true);
  for (const crash_cell& cell : cells_) {
    if (cell.parts.size() > parts_of_a_cell_max) is_plain_ = false;
    if (cell.parts.size() != 1 || bytes_of(cell, 1) != cell.before) continue;
    matters[cell.parts.front()] = false;
  }
  std::vector<write_part> kept;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    part_asked_.push_back(matters[i] ? kept.size() : no_part);
    if (matters[i]) kept.push_back(std::move(parts_[i]));
  }
  std::erase_if(cells_, [&](const crash_cell& cell) { return part_asked_[cell.parts.front()] == no_part; });
  parts_ = std::move(kept);
  for (crash_cell& cell : cells_) {
    for (std::size_t& index : cell.parts) index = part_asked_[index];
    if (cell.parts.size() > parts_of_a_cell_max) continue;
    for (std::uint64_t mask = 0; mask < std::uint64_t{1} << cell.parts.size(); ++mask) {
      cell.hashes.push_back(hash_of(cell.file, cell.sector, bytes_of(cell, mask)));
    }
  }
}

inline void crash_window::add_file(const detail_simulated::node& node) {
  file_state file{node.number, {}, {}, {}, parts_.size()};
  const std::size_t changes = node.durable.pending_lengths();
  lengths_ = changes > lengths_ ? changes : lengths_;
  for (std::size_t count = 0; count <= changes; ++count) {
    std::uint64_t sequence = 0;
    file.lengths.push_back(node.durable.length_after(count, sequence));
    if (count > 0) file.sequences.push_back(sequence);
    file.base.push_back(durable_hash(node, file.lengths.back()));
  }
  files_.push_back(std::move(file));
}

inline std::uint64_t crash_window::durable_hash(const detail_simulated::node& node, std::uint64_t length) {
  std::uint64_t hash = 0;
  std::array<std::byte, sector_size> bytes;
  for (std::uint64_t at = 0; at < length; at += sector_size) {
    const auto size = static_cast<std::size_t>(length - at < sector_size ? length - at : sector_size);
    node.durable.read(at, bytes);
    hash ^= hash_of(node.number, at / sector_size, bytes_view(bytes).first(size));
  }
  return hash;
}

inline std::uint64_t crash_window::kept_in(const crash_cell& cell, const crash_choice& choice) const noexcept {
  std::uint64_t kept = 0;
  for (std::size_t i = 0; i < cell.parts.size(); ++i) {
    kept |= std::uint64_t{choice.parts[cell.parts[i]]} << i;
  }
  return kept;
}

inline std::array<std::byte, sector_size> crash_window::bytes_of(const crash_cell& cell,
                                                                 std::uint64_t kept) const noexcept {
  std::array<std::byte, sector_size> bytes = cell.before;
  for (std::size_t i = 0; i < cell.parts.size(); ++i) {
    const write_part& part = parts_[cell.parts[i]];
    if ((kept >> i & 1U) == 0) continue;
    std::memcpy(bytes.data() + part.offset % sector_size, part.bytes.data(), part.bytes.size());
  }
  return bytes;
}

inline std::uint64_t crash_window::cell_hash(const crash_cell& cell, const crash_choice& choice) const {
  const std::uint64_t kept = kept_in(cell, choice);
  return cell.hashes.empty() ? hash_of(cell.file, cell.sector, bytes_of(cell, kept)) : cell.hashes[kept];
}

inline std::uint64_t crash_window::image_hash(std::string_view name, const file_state& file,
                                              const crash_choice& choice) const {
  const std::size_t changes = choice.lengths < file.sequences.size() ? choice.lengths : file.sequences.size();
  const std::uint64_t length = file.lengths[changes];
  std::uint64_t hash = file.base[changes];
  for (const crash_cell& cell : cells_) {
    if (cell.file != file.number || cell.sector * sector_size >= length) continue;
    if (length - cell.sector * sector_size >= sector_size) {
      hash ^= cell.hashes.front() ^ cell_hash(cell, choice);
    } else {
      const auto size = static_cast<std::size_t>(length % sector_size);
      const auto now = bytes_of(cell, kept_in(cell, choice));
      hash ^= hash_of(cell.file, cell.sector, bytes_view(cell.before).first(size)) ^
              hash_of(cell.file, cell.sector, bytes_view(now).first(size));
    }
  }
  return name_hash(name, hash, length);
}

/// By the bytes themselves.
inline std::uint64_t crash_window::slow_identity(const crash_choice& choice) const {
  const simulated_files left = disk(choice);
  std::uint64_t identity = 0;
  for (const auto& [name, node] : left.disk_->names.entries()) {
    identity ^= name_hash(name, durable_hash(*node, node->durable.length()), node->durable.length());
  }
  return identity;
}

inline std::uint64_t crash_window::identity(const crash_choice& choice) const {
  if (!is_plain_) return slow_identity(choice);
  auto names = disk_.disk_->durable_names;
  for (std::size_t i = 0; i < names_; ++i) {
    if ((choice.names >> i & 1U) != 0) disk_.disk_->name_changes[i].apply(names);
  }
  std::uint64_t identity = 0;
  for (const auto& [name, node] : names.entries()) {
    identity ^= image_hash(name, *find_file(node->number), choice);
  }
  return identity;
}

inline std::uint64_t crash_window::earliest_end(const crash_choice& choice) const noexcept {
  std::uint64_t end = first_effect_;
  const auto reach = [&](std::uint64_t sequence) { end = sequence + 1 > end ? sequence + 1 : end; };
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    if (choice.parts[i]) reach(parts_[i].sequence);
  }
  for (const file_state& file : files_) {
    for (std::size_t i = 0; i < file.sequences.size() && i < choice.lengths; ++i) reach(file.sequences[i]);
  }
  for (std::size_t i = 0; i < names_; ++i) {
    if ((choice.names >> i & 1U) != 0) reach(disk_.disk_->name_changes[i].sequence);
  }
  return end;
}

}  // namespace macaw::inline MACAW_ABI::testing
