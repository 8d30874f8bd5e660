// SPDX-License-Identifier: MIT

#include "support/catch.hpp"

#include <macaw/detail/txn/creation.hpp>
#include <macaw/storage/memory_files.hpp>
#include <macaw/testing/disk_trace.hpp>
#include <macaw/testing/simulated_files.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>

using namespace macaw;
using namespace macaw::detail;

namespace {

constexpr expected_format format{1024, 8, 7, true};

errc failure_of(memory_files& files, const open_options& options) {
  try {
    static_cast<void>(open_locked(files, "db", options, format));
  } catch (const error& failure) {
    return failure.kind();
  }
  return errc{};
}

/// Files of a system in which something happens each time that a file was made, before its maker goes on.
class hooked_files {
 public:
  using file_type = memory_files::file_type;

  hooked_files(memory_files files, std::function<void()> made) : files_(std::move(files)), made_(std::move(made)) {}

  file_type open(std::string_view path, open_mode mode) {
    file_type opened = files_.open(path, mode);
    if (mode == open_mode::create_new) made_();
    return opened;
  }
  bool exists(std::string_view path) { return files_.exists(path); }
  void rename(std::string_view path, std::string_view to) { files_.rename(path, to); }
  bool rename_new(std::string_view path, std::string_view to) { return files_.rename_new(path, to); }
  bool remove(std::string_view path) { return files_.remove(path); }
  void sync_directory(std::string_view path) { files_.sync_directory(path); }

 private:
  memory_files files_;
  std::function<void()> made_;
};

struct killed {};

}  // namespace

TEST_CASE("a missing file is made with a durable first meta, and locked") {
  memory_files files;
  const open_options options;
  auto made = open_locked(files, "db", options, format);
  CHECK(files.exists("db"));
  CHECK_FALSE(files.exists("db.new"));
  const living_meta living = recover_for_writing(made, format, "db");
  CHECK(living.meta.d == 1);
  CHECK(living.meta.catalog.empty());
  CHECK(living.meta.mark == 8);
  const errc second = failure_of(files, options);
  CHECK((second == errc::locked || second == errc::already_open));
}

TEST_CASE("two files never share an identity") {
  memory_files files;
  const open_options options;
  auto a = open_locked(files, "a", options, format);
  auto b = open_locked(files, "b", options, format);
  CHECK(recover_for_writing(a, format, "a").meta.uuid != recover_for_writing(b, format, "b").meta.uuid);
}

TEST_CASE("what a crash left of an earlier creation is cleared away") {
  memory_files files;
  static_cast<void>(files.open("db.new", open_mode::create_new));
  auto made = open_locked(files, "db", open_options{}, format);
  CHECK_FALSE(files.exists("db.new"));
  CHECK(recover_for_writing(made, format, "db").meta.d == 1);
}

TEST_CASE("a creation that another one is busy with is refused") {
  memory_files files;
  auto busy = files.open("db.new", open_mode::create_new);
  REQUIRE(busy.try_lock(lock_mode::exclusive));
  const errc failure = failure_of(files, open_options{});
  CHECK((failure == errc::locked || failure == errc::already_open));
  CHECK(files.exists("db.new"));
}

TEST_CASE("a creation whose file another one took for remains gives up, and makes no other's its own") {
  memory_files files;
  hooked_files first(files, [&] {
    hooked_files second(files, [] { throw killed{}; });
    CHECK_THROWS_AS(open_locked(second, "db", open_options{}, format), killed);  // has removed the first one's file
  });
  CHECK_THROWS_AS(open_locked(first, "db", open_options{}, format), error);
  CHECK_FALSE(files.exists("db"));
  auto made = open_locked(files, "db", open_options{}, format);
  CHECK(is_named(files, "db", made));
  CHECK_FALSE(is_named(files, "db.new", made));
}

TEST_CASE("no commit is lost with a name that its maker died too early to make durable") {
  testing::simulated_files disk;
  {
    auto made = open_locked(disk, "db", open_options{}, format);  // renamed, and that is all
    CHECK(disk.pending().names > 0);
  }
  disk.process_kill();
  auto opened = open_locked(disk, "db", open_options{}, format);
  make_name_durable(disk, "db", recover_for_writing(opened, format, "db").meta);
  auto after = disk.after_power_cut(testing::uniform_cut{false});
  CHECK(after.exists("db"));
}

