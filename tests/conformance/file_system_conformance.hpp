// SPDX-License-Identifier: MIT
//
// The laws of `file`, `mappable_file` and `file_system`, each as a case.
//
// The including unit first declares `file_system_subjects`, a std::tuple of subjects. A subject is made
// anew for each case; `files()` gives its file system, and `path(name)` a path in an empty directory of
// its own.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/error.hpp>
#include <macaw/storage/file_system.hpp>

#include "support/catch.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace file_system_conformance {

using macaw::bytes_view;
using macaw::errc;
using macaw::lock_mode;
using macaw::open_mode;
using macaw::sync_scope;

template <class F>
void write_text(F& file, std::uint64_t offset, std::string_view text) {
  const std::array pieces{macaw::as_bytes(text)};
  file.write(offset, pieces);
}

template <class F>
std::string read_text(const F& file, std::uint64_t offset, std::size_t size, bool is_cached = true) {
  std::string text(size, '?');
  const auto into = std::as_writable_bytes(std::span(text));
  const std::size_t count = is_cached ? file.read(offset, into) : file.read_uncached(offset, into);
  REQUIRE(count <= size);
  text.resize(count);
  return text;
}

template <class S>
void create_with_text(S& files, const std::string& path, std::string_view text) {
  auto file = files.open(path, open_mode::create_new);
  write_text(file, 0, text);
}

template <class S>
std::string text_of(S& files, const std::string& path) {
  return read_text(files.open(path, open_mode::read_only), 0, 1'000);
}

/// What a failing call raised; fails the case if it raised nothing.
template <class Call>
macaw::error error_of(Call call) {
  try {
    call();
  } catch (const macaw::error& error) {
    return error;
  }
  FAIL("nothing was raised");
  std::abort();
}

/// A text that repeats only after a long while.
inline std::string patterned(std::size_t size) {
  std::string text(size, '\0');
  std::uint64_t state = 1;
  for (char& c : text) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    c = static_cast<char>('a' + (state >> 33) % 26);
  }
  return text;
}

inline std::string zeros(std::size_t size) { return std::string(size, '\0'); }

TEMPLATE_LIST_TEST_CASE("a created file is there, empty and open for reading and writing", "[file_system]",
                        file_system_subjects) {
  TestType subject;
  auto& files = subject.files();
  CHECK_FALSE(files.exists(subject.path("a")));
  auto file = files.open(subject.path("a"), open_mode::create_new);
  CHECK(files.exists(subject.path("a")));
  CHECK(file.size() == 0);
  write_text(file, 0, "bytes");
  CHECK(read_text(file, 0, 5) == "bytes");
}

TEMPLATE_LIST_TEST_CASE("creating refuses a name that is taken", "[file_system]", file_system_subjects) {
  TestType subject;
  auto& files = subject.files();
  create_with_text(files, subject.path("a"), "kept");
  const auto error = error_of([&] { static_cast<void>(files.open(subject.path("a"), open_mode::create_new)); });
  CHECK(error.kind() == errc::io);
  CHECK(error.os_code() == std::errc::file_exists);
  CHECK(std::string(error.what()).find(subject.path("a")) != std::string::npos);
  CHECK(text_of(files, subject.path("a")) == "kept");
}

TEMPLATE_LIST_TEST_CASE("opening refuses a missing name and creates nothing", "[file_system]", file_system_subjects) {
  TestType subject;
  auto& files = subject.files();
  for (const open_mode mode : {open_mode::read_only, open_mode::read_write}) {
    const auto error = error_of([&] { static_cast<void>(files.open(subject.path("a"), mode)); });
    CHECK(error.kind() == errc::io);
    CHECK(error.os_code() == std::errc::no_such_file_or_directory);
    CHECK_FALSE(files.exists(subject.path("a")));
  }
}

