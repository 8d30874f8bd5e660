// SPDX-License-Identifier: MIT

#include <macaw/testing/disk_trace.hpp>

#include "support/catch.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace {

using macaw::open_mode;
using macaw::sync_scope;
using macaw::testing::disk_trace;
using macaw::testing::simulated_file;
using macaw::testing::simulated_files;
using macaw::testing::trace_bounds;

void write_number(simulated_file& file, std::uint64_t offset, std::uint64_t number) {
  const std::array pieces{std::as_bytes(std::span(&number, 1))};
  file.write(offset, pieces);
}
std::uint64_t read_number(const simulated_file& file, std::uint64_t offset) {
  std::uint64_t number = 0;
  static_cast<void>(file.read(offset, std::as_writable_bytes(std::span(&number, 1))));
  return number;
}

simulated_files disk_with_file() {
  simulated_files disk;
  disk.open("a", open_mode::create_new).allocate(0, 1024);
  disk.open("a", open_mode::read_write).sync(sync_scope::data_and_size);
  disk.sync_directory("a");
  return disk;
}

/// Counts in two sectors, one after the other: whether each cut leaves a count between the bounds in the first.
bool holds_its_promise(bool syncs, bool acknowledges_late) {
  const simulated_files disk = disk_with_file();
  disk_trace trace(disk);
  auto file = simulated_files(disk).open("a", open_mode::read_write);
  for (std::uint64_t n = 1; n <= 3; ++n) {
    trace.begin(n);
    if (!acknowledges_late) trace.acknowledge(n);
    write_number(file, 0, n);
    write_number(file, 512, n);
    if (syncs) file.sync(sync_scope::data);
    if (acknowledges_late) trace.acknowledge(n);
  }
  bool holds = true;
  std::size_t seen = 0;
  const std::size_t count = trace.for_each_state({}, [&](simulated_files after, const trace_bounds& bounds) {
    const auto found = read_number(after.open("a", open_mode::read_only), 0);
    holds = holds && bounds.acknowledged <= found && found <= bounds.begun;
    ++seen;
  });
  CHECK(count == seen);
  return holds;
}

TEST_CASE("a program that keeps its promise is seen to", "[disk_trace]") { CHECK(holds_its_promise(true, true)); }

TEST_CASE("a program that forgets to sync, or says that it is done too early, is found out", "[disk_trace]") {
  CHECK(!holds_its_promise(false, true));
  CHECK(!holds_its_promise(true, false));
}

TEST_CASE("a state has begun no step that left nothing in it", "[disk_trace]") {
  const simulated_files disk = disk_with_file();
  disk_trace trace(disk, {.acknowledged = 4, .begun = 4});
  auto file = simulated_files(disk).open("a", open_mode::read_write);
  trace.begin(5);
  write_number(file, 0, 5);
  trace.begin(6);
  write_number(file, 512, 6);
  std::size_t states = 0;
  trace.for_each_state({}, [&](simulated_files after, const trace_bounds& bounds) {
    const auto left = after.open("a", open_mode::read_only);
    CHECK(bounds.acknowledged == 4);
    CHECK(bounds.begun == (read_number(left, 512) == 6 ? 6U : read_number(left, 0) == 5 ? 5U : 4U));
    ++states;
  });
  CHECK(states == 4);
}

TEST_CASE("a step that is done has begun, even if it left nothing", "[disk_trace]") {
  const simulated_files disk = disk_with_file();
  disk_trace trace(disk);
  auto file = simulated_files(disk).open("a", open_mode::read_write);
  trace.begin(1);
  trace.acknowledge(1);
  trace.begin(2);
  write_number(file, 0, 2);
  trace.for_each_state({}, [](const simulated_files&, const trace_bounds& bounds) {
    CHECK(bounds.acknowledged == 1);
    CHECK(bounds.begun >= 1);
  });
}

TEST_CASE("there is one window for each sync, and one for the end", "[disk_trace]") {
  const simulated_files disk = disk_with_file();
  disk_trace trace(disk);
  auto file = simulated_files(disk).open("a", open_mode::read_write);
  write_number(file, 0, 1);
  file.sync(sync_scope::data);
  write_number(file, 0, 2);
  trace.take_window();
  REQUIRE(trace.windows().size() == 2);
  CHECK(trace.windows()[0].window.parts() == 1);
  trace.forget_windows();
  CHECK(trace.windows().empty());
}

}  // namespace