TEST_CASE("an empty file is initialised where it stands, any other is not touched") {
  memory_files files;
  static_cast<void>(files.open("db", open_mode::create_new));
  {
    auto opened = open_locked(files, "db", open_options{}, format);
    CHECK(recover_for_writing(opened, format, "db").meta.d == 1);
  }
  // A text, a file like a first meta page without its magic, and zeros that go on for too long.
  const auto make = [&](std::string_view path, std::uint64_t size, std::uint64_t offset) {
    auto made = files.open(path, open_mode::create_new);
    made.allocate(0, size);
    const std::byte text[] = {std::byte{'a'}};
    const bytes_view piece[] = {text};
    if (offset < size) made.write(offset, piece);
  };
  make("text", 100, 0);
  make("checksum", 8192, 1);
  make("long", 8193, 9000);
  for (const std::string_view path : {"text", "checksum", "long"}) {
    auto opened = open_locked(files, path, open_options{}, format);
    CHECK_THROWS_AS(recover_for_writing(opened, format, path), error);
  }
}

TEST_CASE("an empty file whose initialisation was cut off is initialised the next time, whatever is left of it") {
  testing::simulated_files disk;
  static_cast<void>(disk.open("db", open_mode::create_new));
  disk.sync_directory("db");
  testing::disk_trace trace(disk);
  static_cast<void>(open_locked(disk, "db", open_options{}, format));
  std::size_t initialised = 0;
  const auto judge = [&](testing::simulated_files& left) {
    auto opened = open_locked(left, "db", open_options{}, format);
    REQUIRE(recover_for_writing(opened, format, "db").meta.d == 1);
    ++initialised;
  };
  trace.for_each_state({}, [&](auto left, auto) { judge(left); });
  CHECK(initialised > 3);
}

TEST_CASE("a first meta page torn at any byte is written again") {
  std::array<std::byte, meta_size> whole;
  {
    memory_files files;
    static_cast<void>(files.open("db", open_mode::create_new));
    const auto made = open_locked(files, "db", open_options{}, format);
    REQUIRE(made.read(0, whole) == whole.size());
  }
  for (std::size_t torn = 0; torn < 256; ++torn) {
    for (const bool front : {true, false}) {  // what is there: bytes from the magic on, or those behind the tear
      if (!front && torn >= 16) continue;     // then nothing of the magic is left
      std::array<std::byte, meta_size> left{};
      const std::size_t first = front ? 8 : torn, last = front ? torn : whole.size();
      if (first < last)
        std::copy(whole.begin() + std::ptrdiff_t(first), whole.begin() + std::ptrdiff_t(last),
                  left.begin() + std::ptrdiff_t(first));
      memory_files files;
      auto file = files.open("db", open_mode::create_new);
      file.allocate(0, 8192);
      const bytes_view piece[] = {left};
      file.write(0, piece);
      auto opened = open_locked(files, "db", open_options{}, format);
      REQUIRE(recover_for_writing(opened, format, "db").meta.d == 1);
    }
  }
}

TEST_CASE("nothing is created where that was not asked for") {
  memory_files files;
  open_options options;
  options.create = false;
  CHECK(failure_of(files, options) == errc::io);
  options.create = true;
  options.read_only = true;
  CHECK(failure_of(files, options) == errc::io);
  CHECK_FALSE(files.exists("db"));
}

TEST_CASE("any number may read, none while one writes") {
  memory_files files;
  open_options reading;
  reading.read_only = true;
  {
    auto writer = open_locked(files, "db", open_options{}, format);
    const errc failure = failure_of(files, reading);
    CHECK((failure == errc::locked || failure == errc::already_open));
  }
  auto first = open_locked(files, "db", reading, format);
  auto second = open_locked(files, "db", reading, format);
  const errc failure = failure_of(files, open_options{});
  CHECK((failure == errc::locked || failure == errc::already_open));
}