TEMPLATE_LIST_TEST_CASE("a file opened for reading refuses every change", "[file_system]", file_system_subjects) {
  TestType subject;
  auto& files = subject.files();
  create_with_text(files, subject.path("a"), "kept");
  auto file = files.open(subject.path("a"), open_mode::read_only);
  CHECK(error_of([&] { write_text(file, 0, "x"); }).kind() == errc::read_only);
  CHECK(error_of([&] { file.allocate(0, 100); }).kind() == errc::read_only);
  CHECK(error_of([&] { file.truncate(1); }).kind() == errc::read_only);
  CHECK(error_of([&] { static_cast<void>(file.try_lock(lock_mode::exclusive)); }).kind() == errc::read_only);
  CHECK(file.size() == 4);
  CHECK(read_text(file, 0, 9) == "kept");
  CHECK(file.try_lock(lock_mode::shared));
  file.sync(sync_scope::data_and_size);
}

TEMPLATE_LIST_TEST_CASE("what was written is read by every handle", "[file_system]", file_system_subjects) {
  TestType subject;
  auto& files = subject.files();
  {
    auto writer = files.open(subject.path("a"), open_mode::create_new);
    auto reader = files.open(subject.path("a"), open_mode::read_only);
    write_text(writer, 0, "first");
    CHECK(read_text(reader, 0, 5) == "first");
    write_text(writer, 2, "NEW");
    CHECK(read_text(reader, 0, 5) == "fiNEW");
  }
  auto file = files.open(subject.path("a"), open_mode::read_write);
  CHECK(read_text(file, 0, 100) == "fiNEW");
  write_text(file, 5, "ER");
  CHECK(text_of(files, subject.path("a")) == "fiNEWER");
}

