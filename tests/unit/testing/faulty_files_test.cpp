// SPDX-License-Identifier: MIT

#include <macaw/storage/memory_files.hpp>
#include <macaw/storage/posix_files.hpp>
#include <macaw/testing/faulty_files.hpp>

#include "support/catch.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using macaw::errc;
using macaw::lock_mode;
using macaw::open_mode;
using macaw::sync_scope;
using macaw::testing::file_call;

using files_type = macaw::testing::faulty_files<macaw::memory_files>;

static_assert(macaw::file_system<files_type> && macaw::mappable_file<files_type::file_type>);
static_assert(macaw::file_system<macaw::testing::faulty_files<macaw::posix_files>>);
static_assert(!macaw::mappable_file<macaw::testing::faulty_files<macaw::posix_files>::file_type>);

template <class F>
void write_text(F& file, std::uint64_t offset, std::string_view text) {
  const std::array pieces{macaw::as_bytes(text)};
  file.write(offset, pieces);
}

template <class F>
std::string read_text(const F& file) {
  std::string text(1'000, '?');
  text.resize(file.read(0, std::as_writable_bytes(std::span(text))));
  return text;
}

template <class Call>
errc kind_of(Call call) {
  try {
    call();
  } catch (const macaw::error& error) {
    return error.kind();
  }
  FAIL("nothing was raised");
  std::abort();
}

/// One call of every kind, in the order of `file_call`.
std::vector<std::pair<file_call, std::function<void()>>> all_calls(files_type& files, files_type::file_type& file) {
  static std::array<std::byte, 4> into;
  return {
      {file_call::open, [&] { static_cast<void>(files.open("a", open_mode::read_only)); }},
      {file_call::exists, [&] { static_cast<void>(files.exists("a")); }},
      {file_call::rename, [&] { files.rename("a", "a"); }},
      {file_call::rename_new, [&] { static_cast<void>(files.rename_new("a", "a")); }},
      {file_call::remove, [&] { files.remove("b"); }},
      {file_call::sync_directory, [&] { files.sync_directory("a"); }},
      {file_call::size, [&] { static_cast<void>(file.size()); }},
      {file_call::read, [&] { file.read(0, into); }},
      {file_call::read_uncached, [&] { file.read_uncached(0, into); }},
      {file_call::write, [&] { write_text(file, 0, "x"); }},
      {file_call::allocate, [&] { file.allocate(0, 1); }},
      {file_call::truncate, [&] { file.truncate(1); }},
      {file_call::sync, [&] { file.sync(sync_scope::data); }},
      {file_call::try_lock, [&] { static_cast<void>(file.try_lock(lock_mode::shared)); }},
      {file_call::map, [&] { static_cast<void>(file.map(1)); }},
  };
}

TEST_CASE("every kind of call is counted and can fail", "[faulty_files]") {
  files_type files;
  auto file = files.open("a", open_mode::create_new);
  const auto calls = all_calls(files, file);
  REQUIRE(calls.size() == macaw::testing::file_call_count);
  for (const auto& [kind, call] : calls) {
    CAPTURE(static_cast<int>(kind));
    const std::uint64_t before = files.faults().calls(kind);
    call();
    CHECK(files.faults().calls(kind) == before + 1);
    files.faults().fail({.kind = errc::no_space, .of = kind});
    for (const auto& [other_kind, other] : calls) {
      if (other_kind != kind) other();
    }
    CHECK_FALSE(files.faults().fired());
    CHECK(kind_of(call) == errc::no_space);
    CHECK(files.faults().fired());
    call();
    CHECK(files.faults().calls(kind) == before + 3);
  }
}

TEST_CASE("the n-th call fails, whatever it is", "[faulty_files]") {
  files_type files;
  auto file = files.open("a", open_mode::create_new);
  const auto calls = all_calls(files, file);
  for (std::size_t n = 0; n < calls.size(); ++n) {
    const std::uint64_t before = files.faults().calls();
    files.faults().fail({.call = n});
    for (std::size_t i = 0; i < calls.size(); ++i) {
      CAPTURE(n, i);
      if (i == n) {
        CHECK(kind_of(calls[i].second) == errc::io);
      } else {
        calls[i].second();
      }
      CHECK(files.faults().fired() == (i >= n));
    }
    CHECK(files.faults().calls() == before + calls.size());
  }
}

TEST_CASE("a persistent fault fails every later call until healed", "[faulty_files]") {
  files_type files;
  auto file = files.open("a", open_mode::create_new);
  files.faults().fail({.call = 1, .kind = errc::read_only, .persists = true});
  CHECK(files.exists("a"));
  for (const auto& [kind, call] : all_calls(files, file)) CHECK(kind_of(call) == errc::read_only);
  CHECK(file.try_lock(lock_mode::none));  // letting go never fails
  files.faults().heal();
  for (const auto& [kind, call] : all_calls(files, file)) call();
  CHECK(files.faults().fired());
}

TEST_CASE("a failing write puts down nothing, or half", "[faulty_files]") {
  files_type files;
  auto file = files.open("a", open_mode::create_new);
  write_text(file, 0, "........");
  const std::array pieces{macaw::as_bytes("abc"), macaw::as_bytes("defgh")};
  files.faults().fail({.of = file_call::write});
  CHECK(kind_of([&] { file.write(0, pieces); }) == errc::io);
  CHECK(read_text(file) == "........");
  files.faults().fail({.of = file_call::write, .writes_half = true});
  CHECK(kind_of([&] { file.write(0, pieces); }) == errc::io);
  CHECK(read_text(file) == "abcd....");
}

TEST_CASE("a short disk takes what it has room for", "[faulty_files]") {
  files_type files;
  auto a = files.open("a", open_mode::create_new);
  files.faults().set_capacity(100);
  write_text(a, 0, std::string(60, 'a'));
  CHECK(kind_of([&] { a.allocate(0, 101); }) == errc::no_space);
  CHECK(a.size() == 60);
  CHECK_FALSE(files.faults().fired());
  CHECK(files.faults().ran_full());
  auto b = files.open("b", open_mode::create_new);
  CHECK(kind_of([&] { write_text(b, 0, std::string(50, 'b')); }) == errc::no_space);
  CHECK(read_text(b) == std::string(40, 'b'));  // as much as there was room for
  CHECK(kind_of([&] { b.truncate(41); }) == errc::no_space);
  write_text(a, 0, std::string(60, 'c'));  // needs no room
  a.truncate(50);
  b.allocate(40, 10);
  CHECK(b.size() == 50);
  CHECK(files.remove("a"));
  b.allocate(0, 100);
  CHECK(kind_of([&] { b.allocate(0, 101); }) == errc::no_space);
  files.faults().set_capacity({});
  b.allocate(0, 1'000);
}

TEST_CASE("what is replaced by a rename gives its room back", "[faulty_files]") {
  files_type files;
  files.faults().set_capacity(100);
  {
    auto a = files.open("a", open_mode::create_new);
    a.allocate(0, 50);
  }
  {
    auto b = files.open("b", open_mode::create_new);
    b.allocate(0, 50);
  }
  files.rename("a", "a");
  auto b = files.open("b", open_mode::read_write);
  CHECK(kind_of([&] { b.allocate(0, 51); }) == errc::no_space);
  files.rename("b", "a");
  b.allocate(0, 100);
}

TEST_CASE("copies share faults, and the wrapped file system has none", "[faulty_files]") {
  files_type files;
  auto copy = files;
  copy.faults().fail({.persists = true});
  CHECK(kind_of([&] { static_cast<void>(files.open("a", open_mode::create_new)); }) == errc::io);
  auto file = files.wrapped().open("a", open_mode::create_new);
  write_text(file, 0, "x");
}

}  // namespace
