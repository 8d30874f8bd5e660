// SPDX-License-Identifier: MIT

#include <macaw/storage/memory_files.hpp>

#include "support/catch.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace {

using macaw::open_mode;

void write_text(macaw::memory_file& file, std::uint64_t offset, std::string_view text) {
  const std::array pieces{macaw::as_bytes(text)};
  file.write(offset, pieces);
}

TEST_CASE("two file systems in memory share no names", "[memory_files]") {
  macaw::memory_files a;
  macaw::memory_files b;
  const auto file = a.open("name", open_mode::create_new);
  CHECK_FALSE(b.exists("name"));
  CHECK_FALSE(file.identity() == b.open("name", open_mode::create_new).identity());
}

TEST_CASE("a file in memory outlives its file system while a handle is open", "[memory_files]") {
  auto files = std::make_unique<macaw::memory_files>();
  auto file = files->open("a", open_mode::create_new);
  files.reset();
  write_text(file, 0, "alive");
  CHECK(macaw::as_text(file.map(5).bytes()) == "alive");
}

TEST_CASE("a mapping costs nothing and is the file itself", "[memory_files]") {
  macaw::memory_files files;
  auto file = files.open("a", open_mode::create_new);
  write_text(file, 0, "x");
  const auto a = file.map(std::uint64_t{1} << 32);
  const auto b = file.map(4096);
  CHECK(a.bytes().data() == b.bytes().data());
  write_text(file, (std::uint64_t{1} << 32) - 3, "end");
  CHECK(macaw::as_text(a.bytes().last(3)) == "end");
}

TEST_CASE("an outgrown mapping goes on to show its part", "[memory_files]") {
  macaw::memory_files files;
  auto file = files.open("a", open_mode::create_new);
  auto small = std::make_unique<macaw::memory_file::mapping>(file.map(1000));
  write_text(file, 0, "first");
  write_text(file, 100U << 20, "far beyond");
  CHECK(file.map(5).bytes().data() != small->bytes().data());
  write_text(file, 995, "across the mapping's end");
  CHECK(macaw::as_text(small->bytes().first(5)) == "first");
  CHECK(macaw::as_text(small->bytes().last(5)) == "acros");
  file.truncate(997);
  CHECK(macaw::as_text(small->bytes().last(5)) == std::string("ac") + std::string(3, '\0'));
  small.reset();
  write_text(file, 0, "after");
  CHECK(macaw::as_text(file.map(5).bytes()) == "after");
}

TEST_CASE("more addresses than the machine has are refused", "[memory_files]") {
  macaw::memory_files files;
  auto file = files.open("a", open_mode::create_new);
  write_text(file, 0, "kept");
  try {
    static_cast<void>(file.map(std::uint64_t{1} << 62));
    FAIL("nothing was raised");
  } catch (const macaw::error& error) {
    CHECK(error.kind() == macaw::errc::io);
  }
  CHECK(macaw::as_text(file.map(4).bytes()) == "kept");
}

TEST_CASE("names are created, renamed and removed from many threads", "[memory_files]") {
  macaw::memory_files files;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      auto copy = files;
      for (int i = 0; i < 200; ++i) {
        const std::string name = std::to_string(t) + "-" + std::to_string(i);
        {
          auto file = copy.open(name, open_mode::create_new);
          write_text(file, 0, name);
        }
        copy.rename(name, name + "x");
        if (i % 2 == 0) copy.remove(name + "x");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  int found = 0;
  for (int t = 0; t < 4; ++t) {
    for (int i = 0; i < 200; ++i) found += files.exists(std::to_string(t) + "-" + std::to_string(i) + "x") ? 1 : 0;
  }
  CHECK(found == 400);
}

TEST_CASE("of many that rename to one name without replacing, one succeeds", "[memory_files]") {
  macaw::memory_files files;
  for (int t = 0; t < 8; ++t) {
    auto file = files.open(std::to_string(t), open_mode::create_new);
  }
  std::vector<std::thread> threads;
  std::array<bool, 8> done{};
  for (std::size_t t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] { done[t] = files.rename_new(std::to_string(t), "all"); });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(std::count(done.begin(), done.end(), true) == 1);
}

}  // namespace