TEMPLATE_LIST_TEST_CASE("write puts all pieces one after another", "[file_system]", file_system_subjects) {
  TestType subject;
  auto file = subject.files().open(subject.path("a"), open_mode::create_new);
  // More pieces than one call of any system takes, empty ones among them, and sizes of every kind.
  const std::string text = patterned(300'000);
  std::vector<bytes_view> pieces;
  std::size_t at = 0;
  for (std::size_t i = 0; at < text.size(); ++i) {
    const std::size_t wanted = i % 7 == 0 ? 0 : i % 100 == 1 ? 5'000 : i % 50;
    const std::size_t size = std::min(wanted, text.size() - at);
    pieces.push_back(macaw::as_bytes(std::string_view(text).substr(at, size)));
    at += size;
  }
  REQUIRE(pieces.size() > 2'000);
  file.write(77, pieces);
  CHECK(file.size() == 77 + text.size());
  CHECK(read_text(file, 77, text.size()) == text);
}

TEMPLATE_LIST_TEST_CASE("write changes no byte outside its range", "[file_system]", file_system_subjects) {
  TestType subject;
  auto file = subject.files().open(subject.path("a"), open_mode::create_new);
  std::string expected = patterned(20'000);
  write_text(file, 0, expected);
  const std::string patch(4'096, 'X');
  for (const std::size_t offset : {0U, 1U, 4'095U, 8'192U, 15'904U}) {
    write_text(file, offset, patch);
    expected.replace(offset, patch.size(), patch);
    CHECK(read_text(file, 0, 30'000) == expected);
  }
}

TEMPLATE_LIST_TEST_CASE("writing nothing changes nothing", "[file_system]", file_system_subjects) {
  TestType subject;
  auto file = subject.files().open(subject.path("a"), open_mode::create_new);
  file.write(1'000, {});
  write_text(file, 1'000, "");
  file.allocate(1'000, 0);
  CHECK(file.size() == 0);
}

TEMPLATE_LIST_TEST_CASE("a gap before what was written reads as zeros", "[file_system]", file_system_subjects) {
  TestType subject;
  auto file = subject.files().open(subject.path("a"), open_mode::create_new);
  write_text(file, 0, "ab");
  write_text(file, 10'000, "cd");
  CHECK(file.size() == 10'002);
  CHECK(read_text(file, 0, 10'002) == "ab" + zeros(9'998) + "cd");
}

TEMPLATE_LIST_TEST_CASE("an offset that no file can have is refused", "[file_system]", file_system_subjects) {
  TestType subject;
  auto file = subject.files().open(subject.path("a"), open_mode::create_new);
  constexpr std::uint64_t largest = ~std::uint64_t{0};
  CHECK(error_of([&] { write_text(file, largest - 1, "abc"); }).kind() == errc::no_space);
  CHECK(error_of([&] { write_text(file, largest - 5'000, "abc"); }).kind() == errc::no_space);
  CHECK(error_of([&] { file.allocate(largest - 1, 10); }).kind() == errc::no_space);
  CHECK(error_of([&] { file.truncate(largest - 1); }).kind() == errc::no_space);
  CHECK(file.size() == 0);
}

TEMPLATE_LIST_TEST_CASE("read is short only where the file ends", "[file_system]", file_system_subjects) {
  TestType subject;
  auto file = subject.files().open(subject.path("a"), open_mode::create_new);
  const std::string text = patterned(10'000);
  write_text(file, 0, text);
  file.sync(sync_scope::data_and_size);
  for (const bool is_cached : {true, false}) {
    CAPTURE(is_cached);
    CHECK(read_text(file, 0, 10'000, is_cached) == text);
    CHECK(read_text(file, 0, 0, is_cached).empty());
    CHECK(read_text(file, 4'096, 4'096, is_cached) == text.substr(4'096, 4'096));
    CHECK(read_text(file, 4'095, 2, is_cached) == text.substr(4'095, 2));
    CHECK(read_text(file, 9'999, 500, is_cached) == text.substr(9'999));
    CHECK(read_text(file, 8'192, 8'192, is_cached) == text.substr(8'192));
    CHECK(read_text(file, 10'000, 500, is_cached).empty());
    CHECK(read_text(file, 1'000'000, 500, is_cached).empty());
  }
}

TEMPLATE_LIST_TEST_CASE("an uncached read gives what was synced, of any size", "[file_system]", file_system_subjects) {
  TestType subject;
  auto file = subject.files().open(subject.path("a"), open_mode::create_new);
  const std::string text = patterned(3'000'001);
  write_text(file, 0, text);
  file.sync(sync_scope::data_and_size);
  CHECK(read_text(file, 0, 4'000'000, false) == text);
  CHECK(read_text(file, 12'345, 2'222'222, false) == text.substr(12'345, 2'222'222));
}

TEMPLATE_LIST_TEST_CASE("allocate grows with zeros, keeps contents and never shrinks", "[file_system]",
                        file_system_subjects) {
  TestType subject;
  auto file = subject.files().open(subject.path("a"), open_mode::create_new);
  write_text(file, 0, "kept");
  file.allocate(0, 100'000);
  CHECK(file.size() == 100'000);
  CHECK(read_text(file, 0, 100'000) == "kept" + zeros(99'996));
  file.allocate(10, 10);
  CHECK(file.size() == 100'000);
  write_text(file, 99'997, "end");
  file.allocate(50'000, 100'001);
  CHECK(file.size() == 150'001);
  CHECK(read_text(file, 99'995, 60'000) == zeros(2) + "end" + zeros(50'001));
}

TEMPLATE_LIST_TEST_CASE("truncate sets the length, and what is added reads as zeros", "[file_system]",
                        file_system_subjects) {
  TestType subject;
  auto file = subject.files().open(subject.path("a"), open_mode::create_new);
  const std::string text = patterned(20'000);
  write_text(file, 0, text);
  file.truncate(5'000);
  CHECK(file.size() == 5'000);
  CHECK(read_text(file, 0, 20'000) == text.substr(0, 5'000));
  file.truncate(20'000);
  CHECK(file.size() == 20'000);
  CHECK(read_text(file, 0, 20'000) == text.substr(0, 5'000) + zeros(15'000));
  file.truncate(0);
  CHECK(file.size() == 0);
  write_text(file, 100, "x");
  CHECK(read_text(file, 0, 200) == zeros(100) + "x");
}

TEMPLATE_LIST_TEST_CASE("what was synced is read by a later opening, cached or not", "[file_system]",
                        file_system_subjects) {
  TestType subject;
  auto& files = subject.files();
  {
    auto file = files.open(subject.path("a"), open_mode::create_new);
    write_text(file, 0, "one");
    file.sync(sync_scope::data_and_size);
    write_text(file, 0, "two");
    file.sync(sync_scope::data);
    files.sync_directory(subject.path("a"));
  }
  const auto file = files.open(subject.path("a"), open_mode::read_only);
  CHECK(read_text(file, 0, 3, false) == "two");
  CHECK(read_text(file, 0, 3) == "two");
}

TEMPLATE_LIST_TEST_CASE("locks conflict between openings as their modes say", "[file_system]", file_system_subjects) {
  TestType subject;
  auto& files = subject.files();
  auto a = files.open(subject.path("a"), open_mode::create_new);
  auto b = files.open(subject.path("a"), open_mode::read_write);
  for (const lock_mode held : {lock_mode::none, lock_mode::shared, lock_mode::exclusive}) {
    for (const lock_mode wanted : {lock_mode::none, lock_mode::shared, lock_mode::exclusive}) {
      CAPTURE(static_cast<int>(held), static_cast<int>(wanted));
      REQUIRE(a.try_lock(held));
      const bool is_free = held == lock_mode::none || wanted == lock_mode::none ||
                           (held == lock_mode::shared && wanted == lock_mode::shared);
      CHECK(b.try_lock(wanted) == is_free);
      REQUIRE(b.try_lock(lock_mode::none));
      REQUIRE(a.try_lock(lock_mode::none));
    }
  }
}

TEMPLATE_LIST_TEST_CASE("a lock is replaced, and kept where the exchange is refused", "[file_system]",
                        file_system_subjects) {
  TestType subject;
  auto& files = subject.files();
  auto a = files.open(subject.path("a"), open_mode::create_new);
  auto b = files.open(subject.path("a"), open_mode::read_write);
  auto c = files.open(subject.path("a"), open_mode::read_write);
  REQUIRE(a.try_lock(lock_mode::shared));
  REQUIRE(a.try_lock(lock_mode::exclusive));
  CHECK_FALSE(b.try_lock(lock_mode::shared));
  REQUIRE(a.try_lock(lock_mode::shared));
  REQUIRE(b.try_lock(lock_mode::shared));
  CHECK_FALSE(a.try_lock(lock_mode::exclusive));
  REQUIRE(b.try_lock(lock_mode::none));
  CHECK_FALSE(c.try_lock(lock_mode::exclusive));  // a still has its shared lock
  REQUIRE(a.try_lock(lock_mode::none));
  CHECK(c.try_lock(lock_mode::exclusive));
}

TEMPLATE_LIST_TEST_CASE("a lock survives the closing of other handles and ends with its own", "[file_system]",
                        file_system_subjects) {
  TestType subject;
  auto& files = subject.files();
  auto other = files.open(subject.path("a"), open_mode::create_new);
  {
    auto owner = files.open(subject.path("a"), open_mode::read_write);
    REQUIRE(owner.try_lock(lock_mode::exclusive));
    { auto passing = files.open(subject.path("a"), open_mode::read_write); }
    {
      const auto passing = files.open(subject.path("a"), open_mode::read_only);
      read_text(passing, 0, 1, false);
    }
    read_text(owner, 0, 1, false);
    CHECK_FALSE(other.try_lock(lock_mode::shared));
  }
  CHECK(other.try_lock(lock_mode::exclusive));
}

TEMPLATE_LIST_TEST_CASE("a lock moves with its file, and ends when another file is assigned to it", "[file_system]",
                        file_system_subjects) {
  TestType subject;
  auto& files = subject.files();
  auto other = files.open(subject.path("a"), open_mode::create_new);
  auto owner = files.open(subject.path("a"), open_mode::read_write);
  REQUIRE(owner.try_lock(lock_mode::exclusive));
  auto moved = std::move(owner);
  CHECK_FALSE(other.try_lock(lock_mode::shared));
  owner = files.open(subject.path("a"), open_mode::read_write);  // a moved-from file can be assigned to
  CHECK_FALSE(owner.try_lock(lock_mode::shared));
  moved = std::move(owner);
  CHECK(other.try_lock(lock_mode::shared));
  CHECK(moved.try_lock(lock_mode::shared));
}

TEMPLATE_LIST_TEST_CASE("identities are equal exactly for the same file", "[file_system]", file_system_subjects) {
  TestType subject;
  auto& files = subject.files();
  const auto a = files.open(subject.path("a"), open_mode::create_new);
  const auto b = files.open(subject.path("b"), open_mode::create_new);
  CHECK_FALSE(a.identity() == b.identity());
  CHECK(a.identity() == files.open(subject.path("a"), open_mode::read_only).identity());
  files.rename(subject.path("a"), subject.path("c"));
  CHECK(a.identity() == files.open(subject.path("c"), open_mode::read_only).identity());
  const auto anew = files.open(subject.path("a"), open_mode::create_new);
  CHECK_FALSE(a.identity() == anew.identity());
}

TEMPLATE_LIST_TEST_CASE("a seal never outlives a change of its file", "[file_system]", file_system_subjects) {
  TestType subject;
  auto& files = subject.files();
  using file_type = typename std::remove_cvref_t<decltype(files)>::file_type;
  if constexpr (macaw::sealable_file<file_type>) {
    create_with_text(files, subject.path("a"), patterned(10'000));
    auto file = files.open(subject.path("a"), open_mode::read_write);
    auto other = files.open(subject.path("a"), open_mode::read_write);
    CHECK_FALSE(file.sealed());
    file.seal(7);
    const bool holds = file.sealed().has_value();  // a system may have no seals
    CHECK(file.sealed() == (holds ? std::optional<std::uint64_t>(7) : std::nullopt));
    CHECK(other.sealed() == file.sealed());
    CHECK(files.open(subject.path("a"), open_mode::read_only).sealed() == file.sealed());
    file.seal(8);
    CHECK(file.sealed() == (holds ? std::optional<std::uint64_t>(8) : std::nullopt));
    CHECK(read_text(other, 0, 10'000) == patterned(10'000));
    CHECK(file.sealed().has_value() == holds);
    for (std::uint64_t round = 0; round < 100; ++round) {  // a change right behind the seal is one, too
      write_text(other, 5'000, read_text(file, 5'000, 1));
      CHECK_FALSE(file.sealed());
      file.seal(round);
      CHECK(file.sealed().has_value() == holds);
    }
    other.allocate(10'000, 1'000);
    CHECK_FALSE(file.sealed());
    file.seal(9);
    other.truncate(10'000);
    CHECK_FALSE(file.sealed());
    file.seal(10);
    files.remove(subject.path("a"));
    create_with_text(files, subject.path("a"), patterned(10'000));
    CHECK_FALSE(files.open(subject.path("a"), open_mode::read_only).sealed());
  }
}

TEMPLATE_LIST_TEST_CASE("rename replaces, and open files stay good", "[file_system]", file_system_subjects) {
  TestType subject;
  auto& files = subject.files();
  auto a = files.open(subject.path("a"), open_mode::create_new);
  auto b = files.open(subject.path("b"), open_mode::create_new);
  write_text(a, 0, "from a");
  write_text(b, 0, "from b");
  files.rename(subject.path("a"), subject.path("b"));
  CHECK_FALSE(files.exists(subject.path("a")));
  CHECK(text_of(files, subject.path("b")) == "from a");
  CHECK(read_text(b, 0, 9) == "from b");
  write_text(a, 5, "A");
  CHECK(text_of(files, subject.path("b")) == "from A");
  files.rename(subject.path("b"), subject.path("b"));
  CHECK(files.exists(subject.path("b")));
  const auto error = error_of([&] { files.rename(subject.path("a"), subject.path("b")); });
  CHECK(error.kind() == errc::io);
  CHECK(error.os_code() == std::errc::no_such_file_or_directory);
  CHECK(text_of(files, subject.path("b")) == "from A");
}

TEMPLATE_LIST_TEST_CASE("rename_new never replaces", "[file_system]", file_system_subjects) {
  TestType subject;
  auto& files = subject.files();
  create_with_text(files, subject.path("a"), "from a");
  create_with_text(files, subject.path("b"), "from b");
  CHECK_FALSE(files.rename_new(subject.path("a"), subject.path("b")));
  CHECK_FALSE(files.rename_new(subject.path("a"), subject.path("a")));
  CHECK(text_of(files, subject.path("a")) == "from a");
  CHECK(text_of(files, subject.path("b")) == "from b");
  CHECK(files.rename_new(subject.path("a"), subject.path("c")));
  CHECK_FALSE(files.exists(subject.path("a")));
  CHECK(text_of(files, subject.path("c")) == "from a");
  const auto error = error_of([&] { static_cast<void>(files.rename_new(subject.path("a"), subject.path("d"))); });
  CHECK(error.os_code() == std::errc::no_such_file_or_directory);
}

TEMPLATE_LIST_TEST_CASE("remove says whether the name was there, and open files stay good", "[file_system]",
                        file_system_subjects) {
  TestType subject;
  auto& files = subject.files();
  auto file = files.open(subject.path("a"), open_mode::create_new);
  write_text(file, 0, "alive");
  CHECK(files.remove(subject.path("a")));
  CHECK_FALSE(files.exists(subject.path("a")));
  CHECK_FALSE(files.remove(subject.path("a")));
  CHECK(read_text(file, 0, 9) == "alive");
  file.sync(sync_scope::data_and_size);
  CHECK(files.open(subject.path("a"), open_mode::create_new).size() == 0);
}

TEMPLATE_LIST_TEST_CASE("syncing a directory keeps its names", "[file_system]", file_system_subjects) {
  TestType subject;
  auto& files = subject.files();
  create_with_text(files, subject.path("a"), "text");
  files.sync_directory(subject.path("a"));
  files.rename(subject.path("a"), subject.path("b"));
  files.sync_directory(subject.path("a"));
  CHECK(text_of(files, subject.path("b")) == "text");
  CHECK_FALSE(files.exists(subject.path("a")));
}

TEMPLATE_LIST_TEST_CASE("copies of a file system name the same files", "[file_system]", file_system_subjects) {
  TestType subject;
  auto copy = subject.files();
  create_with_text(subject.files(), subject.path("a"), "seen");
  CHECK(text_of(copy, subject.path("a")) == "seen");
  CHECK(copy.remove(subject.path("a")));
  CHECK_FALSE(subject.files().exists(subject.path("a")));
}

TEMPLATE_LIST_TEST_CASE("const members run on many threads while another writes elsewhere", "[file_system]",
                        file_system_subjects) {
  TestType subject;
  auto file = subject.files().open(subject.path("a"), open_mode::create_new);
  const std::string text = patterned(100'000);
  write_text(file, 0, text);
  file.sync(sync_scope::data_and_size);
  std::atomic<int> failures = 0;
  std::vector<std::thread> readers;
  for (std::size_t r = 0; r < 4; ++r) {
    readers.emplace_back([&, r] {
      std::string into(5'000, '?');
      for (std::size_t i = 0; i < 50; ++i) {
        const std::size_t offset = (r * 50 + i) * 400;
        const auto bytes = std::as_writable_bytes(std::span(into));
        const std::size_t count = i % 2 == 0 ? file.read(offset, bytes) : file.read_uncached(offset, bytes);
        if (count != 5'000 || text.compare(offset, 5'000, into) != 0) ++failures;
        if (file.size() < text.size() || !(file.identity() == file.identity())) ++failures;
      }
    });
  }
  for (std::size_t i = 0; i < 50; ++i) {
    write_text(file, 100'000 + i * 10'000, std::string_view(text).substr(0, 20'000));
  }
  for (std::thread& reader : readers) reader.join();
  CHECK(failures == 0);
}

TEMPLATE_LIST_TEST_CASE("a mapping shows what was written, at once and at a fixed address", "[file_system]",
                        file_system_subjects) {
  TestType subject;
  auto file = subject.files().open(subject.path("a"), open_mode::create_new);
  if constexpr (macaw::mappable_file<decltype(file)>) {
    constexpr std::uint64_t size = 16U << 20;
    write_text(file, 0, "before");
    auto mapping = file.map(size);
    const bytes_view bytes = mapping.bytes();
    REQUIRE(bytes.size() == size);
    CHECK(macaw::as_text(bytes.first(6)) == "before");
    write_text(file, 2, "HIND");
    CHECK(macaw::as_text(bytes.first(6)) == "beHIND");
    for (std::uint64_t at = 100'000; at < size; at += size / 8) {  // grows beyond what was there
      file.allocate(at, 1'000);
      write_text(file, at, "grown");
      CHECK(macaw::as_text(bytes.subspan(at, 5)) == "grown");
      CHECK(macaw::as_text(bytes.subspan(at - 10, 10)) == zeros(10));
    }
    const auto moved = std::move(mapping);
    CHECK(moved.bytes().data() == bytes.data());
    CHECK(macaw::as_text(moved.bytes().first(6)) == "beHIND");
  }
}

TEMPLATE_LIST_TEST_CASE("mappings of any size show one file and outlive the handle", "[file_system]",
                        file_system_subjects) {
  TestType subject;
  auto& files = subject.files();
  std::optional file(files.open(subject.path("a"), open_mode::create_new));
  if constexpr (macaw::mappable_file<typename decltype(file)::value_type>) {
    const auto one = file->map(1);
    const auto small = file->map(50'000);
    write_text(*file, 0, patterned(60'000));
    const auto large = file->map(std::uint64_t{1} << 36);
    const auto reader = files.open(subject.path("a"), open_mode::read_only);
    const auto other = reader.map(4U << 20);
    write_text(*file, 0, "A");
    write_text(*file, 49'990, "everywhere");
    file.reset();
    CHECK(macaw::as_text(one.bytes()) == "A");
    CHECK(large.bytes().size() == std::uint64_t{1} << 36);
    for (const bytes_view bytes : {small.bytes(), large.bytes(), other.bytes()}) {
      CHECK(macaw::as_text(bytes.first(1)) == "A");
      CHECK(macaw::as_text(bytes.subspan(49'990, 10)) == "everywhere");
    }
  }
}

TEMPLATE_LIST_TEST_CASE("a mapping shows zeros where a file was cut and grew again", "[file_system]",
                        file_system_subjects) {
  TestType subject;
  auto file = subject.files().open(subject.path("a"), open_mode::create_new);
  if constexpr (macaw::mappable_file<decltype(file)>) {
    const auto mapping = file.map(1U << 20);
    write_text(file, 0, patterned(50'000));
    file.truncate(10'001);
    file.allocate(0, 50'000);
    CHECK(macaw::as_text(mapping.bytes().first(10'001)) == patterned(10'001));
    CHECK(macaw::as_text(mapping.bytes().subspan(10'001, 39'999)) == zeros(39'999));
  }
}

}  // namespace file_system_conformance
