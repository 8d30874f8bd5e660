// SPDX-License-Identifier: MIT
//
// All bytes of a file in memory, for tests that damage files and put them right again.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/storage/memory_files.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace macaw_test {

[[nodiscard]] inline std::vector<std::byte> read_file(macaw::memory_files& files, std::string_view path) {
  const auto file = files.open(path, macaw::open_mode::read_only);
  std::vector<std::byte> bytes(static_cast<std::size_t>(file.size()));
  bytes.resize(file.read(0, bytes));
  return bytes;
}

/// Writes over what an existing file holds; its length stays if the bytes reach no further.
inline void write_file(macaw::memory_files& files, std::string_view path, std::uint64_t offset,
                       macaw::bytes_view bytes) {
  auto file = files.open(path, macaw::open_mode::read_write);
  const macaw::bytes_view pieces[] = {bytes};
  file.write(offset, pieces);
}

/// How a page may be damaged: made zeros, or one bit turned.
enum class damage : std::uint8_t { zeros, flip };

/// Damages `size` bytes of a file. Returns: what was there before.
inline std::vector<std::byte> damage_file(macaw::memory_files& files, std::string_view path, std::uint64_t offset,
                                          std::size_t size, damage how) {
  std::vector<std::byte> before(size);
  {
    const auto file = files.open(path, macaw::open_mode::read_only);
    before.resize(file.read(offset, before));
  }
  std::vector<std::byte> after(before.size());
  if (how == damage::flip) {
    after = before;
    after[after.size() / 3] ^= std::byte{0x10};
  }
  write_file(files, path, offset, after);
  return before;
}

}  // namespace macaw_test
