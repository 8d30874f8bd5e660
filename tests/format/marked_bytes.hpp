// SPDX-License-Identifier: MIT
//
// The bytes of a file, of which it is noted which were read: the lowest part of the second reader of the format.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace format_reader {

using number = std::uint64_t;

inline void require(bool holds, const std::string& otherwise) {
  if (!holds) throw std::runtime_error(otherwise);
}

/// A reference to a page, and what must be found there.
struct reference {
  number id = 0;
  number birth = 0;
};

/// A file's bytes and what was read of them.
class marked_bytes {
 public:
  explicit marked_bytes(std::span<const std::byte> file) : file_(file), used_(file.size()), means_place_(file.size()) {}

  [[nodiscard]] std::span<const std::byte> file() const noexcept { return file_; }
  /// Whether a byte has a meaning, as far as was read.
  [[nodiscard]] bool is_used(std::size_t at) const { return used_[at]; }
  /// Whether it depends on where pages stand: checksums, ids, births, references.
  [[nodiscard]] bool means_place(std::size_t at) const { return means_place_[at]; }

  /// A number, little-endian; `take` marks it as well.
  [[nodiscard]] number look(std::size_t at, std::size_t width) const {
    require(at + width <= file_.size(), "beyond the end of the file");
    number value = 0;
    for (std::size_t i = width; i-- > 0;) value = value << 8U | std::to_integer<number>(file_[at + i]);
    return value;
  }
  void mark_used(std::size_t at, std::size_t width, bool place = false) {
    for (std::size_t i = at; i < at + width; ++i) {
      used_[i] = true;
      means_place_[i] = place;
    }
  }
  number take(std::size_t at, std::size_t width) {
    const number value = look(at, width);
    mark_used(at, width);
    return value;
  }
  std::string take_bytes(std::size_t at, std::size_t size) {
    require(at + size <= file_.size(), "beyond the end of the file");
    mark_used(at, size);
    const auto* const from = reinterpret_cast<const char*>(file_.data()) + at;
    return {from, from + size};
  }
  reference take_reference(std::size_t id_at, std::size_t birth_at) {
    mark_used(id_at, 4, true);
    mark_used(birth_at, 4, true);
    return {look(id_at, 4), look(birth_at, 4)};
  }
  number take_varint(std::size_t& at) {
    number value = 0;
    for (unsigned shift = 0; shift < 21; shift += 7) {
      const number byte = take(at++, 1);
      value |= (byte & 0x7FU) << shift;
      if (byte < 0x80) return value;
    }
    throw std::runtime_error("an integer of more than three bytes");
  }

 private:
  std::span<const std::byte> file_;
  std::vector<bool> used_;
  std::vector<bool> means_place_;
};

}  // namespace format_reader
