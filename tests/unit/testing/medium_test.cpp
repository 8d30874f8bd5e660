// SPDX-License-Identifier: MIT
//
// One file's durable bytes and pending effects; how disks use them is in simulated_files_test.cpp.

#include <macaw/testing/medium.hpp>

#include "support/catch.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

using macaw::sync_scope;
using macaw::testing::medium;
using macaw::testing::uniform_cut;

void write_text(medium& file, std::uint64_t offset, std::string_view text, std::uint64_t sequence) {
  const std::array pieces{macaw::as_bytes(text)};
  file.write(offset, pieces, sequence);
}

std::string cut(const medium& file, bool is_kept) {
  uniform_cut chooser{is_kept};
  const auto bytes = file.after_power_cut(0, chooser);
  return std::string(macaw::as_text(bytes));
}

medium holding(std::string_view text) {
  const auto bytes = macaw::as_bytes(text);
  return medium(std::vector<std::byte>(bytes.begin(), bytes.end()));
}

TEST_CASE("pieces of a write are noted as one", "[medium]") {
  medium file;
  const std::array pieces{macaw::as_bytes("ab"), macaw::as_bytes(""), macaw::as_bytes("cde")};
  file.write(3, pieces, 7);
  file.set_length(8, 8);
  int writes = 0;
  file.for_each_pending_write(5, [&](const macaw::testing::pending_write& write) {
    ++writes;
    CHECK(write.file == 5);
    CHECK(write.sequence == 7);
    CHECK(write.offset == 3);
    CHECK(write.size == 5);
  });
  CHECK(writes == 1);
  CHECK(file.oldest(99) == 7);
  CHECK(cut(file, true) == std::string("\0\0\0abcde", 8));
  CHECK(cut(file, false).empty());
}

TEST_CASE("growing keeps data that was synced ahead of its length", "[medium]") {
  medium file = holding("ab");
  write_text(file, 2, "cd", 1);
  file.set_length(4, 2);
  file.sync(sync_scope::data);
  write_text(file, 4, "ef", 3);
  file.set_length(6, 4);
  file.sync(sync_scope::data);
  CHECK(file.pending_lengths() == 2);
  CHECK(cut(file, false) == "ab");
  CHECK(cut(file, true) == "abcdef");
  file.sync(sync_scope::data_and_size);
  CHECK(cut(file, false) == "abcdef");
  CHECK(file.oldest(99) == 99);
}

TEST_CASE("a pending cut takes the data written before it, and none written after", "[medium]") {
  medium file = holding("abcdef");
  write_text(file, 4, "EF", 1);
  file.set_length(2, 2);
  file.set_length(6, 3);
  write_text(file, 5, "!", 4);
  CHECK(cut(file, true) == std::string("ab\0\0\0!", 6));
  CHECK(cut(file, false) == "abcdef");
  file.sync(sync_scope::data);
  CHECK(cut(file, false) == std::string("ab\0\0\0!", 6));
}

TEST_CASE("a failed sync drops data and keeps lengths pending", "[medium]") {
  medium file = holding("ab");
  write_text(file, 0, "ABCD", 1);
  file.set_length(4, 2);
  uniform_cut nothing{false};
  file.fail_sync(0, nothing);
  CHECK(cut(file, true) == std::string("ab\0\0", 4));
  uniform_cut everything{true};
  write_text(file, 0, "xyz", 3);
  file.fail_sync(0, everything);
  CHECK(cut(file, true) == std::string("xyz\0", 4));
  CHECK(cut(file, false) == "xy");
}

TEST_CASE("durable bytes are read with zeros where there are none", "[medium]") {
  medium file = holding("ab");
  write_text(file, 0, "pending", 1);
  std::array<std::byte, 4> into;
  file.read(1, into);
  CHECK(macaw::as_text(into) == std::string_view("b\0\0\0", 4));
  file.read(100, into);
  CHECK(macaw::as_text(into) == std::string_view("\0\0\0\0", 4));
  file.damage(0, macaw::as_bytes("X"));
  file.read(0, into);
  CHECK(macaw::as_text(into) == std::string_view("Xb\0\0", 4));
}

}  // namespace
